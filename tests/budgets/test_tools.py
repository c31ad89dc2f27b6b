"""Cleaning costs the same number of statements for one song and for many."""

from __future__ import annotations

import itertools

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.queries import constant_cost
from tests.support.registry import budget_of
from trackflow.extensions import db


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def owner(person: Person) -> Account:
    return person("alice")


class Dirt:
    """Songs that want cleaning, new ones for each call."""

    def __init__(self, database: Database, owner: Account) -> None:
        """Take where and whose."""
        self.database, self.owner = database, owner
        self.numbers = itertools.count()
        self.ids: list[int] = []

    def make(self, number: int) -> None:
        """Make so many."""
        self.ids = [
            rows.song(self.database, self.owner, f"Song {next(self.numbers)} - 2011", album="Album (Deluxe)")
            for _ in range(number)
        ]


# The caller; the songs, and their writing; the changed songs, and the people on them.
BUDGET = 5


@budget_of("POST /tools/bulk-clean")
def test_bulk_clean(engine: Engine, app: Flask, database: Database, owner: Account) -> None:
    dirt, api = Dirt(database, owner), Api(app.test_client(), owner)
    constant_cost(engine, dirt.make, lambda: len(api.post("/tools/bulk-clean", dirt.ids).ok()), budget=BUDGET)


@budget_of("POST /tools/fix-broken-titles")
def test_fix_broken_titles(engine: Engine, app: Flask, database: Database, owner: Account) -> None:
    dirt, api = Dirt(database, owner), Api(app.test_client(), owner)
    constant_cost(engine, dirt.make, lambda: len(api.post("/tools/fix-broken-titles").ok()), budget=BUDGET)
