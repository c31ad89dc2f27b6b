"""Transactions and events: what `atomic` and `emit` promise, with real commits."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from unittest.mock import Mock

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select, update
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session

from tests.conftest import Register
from tests.support.database import Database
from tests.support.http import Api
from tests.support.people import PASSWORD
from trackflow import unit_of_work
from trackflow.errors import Busy, RuleViolation
from trackflow.extensions import db
from trackflow.models import Artist, Update
from trackflow.unit_of_work import Handlers, atomic, emit, release


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of these tests."""

    name: str


@dataclass(frozen=True, slots=True)
class Followed:
    """An event that a required handler emits."""

    name: str


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> dict[type, Handlers]:
    """Wire only what a test puts in here."""
    table: dict[type, Handlers] = {}
    monkeypatch.setattr(unit_of_work, "_handlers", table)
    return table


@pytest.fixture
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def add(name: str) -> None:
    db.session.execute(insert(Artist).values(name=name))


@atomic
def add_artist(name: str, *, fail: bool = False, event: object | None = None) -> str:
    """The command of these tests."""
    add(name)
    if event is not None:
        emit(event)
    if fail:
        message = "refused"
        raise RuleViolation(message)
    return name


def artists(database: Database) -> list[str]:
    return database.column("SELECT name FROM artists ORDER BY id")


pytestmark = pytest.mark.usefixtures("context")


# ---------------------------------------------------------------- transactions


def test_a_command_commits_and_returns_its_value(database: Database) -> None:
    assert add_artist("one") == "one"
    assert artists(database) == ["one"]


def test_an_exception_undoes_everything(database: Database) -> None:
    with pytest.raises(RuleViolation):
        add_artist("one", fail=True)
    assert artists(database) == []


def test_an_inner_command_joins_the_outer_one(database: Database) -> None:
    @atomic
    def outer() -> None:
        add_artist("inner")
        assert artists(database) == [], "the inner command has committed"
        message = "refused"
        raise RuleViolation(message)

    with pytest.raises(RuleViolation):
        outer()
    assert artists(database) == []


def test_an_inner_failure_undoes_the_whole_even_if_caught(database: Database) -> None:
    @atomic
    def outer() -> None:
        add_artist("before")
        with pytest.raises(RuleViolation):
            add_artist("inner", fail=True)
        add_artist("after")

    with pytest.raises(RuntimeError, match="inner command failed"):
        outer()
    assert artists(database) == []


def test_an_inner_failure_in_a_required_handler_undoes_the_whole_even_if_caught(
    database: Database, wire: dict[type, Handlers]
) -> None:
    def careless(_event: Happened) -> None:
        with pytest.raises(RuleViolation):
            add_artist("inner", fail=True)

    wire[Happened] = Handlers(required=(careless,))
    with pytest.raises(RuntimeError, match="inner command failed"):
        add_artist("one", event=Happened("x"))
    assert artists(database) == []


def test_a_command_refuses_to_start_with_pending_changes(database: Database) -> None:
    db.session.add(Artist(name="pending"))
    with pytest.raises(RuntimeError, match="start clean"):
        add_artist("one")
    db.session.expunge_all()
    assert artists(database) == []


def test_a_command_does_not_see_what_was_read_before_it(database: Database) -> None:
    artist_id = database.insert("artists", name="old")
    before = db.session.get(Artist, artist_id)
    assert before is not None
    database.execute("UPDATE artists SET name = 'new'")

    @atomic
    def read() -> str:
        found = db.session.get(Artist, artist_id)
        assert found is not None
        return found.name

    assert read() == "new"


def test_a_flush_outside_of_a_command_raises(database: Database) -> None:
    db.session.add(Artist(name="stray"))
    with pytest.raises(RuntimeError, match="outside"):
        db.session.flush()
    db.session.expunge_all()
    assert artists(database) == []


def test_an_autoflush_outside_of_a_command_raises() -> None:
    db.session.add(Artist(name="stray"))
    with pytest.raises(RuntimeError, match="outside"):
        db.session.execute(select(Artist.id)).all()
    db.session.expunge_all()


@pytest.mark.parametrize(
    "statement", [insert(Artist).values(name="stray"), update(Artist).values(name="stray"), delete(Artist)]
)
def test_a_writing_statement_outside_of_a_command_raises(statement: object, database: Database) -> None:
    database.insert("artists", name="here")
    with pytest.raises(RuntimeError, match="outside"):
        db.session.execute(statement)  # type: ignore[call-overload]
    assert artists(database) == ["here"]


def test_a_command_leaves_no_connection_behind() -> None:
    add_artist("one")
    with pytest.raises(RuleViolation):
        add_artist("two", fail=True)
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("moment", ["before a statement", "before the commit"])
def test_a_broken_connection_costs_one_command(moment: str, database: Database) -> None:
    @atomic
    def interrupted() -> None:
        add("lost")
        raw = db.session.connection().connection.dbapi_connection
        assert raw is not None
        raw.close()
        if moment == "before a statement":
            add("lost too")

    with pytest.raises((Busy, DBAPIError)):
        interrupted()
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    add_artist("next")
    assert artists(database) == ["next"]


def test_a_constraint_error_comes_through_as_it_is(database: Database) -> None:
    @atomic
    def broken() -> None:
        db.session.execute(insert(Update).values(title=None))

    with pytest.raises(IntegrityError):
        broken()
    assert database.count("updates") == 0


def test_release_ends_the_read_and_is_refused_inside_of_a_command() -> None:
    db.session.execute(select(Artist.id)).all()
    assert db.engine.pool.checkedout() == 1  # type: ignore[attr-defined]
    release()
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]

    @atomic
    def early() -> None:
        release()

    with pytest.raises(RuntimeError, match="keeps its transaction"):
        early()


# ---------------------------------------------------------------- events


def test_emit_outside_of_a_command_raises(wire: dict[type, Handlers]) -> None:
    wire[Happened] = Handlers()
    with pytest.raises(RuntimeError, match="commands only"):
        emit(Happened("x"))


def test_an_event_that_is_not_wired_raises_and_undoes_the_command(
    database: Database, wire: dict[type, Handlers]
) -> None:
    assert Happened not in wire
    with pytest.raises(RuntimeError, match="Happened is not wired"):
        add_artist("one", event=Happened("x"))
    assert artists(database) == []


def test_handlers_hear_once_after_the_work_and_before_the_commit(
    database: Database, wire: dict[type, Handlers]
) -> None:
    heard: list[tuple[str, int, int]] = []

    def note(phase: str) -> None:
        inside = len(db.session.execute(select(Artist.id)).all())
        heard.append((phase, inside, len(artists(database))))

    wire[Happened] = Handlers(
        required=(lambda _event: note("required"),),
        isolated=(lambda _event: note("isolated"),),
        after_commit=(lambda _event: note("after"),),
    )

    @atomic
    def work() -> None:
        add_artist("one", event=Happened("x"))
        assert heard == []
        add("two")

    work()
    assert heard == [("required", 2, 0), ("isolated", 2, 0), ("after", 2, 2)]


def test_a_failing_required_handler_undoes_all(database: Database, wire: dict[type, Handlers]) -> None:
    later: list[object] = []

    def fail(_event: Happened) -> None:
        message = "no"
        raise ValueError(message)

    wire[Happened] = Handlers(required=(fail,), isolated=(later.append,), after_commit=(later.append,))
    with pytest.raises(ValueError, match="no"):
        add_artist("one", event=Happened("x"))
    assert artists(database) == []
    assert later == []


@pytest.mark.parametrize("how", ["python", "database", "inner command"])
def test_a_failing_isolated_handler_costs_only_itself(
    how: str, database: Database, wire: dict[type, Handlers], caplog: pytest.LogCaptureFixture
) -> None:
    def first(_event: Happened) -> None:
        add("first")

    def fail(_event: Happened) -> None:
        add("lost")
        if how == "database":
            db.session.execute(insert(Update).values(title=None))
        if how == "inner command":
            add_artist("lost too", fail=True)
        message = "no"
        raise ValueError(message)

    def last(_event: Happened) -> None:
        add("last")

    heard: list[object] = []
    wire[Happened] = Handlers(isolated=(first, fail, last), after_commit=(heard.append,))
    with caplog.at_level(logging.ERROR):
        add_artist("one", event=Happened("x"))
    assert artists(database) == ["one", "first", "last"]
    assert heard == [Happened("x")]
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "fail" in record.getMessage()
    assert "Happened" in record.getMessage()
    assert record.exc_info is not None


def test_a_failing_handler_after_the_commit_is_logged_and_the_others_are_called(
    database: Database, wire: dict[type, Handlers], caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_event: Happened) -> None:
        message = "no"
        raise ValueError(message)

    heard: list[object] = []
    wire[Happened] = Handlers(after_commit=(fail, heard.append))
    with caplog.at_level(logging.ERROR):
        assert add_artist("one", event=Happened("x")) == "one"
    assert artists(database) == ["one"]
    assert heard == [Happened("x")]
    assert ["fail" in record.getMessage() for record in caplog.records] == [True]


def test_a_handler_after_the_commit_has_a_transaction_of_its_own(
    database: Database, wire: dict[type, Handlers]
) -> None:
    def follow(_event: Happened) -> None:
        add_artist("follower", fail=True)

    wire[Happened] = Handlers(after_commit=(follow, lambda _event: add_artist("second")))
    add_artist("one", event=Happened("x"))
    assert artists(database) == ["one", "second"]


def test_a_required_handler_may_emit_and_an_isolated_one_may_not(
    database: Database, wire: dict[type, Handlers], caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[object] = []
    wire[Happened] = Handlers(
        required=(lambda event: emit(Followed(event.name)),), isolated=(lambda _event: emit(Followed("isolated")),)
    )
    wire[Followed] = Handlers(required=(heard.append,), after_commit=(heard.append,))
    with caplog.at_level(logging.ERROR):
        add_artist("one", event=Happened("x"))
    assert heard == [Followed("x"), Followed("x")]
    assert artists(database) == ["one"]
    assert len(caplog.records) == 1


def test_a_failed_command_is_not_heard_of(wire: dict[type, Handlers]) -> None:
    heard: list[object] = []
    wire[Happened] = Handlers(required=(heard.append,), isolated=(heard.append,), after_commit=(heard.append,))
    with pytest.raises(RuleViolation):
        add_artist("one", event=Happened("x"), fail=True)
    assert heard == []


def test_the_commands_own_constraint_error_is_not_blamed_on_a_handler(
    database: Database, wire: dict[type, Handlers], caplog: pytest.LogCaptureFixture
) -> None:
    wire[Happened] = Handlers(isolated=(lambda _event: None,))

    @atomic
    def broken() -> None:
        db.session.add(Update(title=None))
        emit(Happened("x"))

    with pytest.raises(IntegrityError):
        broken()
    assert caplog.records == []
    assert database.count("updates") == 0


# ---------------------------------------------------------------- busy


def _hurry(connection: object, _record: object) -> None:
    """Wait a moment for locks where the application waits seconds."""
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA busy_timeout=50" if "sqlite" in type(connection).__module__ else "SET lock_timeout='50ms'")
    if "sqlite" not in type(connection).__module__:
        connection.commit()  # type: ignore[attr-defined]
    cursor.close()


@pytest.fixture
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the application wait 50 ms for a lock instead of seconds."""
    monkeypatch.setattr(unit_of_work, "LOCK_WAIT_SECONDS", 0.05)
    with app.app_context():
        engine = db.engine
        db.session.remove()
    engine.dispose()
    sqlalchemy_event.listen(engine, "connect", _hurry)
    yield
    sqlalchemy_event.remove(engine, "connect", _hurry)
    engine.dispose()


@pytest.fixture
def another_writer(database: Database) -> Iterator[None]:
    """Hold a lock on the artists from another connection, as another process does."""
    with database.together() as connection:
        if database.kind == "postgresql":
            connection.exec_driver_sql("LOCK TABLE artists, users")
        yield


@pytest.mark.usefixtures("impatient", "another_writer")
def test_a_lock_of_another_process_is_busy() -> None:
    with pytest.raises(Busy) as caught:
        add_artist("one")
    assert caught.value.retry_after >= 1


@pytest.mark.usefixtures("impatient", "another_writer")
def test_busy_is_503_with_retry_after_over_http(app: Flask) -> None:
    body = {"username": "alice", "email": "alice@example.org", "password": PASSWORD}
    answer = Api(app.test_client()).post("/auth/register", body)
    answer.refused(503)
    assert int(answer.headers["Retry-After"]) >= 1


def test_on_sqlite_a_command_is_the_writer_before_it_reads(database: Database) -> None:
    """A write that begins from an earlier read would fail at once, or be lost, when somebody wrote in between."""
    if database.kind != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the database")

    @atomic
    def read() -> None:
        db.session.execute(select(Artist.id)).all()
        with (
            closing(sqlite3.connect(str(database.engine.url.database), timeout=0.05)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("INSERT INTO artists (name, name_key) VALUES ('x', 'x')")

    read()


def test_writers_queue_and_give_up_in_time(app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if database.kind != "sqlite":
        pytest.skip("PostgreSQL has no queue of writers in the process")
    monkeypatch.setattr(unit_of_work, "LOCK_WAIT_SECONDS", 0.05)
    entered, leave = threading.Event(), threading.Event()

    @atomic
    def long() -> None:
        add("long")
        entered.set()
        assert leave.wait(10)

    def run() -> None:
        with app.app_context():
            long()

    thread = threading.Thread(target=run)
    thread.start()
    assert entered.wait(10)
    try:
        with pytest.raises(Busy):
            add_artist("short")
    finally:
        leave.set()
        thread.join()
    assert artists(database) == ["long"]
    add_artist("next")
    assert artists(database) == ["long", "next"]


def test_a_reader_is_not_blocked_by_a_long_write(app: Flask, database: Database, register: Register) -> None:
    alice = register()

    @atomic
    def long() -> int:
        add("unseen")
        answer = Api(app.test_client(), alice).get("/auth/me")
        return int(answer.ok()["id"])

    assert long() == alice.id
    assert artists(database) == ["unseen"]


def test_a_failing_rollback_does_not_keep_the_writers_turn(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk error must not lock out all later writers of the process."""
    monkeypatch.setattr(unit_of_work, "LOCK_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(unit_of_work, "_writers", threading.Lock())

    error = OperationalError("ROLLBACK", {}, Exception("disk I/O error"))
    with monkeypatch.context() as patch:
        patch.setattr(Session, "rollback", Mock(side_effect=error))
        with pytest.raises(OperationalError):
            add_artist("one", fail=True)
    db.session.remove()
    add_artist("next")
    assert artists(database) == ["next"]


def test_a_full_disk_in_an_isolated_handler_fails_the_command(
    app: Flask, database: Database, wire: dict[type, Handlers]
) -> None:
    """SQLite then undoes the whole transaction; to go on would answer success for what is lost."""
    if database.kind != "sqlite":
        pytest.skip("PostgreSQL keeps the transaction and its savepoint")

    def fill(_event: Happened) -> None:
        connection = db.session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        try:
            for number in range(500):
                add("x" * 200 + str(number))
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count = 1073741823")

    wire[Happened] = Handlers(isolated=(fill,))

    @atomic
    def command() -> None:
        add("own")
        emit(Happened("one"))

    with app.app_context(), pytest.raises(OperationalError, match=r"savepoint|full"):
        command()
    assert artists(database) == []


def test_what_an_after_commit_handler_leaves_behind_does_not_hinder_the_next(
    app: Flask, database: Database, wire: dict[type, Handlers]
) -> None:
    def careless(_event: Happened) -> None:
        db.session.add(Artist(name="pending"))
        message = "broken"
        raise ValueError(message)

    def tidy(_event: Happened) -> None:
        add_artist("tidy")

    wire[Happened] = Handlers(after_commit=(careless, tidy))

    @atomic
    def command() -> None:
        emit(Happened("one"))

    with app.app_context():
        command()
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert artists(database) == ["tidy"]
