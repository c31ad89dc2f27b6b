"""Official songs cost one statement, however many there are; nobody is loaded for it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.conftest import Person
from tests.support.database import Database
from tests.support.http import Api
from tests.support.queries import constant_cost
from tests.support.registry import budget_of
from trackflow.extensions import db

CHECK = "/rockband-dlc/check"


@pytest.fixture
def api(app: Flask, person: Person) -> Api:
    return Api(app.test_client(), person("alice"))


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def grow(database: Database, number: int) -> None:
    for place in range(database.count("rock_band_dlc"), number):
        database.insert("rock_band_dlc", title=f"Everlong {place}", artist="Foo Fighters", origin=f"DLC {place}")


@budget_of("GET /rockband-dlc/check")
@pytest.mark.parametrize("title", ["everlong", "everlong 0", "big me"])
def test_check(title: str, engine: Engine, api: Api, database: Database) -> None:
    sizes = iter((1, 5, 25))

    def call() -> int:
        answer = api.get(CHECK, {"title": title, "artist": "foo fighters"}).ok()
        size = next(sizes)
        expected = {"everlong": ("partial", min(size, 5)), "everlong 0": ("exact", 0), "big me": (None, 0)}[title]
        assert (answer["match_type"], len(answer.get("similar_matches", ()))) == expected
        return size

    constant_cost(engine, lambda number: grow(database, number), call, budget=1)


@budget_of("GET /rockband-dlc/search", "GET /rockband-dlc/stats")
def test_search_and_counts(engine: Engine, api: Api, database: Database) -> None:
    def search() -> int:
        return int(api.get("/rockband-dlc/search", {"q": "foo", "limit": 100}).ok()["count"])

    def count() -> int:
        return len(api.get("/rockband-dlc/stats").ok()["by_origin"])

    constant_cost(engine, lambda number: grow(database, number), search, budget=1)
    database.execute("DELETE FROM rock_band_dlc")
    constant_cost(engine, lambda number: grow(database, number), count, budget=1)
