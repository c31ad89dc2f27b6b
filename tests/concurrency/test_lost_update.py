"""The lost-update experiment: many threads read a number and write the next one, and no step may be lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import Concurrently, Person
from tests.support.database import Database
from tests.support.people import HASHED
from tests.support.rows import pack
from trackflow.errors import Busy
from trackflow.extensions import db
from trackflow.models import Pack
from trackflow.unit_of_work import atomic

THREADS = 16
STEPS = 30

Step = Callable[[int], None]


def read(pack_id: int) -> Pack:
    """Load the row as commands do: locked, and never from the session's memory."""
    statement = select(Pack).where(Pack.id == pack_id).with_for_update().execution_options(populate_existing=True)
    return db.session.execute(statement).scalar_one()


@atomic
def add_one_by_object(pack_id: int) -> None:
    found = read(pack_id)
    found.priority = (found.priority or 0) + 1


@atomic
def add_one_by_statement(pack_id: int) -> None:
    value = db.session.execute(select(Pack.priority).where(Pack.id == pack_id).with_for_update()).scalar_one()
    db.session.execute(update(Pack).where(Pack.id == pack_id).values(priority=(value or 0) + 1))


def add_one_after_reading(pack_id: int) -> None:
    """Read the row before the command, as a request reads its actor: the session must not remember it."""
    before = db.session.get(Pack, pack_id)
    assert before is not None
    _ = before.priority
    add_one_carelessly(pack_id)


@atomic
def add_one_carelessly(pack_id: int) -> None:
    found = db.session.execute(select(Pack).where(Pack.id == pack_id).with_for_update()).scalar_one()
    found.priority = (found.priority or 0) + 1


@pytest.mark.parametrize("step", [add_one_by_object, add_one_by_statement, add_one_after_reading])
def test_no_step_is_lost(step: Step, database: Database, person: Person, concurrently: Concurrently) -> None:
    pack_id = pack(database, person("alice"), priority=0)

    def work(_index: int) -> int:
        busy = 0
        for _ in range(STEPS):
            try:
                step(pack_id)
            except Busy:
                busy += 1
        return busy

    refused = sum(concurrently(THREADS, work).all_succeeded())
    assert database.scalar("SELECT priority FROM packs") == THREADS * STEPS - refused
    assert refused < THREADS * STEPS // 10, f"{refused} steps were refused as busy"


def test_commands_and_requests_side_by_side(
    app: Flask, database: Database, person: Person, concurrently: Concurrently
) -> None:
    """Half of the threads write, half read over HTTP; nothing is lost and no reader fails."""
    alice = person("alice")
    pack_id = pack(database, alice, priority=0)

    def work(index: int) -> list[int]:
        if index % 2:
            for _ in range(STEPS):
                add_one_by_object(pack_id)
            return []
        client = app.test_client()
        return [client.get("/auth/me", headers=alice.headers).status_code for _ in range(STEPS)]

    statuses = concurrently(THREADS, work).all_succeeded()
    assert {status for some in statuses for status in some} == {200}
    assert database.scalar("SELECT priority FROM packs") == THREADS // 2 * STEPS


def test_simultaneous_sign_ins_extend_the_streak_once(
    app: Flask, database: Database, person: Person, concurrently: Concurrently
) -> None:
    alice = person("alice", hashed_password=HASHED)

    def sign_in(_index: int) -> int:
        body = {"username": "alice", "password": alice.password}
        return app.test_client().post("/auth/login", json=body).status_code

    statuses = concurrently(8, sign_in).all_succeeded()
    assert set(statuses) <= {200, 503}
    assert statuses.count(200) >= 1
    assert database.scalar("SELECT login_streak FROM user_stats") == 1
    assert database.count("activity_logs", activity_type="login") == statuses.count(200)


@pytest.mark.parametrize("same", ["username", "email"])
def test_simultaneous_registrations_open_one_account(
    same: str, app: Flask, database: Database, concurrently: Concurrently
) -> None:
    def register(index: int) -> int:
        body = {"username": f"user{index}", "email": f"user{index}@example.org", "password": "correct horse"}
        body[same] = {"username": "Alice", "email": "alice@example.org"}[same]
        if index % 2:
            body[same] = body[same].upper()
        return app.test_client().post("/auth/register", json=body).status_code

    statuses = concurrently(8, register).all_succeeded()
    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 503}
    assert database.count("users") == 1
    assert database.count("user_workflows") == 1
