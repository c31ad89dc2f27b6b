"""What a job is. Which jobs there are is a table in `wiring.py`, handed down by `create_app` as an extension."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from trackflow.config import Settings

EXTENSION = "trackflow.jobs"
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  (naive UTC, like every time here)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A function that runs by itself: `every` so many seconds, or at the times of a five-field `cron` line in UTC.

    However many processes run, each planned run happens in one of them; a `per_process` job runs in all, because it
    concerns what is in the process or settles by itself who does what.
    """

    name: str
    function: Callable[[Settings], object]
    description: str
    every: int | None = None
    cron: str | None = None
    per_process: bool = False

    def __post_init__(self) -> None:
        """Refuse a job without or with two rhythms."""
        if (self.every is None) == (self.cron is None):
            message = f"The job {self.name} needs either `every` or `cron`."
            raise ValueError(message)

    def trigger(self) -> IntervalTrigger | CronTrigger:
        """Return when it runs, for the scheduler."""
        if self.cron is not None:
            return CronTrigger.from_crontab(self.cron, timezone="UTC")
        return IntervalTrigger(seconds=self.every, timezone="UTC")

    def slot(self, now: datetime) -> str:
        """Return the name of the run that is due at this time; the same in every process."""
        if self.every is None:
            return f"{now:%Y-%m-%dT%H:%M}"
        return str(int((now - _EPOCH).total_seconds()) // self.every)

    @property
    def rhythm(self) -> str:
        """Say when it runs, for people."""
        return f"every {self.every} s" if self.every is not None else f"cron {self.cron}"


def jobs_of(app: Flask) -> dict[str, Job]:
    """Return the jobs that this application was wired with, by name."""
    jobs: dict[str, Job] = app.extensions.get(EXTENSION, {})
    return jobs
