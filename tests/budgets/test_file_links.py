"""The file history is asked for every half minute on each card: one statement beside the caller."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.support.database import Database
from tests.support.http import Api
from tests.support.queries import QueryCounter, constant_cost
from tests.support.registry import budget_of
from tests.support.world import EVERYBODY, Who, World
from trackflow.extensions import db

URL = "https://files.example/take3.zip"


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def grow(database: Database, world: World, number: int) -> None:
    for place in range(database.count("file_links"), number):
        writer = world.people[EVERYBODY[place % len(EVERYBODY)]]
        database.insert("file_links", song_id=world.song, user_id=writer.id, file_url=URL, message=str(place))


def size(api: Api, path: str) -> int:
    return len(api.get(path).ok())


@budget_of("GET /file-links/{song_id}", "GET /file-links/song/{song_id}")
@pytest.mark.parametrize("who", ["owner", "pack_edit", "sibling_edit"])
def test_the_history(who: Who, engine: Engine, app: Flask, database: Database, world: World) -> None:
    api = Api(app.test_client(), world.people[who])
    for path in (f"/file-links/{world.song}", f"/file-links/song/{world.song}"):
        database.execute("DELETE FROM file_links")
        constant_cost(engine, partial(grow, database, world), partial(size, api, path), budget=2)


def test_writing(
    app: Flask, database: Database, world: World, query_counter: Callable[[], AbstractContextManager[QueryCounter]]
) -> None:
    grow(database, world, 25)
    api = Api(app.test_client(), world.people["owner"])
    with query_counter() as sent:
        entry = api.post(f"/file-links/{world.song}", {"file_url": URL, "message": "m"}).ok()
    sent.at_most(4)
    with query_counter() as sent:
        api.delete(f"/file-links/{entry['id']}").ok(204)
    sent.at_most(3)
