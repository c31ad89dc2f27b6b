"""Jobs: each planned run once in all processes, failures on record, and a scheduler that goes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.triggers.cron import CronTrigger
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.support.clock import Clock
from tests.support.database import Database
from trackflow.config import Settings
from trackflow.jobs import maintenance, scheduler
from trackflow.jobs.runner import Outcome, run_job
from trackflow.jobs.table import EXTENSION, Job
from trackflow.services.auth import reset_tokens
from trackflow.services.job_slots import commands as slots
from trackflow.services.job_slots import queries
from trackflow.services.mail import commands as outbox
from trackflow.services.presence import buffer
from trackflow.web.settings import settings

WAIT = 30


def job(function: Callable[[Settings], object], *, name: str = "count", per_process: bool = False) -> Job:
    return Job(name=name, function=function, description="Count.", every=60, per_process=per_process)


class Counter:
    """A job's function that counts its calls."""

    def __init__(self) -> None:
        self.calls: list[Settings] = []
        self.called = threading.Event()

    def __call__(self, current: Settings) -> int:
        self.calls.append(current)
        self.called.set()
        return len(self.calls)


def fail(_settings: Settings) -> None:
    message = "alice@example.org"
    raise LookupError(message)


class TestTable:
    def test_slots_are_the_same_within_an_interval(self) -> None:
        hourly = Job(name="a", function=fail, description="", every=3600)
        start = datetime(2026, 3, 4, 12, tzinfo=UTC).replace(tzinfo=None)
        assert hourly.slot(start) == hourly.slot(start + timedelta(minutes=59, seconds=59))
        assert int(hourly.slot(start + timedelta(hours=1))) == int(hourly.slot(start)) + 1

    def test_slots_of_a_cron_line_are_minutes(self) -> None:
        nightly = Job(name="a", function=fail, description="", cron="30 3 * * *")
        assert nightly.slot(datetime(2026, 3, 4, 3, 30, 1)) == "2026-03-04T03:30"  # noqa: DTZ001  (naive UTC)
        assert isinstance(nightly.trigger(), CronTrigger)
        assert nightly.rhythm == "cron 30 3 * * *"

    @pytest.mark.parametrize("rhythm", [{}, {"every": 5, "cron": "* * * * *"}])
    def test_a_job_has_one_rhythm(self, rhythm: dict[str, object]) -> None:
        with pytest.raises(ValueError, match="either"):
            Job(name="a", function=fail, description="", **rhythm)  # type: ignore[arg-type]


class TestRunning:
    def test_a_slot_runs_once(self, app: Flask, database: Database) -> None:
        count = Counter()
        assert run_job(app, job(count), "1") is Outcome.DONE
        assert run_job(app, job(count), "1") is Outcome.TAKEN
        assert run_job(app, job(count), "2") is Outcome.DONE
        assert run_job(app, job(count, name="other"), "1") is Outcome.DONE
        assert len(count.calls) == 3
        assert database.count("job_slots", job="count", ok=True) == 2

    def test_simultaneous_processes_run_it_once(
        self, app: Flask, database: Database, concurrently: Concurrently
    ) -> None:
        count = Counter()
        outcomes = concurrently(8, lambda _: run_job(app, job(count), "1")).all_succeeded()
        assert sorted(outcome.value for outcome in outcomes) == ["done", *["taken"] * 7]
        assert len(count.calls) == 1
        assert database.count("job_slots") == 1

    def test_a_failure_is_on_record_and_logged(
        self, app: Flask, database: Database, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert run_job(app, job(fail), "1") is Outcome.FAILED
        row = database.row("SELECT ok, error, finished_at FROM job_slots")
        assert (bool(row["ok"]), row["error"]) == (False, "LookupError")
        assert row["finished_at"] is not None
        assert "the job count failed" in caplog.text
        assert run_job(app, job(fail), "1") is Outcome.TAKEN

    def test_a_job_of_each_process_keeps_no_record(self, app: Flask, database: Database) -> None:
        count = Counter()
        for _ in range(2):
            assert run_job(app, job(count, per_process=True), "1") is Outcome.DONE
            assert run_job(app, job(count), None) is Outcome.DONE
        assert run_job(app, job(fail, per_process=True), "1") is Outcome.FAILED
        assert len(count.calls) == 4
        assert database.count("job_slots") == 0

    def test_it_gets_the_settings_of_its_application(self, app: Flask) -> None:
        count = Counter()
        run_job(app, job(count), None)
        with app.app_context():
            assert count.calls == [settings()]

    def test_the_last_runs_are_told(self, app: Flask) -> None:
        count = Counter()
        run_job(app, job(count), "1")
        run_job(app, job(fail), "2")
        with app.app_context():
            slots.claim("other", "1")
            runs = queries.last_runs()
        assert (runs["count"].ok, runs["count"].error) == (False, "LookupError")
        assert runs["other"].ok is None


class TestScheduler:
    @pytest.fixture
    def run_with(self, app: Flask) -> Iterator[Callable[..., None]]:
        """Start the scheduler with these jobs."""
        before = app.extensions.get(EXTENSION)

        def start(*jobs: Job) -> None:
            app.extensions[EXTENSION] = {each.name: each for each in jobs}
            scheduler.start(app)

        try:
            yield start
        finally:
            scheduler.stop()
            app.extensions[EXTENSION] = before or {}

    def test_a_woken_job_runs_and_a_failing_one_disturbs_nobody(
        self, run_with: Callable[..., None], caplog: pytest.LogCaptureFixture
    ) -> None:
        count = Counter()
        run_with(job(fail, name="bad", per_process=True), job(count, per_process=True))
        scheduler.wake("bad")
        scheduler.wake("count")
        assert count.called.wait(WAIT)
        count.called.clear()
        scheduler.wake("count")
        assert count.called.wait(WAIT)
        scheduler.stop()
        assert "the job bad failed" in caplog.text

    def test_wakings_during_a_run_become_one_more(
        self, run_with: Callable[..., None], caplog: pytest.LogCaptureFixture
    ) -> None:
        begun, go_on, again = threading.Event(), threading.Event(), threading.Event()
        runs: list[int] = []

        def work(_settings: Settings) -> None:
            runs.append(1)
            if len(runs) > 1:
                again.set()
            begun.set()
            assert go_on.wait(WAIT)

        run_with(job(work, per_process=True))
        for _ in range(3):
            scheduler.wake("count")
        assert begun.wait(WAIT)
        for _ in range(5):
            scheduler.wake("count")
        go_on.set()
        assert again.wait(WAIT)
        scheduler.stop()
        assert len(runs) == 2
        assert "skipped" not in caplog.text

    def test_interval_jobs_run_soon_after_the_start(
        self, run_with: Callable[..., None], monkeypatch: pytest.MonkeyPatch, database: Database
    ) -> None:
        monkeypatch.setattr(scheduler, "_FIRST_RUN_AFTER", timedelta(0))
        count = Counter()
        run_with(job(count))
        assert count.called.wait(WAIT)
        scheduler.stop()
        assert database.count("job_slots", job="count", ok=True) == 1

    def test_stopping_waits_for_the_job_at_work(self, run_with: Callable[..., None]) -> None:
        begun, finished = threading.Event(), threading.Event()

        def work(_settings: Settings) -> None:
            begun.set()
            while not scheduler.is_stopping():
                finished.wait(0.01)
            finished.set()

        run_with(job(work, per_process=True))
        scheduler.wake("count")
        assert begun.wait(WAIT)
        scheduler.stop()
        assert finished.is_set()

    def test_a_second_start_changes_nothing(self, run_with: Callable[..., None]) -> None:
        run_with(job(Counter(), per_process=True))
        run_with(job(Counter(), per_process=True))
        assert len(scheduler._running) == 1  # noqa: SLF001

    def test_waking_is_harmless_without_a_scheduler_or_a_job(
        self, run_with: Callable[..., None], caplog: pytest.LogCaptureFixture
    ) -> None:
        scheduler.wake("count")
        scheduler.stop()
        run_with()
        with caplog.at_level(logging.WARNING):
            scheduler.wake("nothing")
        assert "there is no job nothing" in caplog.text


class TestMaintenance:
    @pytest.fixture(autouse=True)
    def _context(self, app: Flask) -> Iterator[None]:
        with app.app_context():
            yield

    def test_old_slots_go(self, clock: Clock) -> None:
        slots.claim("count", "1")
        clock.advance(days=13)
        slots.claim("count", "2")
        assert maintenance.purge_job_slots(settings()) == 0
        clock.advance(days=2)
        assert maintenance.purge_job_slots(settings()) == 1

    def test_sent_messages_go_after_a_week(self, clock: Clock) -> None:
        outbox.enqueue("postcard", {})
        outbox.mark_sent(outbox.claim_due()[0])
        clock.advance(days=7)
        assert maintenance.purge_outbox(settings()) == 0
        clock.advance(seconds=1)
        assert maintenance.purge_outbox(settings()) == 1

    def test_expired_tokens_go(self, person: Person, clock: Clock) -> None:
        person("alice")
        reset_tokens.issue("alice@example.org")
        assert maintenance.purge_reset_tokens(settings()) == 0
        clock.advance(hours=1)
        assert maintenance.purge_reset_tokens(settings()) == 1

    def test_presence_is_stored(self, database: Database, person: Person) -> None:
        buffer.touch(person("alice").id)
        assert maintenance.flush_presence(settings()) == 1
        assert database.count("presence") == 1
