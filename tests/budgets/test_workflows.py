"""What workflows and progress cost in statements, whatever the number of steps and songs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from tests.conftest import Person, Register
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.queries import SIZES, QueryCounter, constant_cost
from tests.support.registry import budget_of
from trackflow.extensions import db

AsUser = Callable[[Account | None], Api]
Counter = Callable[[], AbstractContextManager[QueryCounter]]


@pytest.fixture
def alice(register: Register, as_user: AsUser) -> Api:
    return as_user(register("alice"))


class Budget:
    """Measures calls of one account."""

    def __init__(self, app: Flask, api: Api, database: Database) -> None:
        """Take what is measured."""
        with app.app_context():
            self.engine = db.engine
        assert api.account is not None
        self.api, self.database, self.user_id = api, database, api.account.id

    def songs(self, number: int) -> list[int]:
        """Make songs with progress and assignments until there are so many; return their ids."""
        ids: list[int] = self.database.column("SELECT id FROM songs ORDER BY id")
        while len(ids) < number:
            ids.append(rows.song(self.database, self.user_id))
            self.database.insert("wip_collaborations", song_id=ids[-1], collaborator="bobby", field="drums")
            self.api.put(f"/authoring/{ids[-1]}", {"drums": True}).ok()
        return ids

    def steps(self, number: int) -> list[str]:
        """Give the account so many steps; return their names."""
        names = [f"step{place}" for place in range(number)]
        steps = [{"step_name": name, "display_name": name, "order_index": place} for place, name in enumerate(names)]
        self.api.put("/workflows/my-workflow", {"steps": steps}).ok()
        return names


@pytest.fixture
def budget(app: Flask, alice: Api, database: Database) -> Budget:
    return Budget(app, alice, database)


@budget_of("GET /workflows/my-workflow", "GET /workflows/user/{user_id}")
def test_a_workflow(budget: Budget) -> None:
    def steps_at(path: str) -> int:
        return len(budget.api.get(path).ok()["steps"])

    constant_cost(budget.engine, budget.steps, lambda: steps_at("/workflows/my-workflow"), budget=2)
    constant_cost(budget.engine, budget.steps, lambda: steps_at(f"/workflows/user/{budget.user_id}"), budget=2)


@budget_of("GET /workflows/songs/{song_id}/progress")
def test_the_progress_of_a_song(budget: Budget) -> None:
    path = f"/workflows/songs/{budget.songs(1)[0]}/progress"
    constant_cost(budget.engine, budget.steps, lambda: len(budget.api.get(path).ok()), budget=4)


@budget_of("GET /workflows/songs/progress/bulk", "GET /authoring/wip-collaborations/bulk")
def test_many_songs(budget: Budget) -> None:
    def rows_at(path: str) -> int:
        query = {"song_ids": ",".join(map(str, budget.songs(0)))}
        return len([value for value in budget.api.get(path, query).ok().values() if value])

    def grow(number: int) -> None:
        budget.songs(number)

    constant_cost(budget.engine, grow, lambda: rows_at("/workflows/songs/progress/bulk"), budget=2)
    budget.database.execute("DELETE FROM songs")
    constant_cost(budget.engine, grow, lambda: rows_at("/authoring/wip-collaborations/bulk"), budget=2)


def test_two_thousand_songs_cost_as_much_as_one(budget: Budget, database: Database, query_counter: Counter) -> None:
    values = {"user_id": budget.user_id, "title": "Song", "artist": "Artist", "status": "In Progress"}
    database.insert_many("songs", [{**values, "title_key": "song", "artist_key": "artist"}] * 2000)
    database.execute(
        "INSERT INTO song_progress (song_id, step_name, is_completed, created_at, updated_at)"
        " SELECT id, 'drums', true, created_at, updated_at FROM songs"
    )
    query = {"song_ids": ",".join(map(str, database.column("SELECT id FROM songs")))}
    with query_counter() as sent:
        answer = budget.api.get("/workflows/songs/progress/bulk", query).ok()
    sent.at_most(2)
    assert len(answer) == 2000
    assert all(value == {"drums": True} for value in answer.values())


@budget_of("GET /authoring/recent")
def test_recent_parts(budget: Budget) -> None:
    path = "/authoring/recent?limit=100"
    constant_cost(budget.engine, budget.songs, lambda: len(budget.api.get(path).ok()), budget=2)


@budget_of("GET /authoring/{song_id}/wip-collaborations", "PUT /authoring/{song_id}/wip-collaborations")
def test_the_assignments_of_a_song(budget: Budget, query_counter: Counter) -> None:
    path = f"/authoring/{budget.songs(1)[0]}/wip-collaborations"
    for size in SIZES:
        sent = {"assignments": [{"collaborator": f"user{number}", "field": "drums"} for number in range(size)]}
        with query_counter() as counter:
            budget.api.put(path, sent).ok()
        counter.at_most(6)
        with query_counter() as counter:
            assert len(budget.api.get(path).ok()["assignments"]) == size
        counter.at_most(3)


@budget_of("POST /workflows/songs/{song_id}/progress/bulk", "PUT /authoring/{song_id}")
def test_marking_any_number_of_steps(budget: Budget, query_counter: Counter) -> None:
    song = budget.songs(1)[0]
    for size in SIZES:
        names = budget.steps(size)
        with query_counter() as counter:
            budget.api.put(f"/authoring/{song}", dict.fromkeys(names, False)).ok()
            budget.api.put(f"/authoring/{song}", dict.fromkeys(names, True)).ok()
        counter.at_most(12)
        updates = [{"step_name": name, "is_completed": False} for name in names]
        with query_counter() as counter:
            answer = budget.api.post(f"/workflows/songs/{song}/progress/bulk", {"updates": updates}).ok()
        assert len(answer) == size
        counter.at_most(9)


def test_one_toggle_takes_eight_also_with_a_notice(
    budget: Budget, query_counter: Counter, database: Database, person: Person
) -> None:
    song = budget.songs(1)[0]
    for limit in (6, 8):
        for value in (False, True):
            with query_counter() as counter:
                budget.api.put(f"/authoring/{song}", {"drums": value}).ok()
            counter.at_most(limit)
        rows.grant(database, person(f"helper{limit}").id, "song_edit", on=song)
    assert database.count("notifications") == 1
    with query_counter() as counter:
        budget.api.put(f"/authoring/{song}", {"drums": True}).ok()
    counter.at_most(3)
