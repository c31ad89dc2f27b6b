"""`flask jobs`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.cli.conftest import Run
from trackflow.config import Settings
from trackflow.jobs.runner import run_job
from trackflow.jobs.table import EXTENSION, Job


def fail(_settings: Settings) -> None:
    raise LookupError


JOBS = [
    Job(name="tidy", function=lambda _settings: 1, every=60, description="Tidy up."),
    Job(name="break", function=fail, cron="0 4 * * *", description="Break."),
    Job(name="flush", function=lambda _settings: 1, every=5, per_process=True, description="Flush."),
]


@pytest.fixture(autouse=True)
def _jobs(app: Flask) -> Iterator[None]:
    before: Any = app.extensions.get(EXTENSION, {})
    app.extensions[EXTENSION] = {job.name: job for job in JOBS}
    yield
    app.extensions[EXTENSION] = before


def test_the_list_tells_when_and_how_the_last_run_ended(run: Run, app: Flask) -> None:
    run_job(app, JOBS[1], "2026-03-04T04:00")
    lines = run("jobs", "list").output.splitlines()
    assert [line.split()[0] for line in lines] == ["tidy", "break", "flush"]
    assert "every 60 s" in lines[0]
    assert "never ran" in lines[0]
    assert "cron 0 4 * * *" in lines[1]
    assert "failed: LookupError" in lines[1]
    assert "in every process" in lines[2]
    assert lines[2].endswith("Flush.")


def test_a_job_runs_by_hand(run: Run) -> None:
    assert run("jobs", "run", "tidy").output == "tidy: done\n"
    failed = run("jobs", "run", "break")
    assert failed.exit_code == 1
    assert "The job break failed" in failed.output
    unknown = run("jobs", "run", "nothing")
    assert unknown.exit_code == 1
    assert "there are: tidy, break, flush" in unknown.output
