"""How many statements the operations on songs send, loading the caller included."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Person, Register
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.queries import QueryCounter, constant_cost
from tests.support.registry import budget_of
from trackflow.extensions import db

QUERIES = [
    "", "?limit=1000", "?order=title", "?status=In Progress", "?query=song", "?query=carol&limit=50&status=In Progress",
]  # fmt: skip


class Grower:
    """Adds songs of two owners, in a pack of the one, each with two collaborators."""

    def __init__(self, database: Database, alice: Account, bobby: Account, carol: Account) -> None:
        self.database, self.alice, self.bobby, self.carol = database, alice, bobby, carol
        self.pack = rows.pack(database, alice)
        self.size = 0

    def __call__(self, size: int) -> None:
        with self.database.together():
            for number in range(self.size, size):
                owner, other = (self.alice, self.bobby) if number % 2 else (self.bobby, self.alice)
                song_id = rows.song(self.database, owner, f"Song {number}", pack_id=self.pack)
                for who in (other, self.carol):
                    rows.grant(self.database, who, "song_edit", on=song_id)
        self.size = size


@pytest.fixture
def alice(register: Register) -> Account:
    return register("alice")


@pytest.fixture
def grow(database: Database, alice: Account, person: Person) -> Grower:
    return Grower(database, alice, person("bobby"), person("carol"))


@budget_of("GET /songs")
@pytest.mark.parametrize("query", QUERIES)
def test_a_list_takes_three(query: str, app: Flask, alice: Account, grow: Grower) -> None:
    api = Api(app.test_client(), alice)
    with app.app_context():
        engine = db.engine
    constant_cost(engine, grow, lambda: len(api.get(f"/songs{query}").ok()), budget=3)


CALLS: list[tuple[str, str, Any, int]] = [
    ("GET", "/songs/{song}", None, 3),
    ("GET", "/songs/{song}/owner-id", None, 2),
    ("PATCH", "/songs/{song}", {"notes": "x"}, 8),
    ("PATCH", "/songs/{song}", {"status": "Released"}, 14),
    ("PATCH", "/songs/{song}", {"status": "Future Plans"}, 14),
    ("POST", "/songs", {"title": "New", "artist": "New", "status": "In Progress", "pack_id": "{pack}"}, 17),
    ("DELETE", "/songs/{song}", None, 5),
]


@pytest.mark.parametrize("call", CALLS, ids=str)
def test_one_song(
    call: tuple[str, str, Any, int],
    client: FlaskClient,
    alice: Account,
    grow: Grower,
    query_counter: Callable[[], AbstractContextManager[QueryCounter]],
) -> None:
    method, path, body, budget = call
    grow(25)
    song_id = grow.database.scalar("SELECT max(id) FROM songs WHERE user_id = :id", id=alice.id)
    sent = body and {key: grow.pack if value == "{pack}" else value for key, value in body.items()}
    with query_counter() as counter:
        answer = Api(client, alice).call(method, path.format(song=song_id), sent)
    assert answer.status in (200, 204), answer
    counter.at_most(budget)
