"""The clock of this process: starts jobs by the table, in threads of its own.

A server process starts it after it has been forked; every process may have one, because the runner sees to it that
each planned run happens once.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from trackflow.clock import now_utc
from trackflow.jobs.runner import run_job
from trackflow.jobs.table import Job, jobs_of

_THREADS = 4
_FIRST_RUN_AFTER = timedelta(seconds=2)
_BETWEEN_FIRST_RUNS = timedelta(milliseconds=500)
_log = logging.getLogger(__name__)
_running: list[BackgroundScheduler] = []
_stopping = threading.Event()


class _Wakings:
    """Which jobs are woken and which are at work, so that a flood of wakings becomes one more run, and none is lost."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._woken: set[str] = set()
        self._at_work: set[str] = set()

    def wake(self, name: str) -> bool:
        """Note the waking; say whether the scheduler has to start the job, which it need not if a run is to come."""
        with self._lock:
            is_first = name not in self._woken
            self._woken.add(name)
            return is_first and name not in self._at_work

    def begin(self, name: str) -> None:
        """Note that a run begins, which answers all wakings so far."""
        with self._lock:
            self._woken.discard(name)
            self._at_work.add(name)

    def is_over(self, name: str) -> bool:
        """Say whether the job may end: nobody woke it during its run."""
        with self._lock:
            if name in self._woken and not _stopping.is_set():
                self._woken.discard(name)
                return False
            self._at_work.discard(name)
            return True

    def clear(self) -> None:
        """Forget everything, for a new scheduler."""
        with self._lock:
            self._woken.clear()
            self._at_work.clear()


_wakings = _Wakings()


def start(app: Flask) -> None:
    """Start the jobs of this application in this process; a second call changes nothing.

    Interval jobs run soon after the start, one by one, so that also those with a long interval get their turn on a
    server that is often restarted: the slot decides whether anything is left to do.
    """
    if _running:
        return
    _stopping.clear()
    _wakings.clear()
    scheduler = BackgroundScheduler(
        timezone="UTC",
        executors={"default": ThreadPoolExecutor(_THREADS)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    first = now_utc().replace(tzinfo=UTC) + _FIRST_RUN_AFTER
    for position, job in enumerate(jobs_of(app).values()):
        soon = {"next_run_time": first + position * _BETWEEN_FIRST_RUNS} if job.every is not None else {}
        scheduler.add_job(_run, job.trigger(), args=(app, job), id=job.name, **soon)
    scheduler.start()
    _running.append(scheduler)
    _log.info("the scheduler runs %d jobs", len(jobs_of(app)))


def stop() -> None:
    """Stop the scheduler of this process and wait for the jobs that are at work; harmless without one."""
    _stopping.set()
    while _running:
        _running.pop().shutdown(wait=True)
    _stopping.clear()


def is_stopping() -> bool:
    """Say whether this process is on its way out, so that a long job ends between two pieces of work."""
    return _stopping.is_set()


def wake(job_name: str) -> None:
    """Run this per-process job at once, or once more if it is at work; harmless without a scheduler in this process."""
    for scheduler in _running:
        if not _wakings.wake(job_name):
            continue
        try:
            scheduler.modify_job(job_name, next_run_time=now_utc().replace(tzinfo=UTC))
        except JobLookupError:
            _log.warning("there is no job %s to wake", job_name)


def _run(app: Flask, job: Job) -> None:
    _wakings.begin(job.name)
    while True:
        run_job(app, job, job.slot(now_utc()))
        if _wakings.is_over(job.name):
            return
