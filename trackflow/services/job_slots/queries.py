"""Reads of the runs of scheduled jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from trackflow.extensions import db
from trackflow.models import JobSlot


@dataclass(frozen=True, slots=True)
class Run:
    """The last run of a job; `ok` is None while it has not finished."""

    claimed_at: datetime
    ok: bool | None
    error: str | None


def last_runs() -> dict[str, Run]:
    """Return the last run of each job that ever ran under a slot."""
    newest = select(func.max(JobSlot.id)).group_by(JobSlot.job)
    rows = db.session.execute(
        select(JobSlot.job, JobSlot.claimed_at, JobSlot.ok, JobSlot.error).where(JobSlot.id.in_(newest))
    )
    return {row.job: Run(row.claimed_at, row.ok, row.error) for row in rows}
