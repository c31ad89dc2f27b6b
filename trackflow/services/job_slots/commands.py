"""The runs of scheduled jobs: a row per job and slot, whose unique key lets one process do each run."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update

from trackflow import upsert
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import JobSlot
from trackflow.unit_of_work import atomic


@atomic
def claim(job: str, slot: str) -> bool:
    """Take this run; return False if it was taken before, by whichever process."""
    return upsert.insert_if_absent(JobSlot, {"job": job, "slot": slot}) is not None


@atomic
def finish(job: str, slot: str, *, error: str | None) -> None:
    """Note how a claimed run ended; `error` is the name of an exception's class."""
    db.session.execute(
        update(JobSlot)
        .where(JobSlot.job == job, JobSlot.slot == slot)
        .values(finished_at=now_utc(), ok=error is None, error=error)
    )


@atomic
def purge(*, claimed_before: datetime) -> int:
    """Delete the traces of old runs; return how many."""
    gone = db.session.execute(delete(JobSlot).where(JobSlot.claimed_at < claimed_before).returning(JobSlot.id))
    return len(gone.all())
