"""How many statements sharing sends, loading the caller included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.people import insert_person
from tests.support.queries import QueryCounter, constant_cost, counted
from tests.support.registry import budget_of
from trackflow.extensions import db


@pytest.fixture
def alice(person: Person) -> Account:
    return person("alice")


class Grower:
    """Adds people with a right on alice's pack and on her song, and rights of alice on packs of these people."""

    def __init__(self, database: Database, alice: Account) -> None:
        self.database, self.alice = database, alice
        self.pack = rows.pack(database, alice)
        self.song = rows.song(database, alice, pack_id=self.pack)
        self.size = 0

    def __call__(self, size: int) -> None:
        with self.database.together():
            for number in range(self.size, size):
                who = insert_person(self.database, f"helper{number}")
                rows.grant(self.database, who, "pack_edit", on=self.pack)
                rows.grant(self.database, who, "song_edit", on=self.song)
                theirs = rows.pack(self.database, who)
                rows.grant(self.database, self.alice, "pack_view", on=theirs)
        self.size = size


@pytest.fixture
def grow(database: Database, alice: Account) -> Grower:
    return Grower(database, alice)


@pytest.fixture
def caller(
    client: FlaskClient, alice: Account, query_counter: Callable[[], AbstractContextManager[QueryCounter]]
) -> Callable[[], AbstractContextManager[tuple[Api, QueryCounter]]]:
    """Speak for alice while the statements are counted."""

    @contextmanager
    def counting() -> Iterator[tuple[Api, QueryCounter]]:
        with query_counter() as counter:
            yield Api(client, alice), counter

    return counting


@budget_of(
    "GET /collaborations/packs/{pack_id}/collaborators",
    "GET /collaborations/songs/{song_id}/collaborators",
    "GET /collaborations/available-users",
    "GET /collaborations/my-collaborations",
    "GET /collaborations/on-my-packs",
)
def test_lists(app: Flask, alice: Account, grow: Grower) -> None:
    api = Api(app.test_client(), alice)
    with app.app_context():
        engine = db.engine
    paths = {
        f"packs/{grow.pack}/collaborators": 3,
        f"songs/{grow.song}/collaborators": 3,
        "available-users": 2,
        "my-collaborations": 2,
        "on-my-packs": 2,
    }
    for size in (1, 5, 25):
        grow(size)
        for path, budget in paths.items():
            with counted(engine) as sent:
                assert len(api.get(f"/collaborations/{path}").ok()) == size
            assert len(sent) == budget, sent


@budget_of("POST /collaborations/packs/{pack_id}/collaborate")
@pytest.mark.parametrize("permissions", [["pack_edit"], ["pack_view", "pack_edit"]], ids=len)
def test_sharing_a_pack(permissions: list[str], app: Flask, alice: Account, grow: Grower) -> None:
    api = Api(app.test_client(), alice)
    with app.app_context():
        engine = db.engine
    numbers = iter(range(100))

    def call() -> int:
        who = insert_person(grow.database, f"new{next(numbers)}")
        body = {"user_id": who, "permissions": permissions}
        assert len(api.post(f"/collaborations/packs/{grow.pack}/collaborate", body).ok()) == len(permissions)
        return grow.size

    constant_cost(engine, grow, call, budget=6 + 2)  # the person and the counters are the test's own


def test_ending_the_sharing_of_a_pack_costs_the_same_for_many_songs(
    client: FlaskClient,
    alice: Account,
    grow: Grower,
    query_counter: Callable[[], AbstractContextManager[QueryCounter]],
) -> None:
    costs: list[int] = []
    for size in (1, 5, 25):
        grow(size)
        leaver = grow.database.scalar("SELECT max(user_id) FROM collaborations WHERE pack_id = :pack", pack=grow.pack)
        owners = grow.database.column("SELECT id FROM users WHERE id <> :id", id=leaver)
        with grow.database.together():
            for number in range(size):
                owner = owners[number % len(owners)]
                song = rows.song(grow.database, owner, f"S{size}-{number}", pack_id=grow.pack)
                rows.grant(grow.database, leaver, "song_edit", on=song)
                grow.database.insert(
                    "wip_collaborations", song_id=song, collaborator=f"helper{size - 1}", field="drums"
                )
        with query_counter() as sent:
            Api(client, alice).delete(f"/collaborations/packs/{grow.pack}/collaborate/{leaver}").ok()
        sent.at_most(9)
        costs.append(len(sent))
        assert grow.database.count("collaborations", user_id=leaver) == 0
        assert grow.database.count("wip_collaborations") == 0
    assert len(set(costs)) == 1, costs


@pytest.mark.parametrize(
    ("operation", "body", "budget"),
    [
        ("POST /collaborations/songs/{song}/collaborate", {"user_id": 0}, 8),
        ("DELETE /collaborations/songs/{song}/collaborate/{helper}", None, 7),
        ("POST /songs/{song}/collaborations", {"collaborations": [{"author": "new"}]}, 11),
    ],
)
def test_songs(
    operation: str,
    body: Any,
    budget: int,
    grow: Grower,
    caller: Callable[[], AbstractContextManager[tuple[Api, QueryCounter]]],
) -> None:
    grow(25)
    new = insert_person(grow.database, "new")
    helper = grow.database.scalar("SELECT max(user_id) FROM collaborations WHERE song_id = :id", id=grow.song)
    method, _, path = operation.format(song=grow.song, helper=helper).partition(" ")
    sent = {"user_id": new} if body and "user_id" in body else body
    with caller() as (api, counter):
        api.call(method, path, sent).ok()
    counter.at_most(budget)
