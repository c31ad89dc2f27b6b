"""How many statements the operations on packs and the feeds send, loading the caller included."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.conftest import Person, Register
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.queries import QueryCounter, constant_cost
from tests.support.registry import budget_of
from trackflow.clock import now_utc
from trackflow.extensions import db


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def alice(register: Register) -> Account:
    return register("alice")


@pytest.fixture
def bobby(person: Person) -> Account:
    return person("bobby")


class Grower:
    """Adds released packs of alice, each with two songs, of which one is bobby's, and a series."""

    def __init__(self, database: Database, alice: Account, bobby: Account) -> None:
        self.database, self.owners, self.size = database, (alice, bobby), 0

    def __call__(self, size: int) -> None:
        now = now_utc()
        with self.database.together():
            for number in range(self.size, size):
                pack = rows.pack(self.database, self.owners[0], f"Pack {number}", released_at=now)
                for owner in self.owners:
                    rows.song(self.database, owner, f"S{number}", pack_id=pack, status="Released", released_at=now)
                series = {"album_name": f"A{number}", "artist_name": "B", "series_number": number + 1}
                self.database.insert("album_series", pack_id=pack, status="released", **series)
        self.size = size


@pytest.fixture
def grow(database: Database, alice: Account, bobby: Account) -> Grower:
    return Grower(database, alice, bobby)


@budget_of("GET /packs")
def test_the_own_packs_take_two(engine: Engine, client: FlaskClient, alice: Account, grow: Grower) -> None:
    constant_cost(engine, grow, lambda: len(Api(client, alice).get("/packs").ok()), budget=2)


@budget_of("GET /songs/recent-pack-releases")
@pytest.mark.parametrize("signed_in", [True, False])
def test_packs_that_came_out_take_two_besides_the_caller(
    signed_in: bool,  # noqa: FBT001
    engine: Engine,
    client: FlaskClient,
    alice: Account,
    grow: Grower,
) -> None:
    api = Api(client, alice if signed_in else None)
    path = "/songs/recent-pack-releases?limit=50"
    constant_cost(engine, grow, lambda: len(api.get(path).ok()), budget=3 if signed_in else 2)


@budget_of("GET /songs/recent-releases")
def test_songs_that_came_out_take_one(engine: Engine, client: FlaskClient, alice: Account, database: Database) -> None:
    present: list[int] = []

    def grow(size: int) -> None:
        now = now_utc()
        with database.together():
            while len(present) < size:
                row = {"status": "Released", "released_at": now}
                present.append(rows.song(database, alice, f"Song {len(present)}", **row))

    constant_cost(engine, grow, lambda: len(Api(client).get("/songs/recent-releases?limit=50").ok()), budget=1)


@budget_of("GET /packs/near-completion")
def test_packs_near_completion_take_two(
    engine: Engine, client: FlaskClient, alice: Account, database: Database
) -> None:
    def almost_done(size: int) -> None:
        """Insert packs with so many songs each; the answer always names one of them."""
        with database.together():
            for number in range(size):
                pack = rows.pack(database, alice, f"Pack {size} {number}")
                for place in range(4):
                    song = rows.song(database, alice, f"S{size} {number} {place}", pack_id=pack)
                    rows.progress(database, song, drums=True, bass=True, vocals=place > 0)

    sizes = iter((1, 5, 25))

    def call() -> int:
        found = Api(client, alice).get("/packs/near-completion?limit=10").ok()
        assert len(found) in (1, 6, 10)
        return next(sizes)

    constant_cost(engine, almost_done, call, budget=2)


def _name(size: int, _song: int) -> dict[str, Any]:
    return {"name": f"New {size}"}


def _status(_size: int, _song: int) -> dict[str, Any]:
    return {"status": "In Progress"}


def _release(_size: int, song: int) -> dict[str, Any]:
    return {"title": "T", "song_download_links": {str(song): "https://d.example"}}


CALLS: list[tuple[str, str, Callable[[int, int], dict[str, Any]] | None, int]] = [
    ("POST", "/packs", _name, 6),
    ("GET", "/packs/{pack}", None, 2),
    ("PATCH", "/packs/{pack}", _name, 5),
    ("GET", "/packs/autocomplete?query=pack", None, 2),
    ("GET", "/songs/recent-pack-releases/count", None, 1),
    ("DELETE", "/packs/{pack}", None, 10),
    ("PATCH", "/packs/{pack}/status", _status, 20),
    ("POST", "/packs/{pack}/release", _release, 28),
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]}")
def test_the_size_of_the_pack_does_not_matter(
    call: tuple[str, str, Callable[[int, int], dict[str, Any]] | None, int],
    client: FlaskClient,
    grow: Grower,
    query_counter: Callable[[], AbstractContextManager[QueryCounter]],
) -> None:
    method, path, body, budget = call
    database, (alice, bobby) = grow.database, grow.owners
    costs = []
    for size in (1, 5, 25):
        pack = rows.pack(database, alice, f"Pack {size}")
        song = 0
        with database.together():
            for number in range(size):
                owner = bobby if number % 2 or size == 1 else alice
                for status, optional in (("In Progress", False), ("In Progress", True), ("Future Plans", False)):
                    song = rows.song(database, owner, "S", pack_id=pack, status=status, optional=optional)
        with query_counter() as sent:
            Api(client, alice).call(method, path.format(pack=pack), body(size, song) if body else None).ok()
        costs.append(len(sent))
        sent.at_most(budget)
    assert costs[1] == costs[2], costs
