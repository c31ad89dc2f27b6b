"""Runs one job: once per slot in all processes together, with its outcome on record, and never with an exception."""

from __future__ import annotations

import logging
import time
from enum import Enum

from flask import Flask

from trackflow.jobs.table import Job
from trackflow.services.job_slots import commands as slots
from trackflow.web.settings import settings

_log = logging.getLogger(__name__)


class Outcome(Enum):
    """How a run ended; TAKEN if another process does it or did it."""

    DONE = "done"
    FAILED = "failed"
    TAKEN = "taken"


def run_job(app: Flask, job: Job, slot: str | None) -> Outcome:
    """Run the job in an application context; a failure is logged and recorded.

    Per-process jobs, and runs without a slot, are neither claimed nor recorded. A process that dies within a run leaves
    it unfinished; the next slot makes up for it.
    """
    with app.app_context():
        if job.per_process or slot is None:
            return Outcome.DONE if _attempt(job) is None else Outcome.FAILED
        try:
            if not slots.claim(job.name, slot):
                return Outcome.TAKEN
            error = _attempt(job)
            slots.finish(job.name, slot, error=error)
        except Exception:  # noqa: BLE001  (the boundary: the scheduler goes on)
            _log.exception("the run of the job %s could not be recorded", job.name)
            return Outcome.FAILED
        return Outcome.DONE if error is None else Outcome.FAILED


def _attempt(job: Job) -> str | None:
    """Call the job; return the name of the exception's class if it failed."""
    started = time.perf_counter()
    try:
        result = job.function(settings())
    except Exception as error:  # noqa: BLE001  (the boundary: the failure is logged and recorded)
        _log.exception("the job %s failed", job.name)
        return type(error).__name__
    level = logging.DEBUG if job.per_process else logging.INFO
    fields = {"job": job.name, "result": result, "ms": round((time.perf_counter() - started) * 1000, 1)}
    _log.log(level, "job", extra={"fields": fields})
    return None
