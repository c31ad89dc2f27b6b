"""How many statements batches, suggestions and counts send, loading the caller included."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.people import insert_person
from tests.support.queries import counted
from tests.support.registry import budget_of
from trackflow.extensions import db


@pytest.fixture
def alice(person: Person) -> Account:
    return person("alice")


def batch(size: int, **more: Any) -> list[dict[str, Any]]:
    song = {"artist": "The Example", "status": "Future Plans", "album": "A (Deluxe Edition)", **more}
    return [{**song, "title": f"Song {size}-{number} (2011)"} for number in range(size)]


@budget_of("POST /songs/batch")
@pytest.mark.parametrize(
    ("more", "budget"),
    [
        ({}, 11),
        ({"pack_id": "{pack}"}, 12),
        ({"pack": "New {size}"}, 14),  # and the log of the new pack
        ({"pack_id": "{pack}", "status": "In Progress"}, 15),
        ({"pack_id": "{pack}", "status": "In Progress", "collaborations": [{"author": "bobby"}]}, 17),
    ],
    ids=["plain", "into a pack", "into a new pack", "in progress", "with people"],
)
def test_a_batch_costs_the_same_for_any_number(
    more: dict[str, Any], budget: int, app: Flask, alice: Account, database: Database
) -> None:
    insert_person(database, "bobby")
    pack_id = rows.pack(database, alice)
    rows.workflow(database, alice, "drums", "bass")
    api = Api(app.test_client(), alice)
    with app.app_context():
        engine = db.engine
    for size in (1, 5, 25, 100):
        values = {"{pack}": pack_id, "New {size}": f"New {size}"}
        body = batch(
            size, **{key: values.get(value, value) if isinstance(value, str) else value for key, value in more.items()}
        )
        with counted(engine) as sent:
            assert len(api.post("/songs/batch", body).ok()) == size
        assert len(sent) == budget, f"{size}:\n{sent}"


def test_deleting_costs_the_same_for_any_number(app: Flask, alice: Account, database: Database) -> None:
    api = Api(app.test_client(), alice)
    with app.app_context():
        engine = db.engine
    for size in (1, 5, 25, 1000):
        with database.together():
            ids = [rows.song(database, alice, f"S{number}") for number in range(size)]
        with counted(engine) as sent:
            api.post("/songs/bulk-delete", {"ids": ids}).ok()
        assert len(sent) == 5, sent
    assert database.count("songs") == 0


@pytest.mark.parametrize(
    "path",
    [
        "all-artists",
        *(f"autocomplete/{kind}?query=a" for kind in ("artists", "albums", "collaborators")),
        "debug-songs",
    ],
)
def test_suggestions_and_counts_take_two(path: str, app: Flask, person: Person, database: Database) -> None:
    alice = person("alice", is_admin=True)
    api = Api(app.test_client(), alice)
    with app.app_context():
        engine = db.engine
    for size in (1, 5, 25):
        for number in range(size):
            song = rows.song(database, alice, f"S{size}-{number}", artist=f"A{size}-{number}", album=f"A{number}")
            rows.grant(database, insert_person(database, f"a{size}-{number}"), "song_edit", on=song)
        with counted(engine) as sent:
            api.get(f"/songs/{path}").ok()
        assert len(sent) == 2, sent
