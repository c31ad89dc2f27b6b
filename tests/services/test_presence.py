"""Who was seen lately: from the buffer of a process into the table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Api
from tests.support.queries import QueryCounter
from trackflow.models import Presence
from trackflow.services.presence import buffer, commands

Counting = Callable[[], AbstractContextManager[QueryCounter]]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def seen(database: Database) -> dict[int, datetime]:
    return {row["user_id"]: row["last_seen"] for row in database.rows(Presence.__table__.select())}


def test_a_request_is_noted_and_stored_by_the_flush(app: Flask, database: Database, person: Person) -> None:
    alice = person("alice")
    Api(app.test_client(), alice).get("/auth/me").ok()
    assert seen(database) == {}
    assert commands.flush() == 1
    assert set(seen(database)) == {alice.id}


def test_the_newest_note_counts(database: Database, person: Person, clock: Clock) -> None:
    alice, bob = person("alice"), person("bob")
    start = clock.time
    buffer.touch(alice.id)
    commands.flush()
    later = clock.advance(minutes=3)
    buffer.touch(alice.id)
    buffer.touch(bob.id)
    assert commands.flush() == 2
    assert seen(database) == {alice.id: later, bob.id: later}
    clock.set(start)
    buffer.touch(alice.id)
    commands.flush()
    assert seen(database)[alice.id] == later


def test_whoever_was_deleted_meanwhile_is_left_out(database: Database, person: Person) -> None:
    alice, bob = person("alice"), person("bob")
    buffer.touch(alice.id)
    buffer.touch(bob.id)
    database.execute("DELETE FROM users WHERE id = :id", id=bob.id)
    assert commands.flush() == 1
    assert set(seen(database)) == {alice.id}
    buffer.touch(bob.id)
    assert commands.flush() == 0


def test_nothing_noted_asks_nothing_of_the_database(query_counter: Counting) -> None:
    with query_counter() as sent:
        assert commands.flush() == 0
    assert len(sent) == 0


def test_one_statement_stores_everybody(database: Database, person: Person, query_counter: Counting) -> None:
    for number in range(25):
        buffer.touch(person(f"user{number}").id)
    with query_counter() as sent:
        assert commands.flush() == 25
    assert len(sent) == 2
    assert len(seen(database)) == 25


def test_what_could_not_be_stored_stays_noted(
    database: Database, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = person("alice")
    buffer.touch(alice.id)

    def fail(_model: object) -> None:
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("trackflow.upsert.insert", fail)
        with pytest.raises(OSError):  # noqa: PT011  (it is the test's own)
            commands.flush()
    assert commands.flush() == 1
    assert set(seen(database)) == {alice.id}


def test_simultaneous_flushes_agree(database: Database, person: Person, concurrently: Concurrently) -> None:
    people = [person(f"user{number}") for number in range(10)]

    def look_and_flush(thread: int) -> None:
        for someone in people[thread:] + people[:thread]:
            buffer.touch(someone.id)
            commands.flush()

    concurrently(6, look_and_flush).all_succeeded()
    commands.flush()
    assert set(seen(database)) == {someone.id for someone in people}
