"""The lost-update experiment: many threads read a number and write the next one, and no step may be lost."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask

from tests.concurrency.steps import Step, add, add_one_after_reading, add_one_by_object, add_one_by_statement
from tests.conftest import Concurrently, Person
from tests.support.database import Database
from tests.support.people import HASHED
from tests.support.rows import pack
from tests.support.run import PROJECT

THREADS = 16
STEPS = 30


@pytest.mark.parametrize("step", [add_one_by_object, add_one_by_statement, add_one_after_reading])
def test_no_step_is_lost(step: Step, database: Database, person: Person, concurrently: Concurrently) -> None:
    pack_id = pack(database, person("alice"), priority=0)

    done = concurrently(THREADS, lambda _index: add(pack_id, STEPS, step)).all_succeeded()
    assert database.scalar("SELECT priority FROM packs") == sum(done)
    assert sum(done) > THREADS * STEPS * 0.9, "too many steps were refused as busy"


def test_no_step_is_lost_between_processes(database: Database, person: Person, concurrently: Concurrently) -> None:
    """Two processes do not share the queue of writers, only the database."""
    pack_id = pack(database, person("alice"), priority=0)
    command = [sys.executable, "-m", "tests.concurrency.second_process", str(pack_id), str(STEPS)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:  # noqa: S603
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"

        def work(index: int) -> int:
            if index == 0:
                answer, _ = other.communicate("go\n", timeout=60)
                return int(answer)
            return add(pack_id, STEPS)

        done = concurrently(THREADS // 2 + 1, work).all_succeeded()
    assert other.returncode == 0
    assert min(done) > 0
    assert database.scalar("SELECT priority FROM packs") == sum(done)
    assert sum(done) > THREADS * STEPS * 0.98, f"too many steps were refused as busy: {done}"


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
