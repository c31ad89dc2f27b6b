"""What the inbox costs, which every open page asks for twice a minute, and what events cost that fill it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.people import insert_person
from tests.support.queries import SIZES, QueryCounter, constant_cost
from tests.support.registry import budget_of
from trackflow import unit_of_work
from trackflow.extensions import db
from trackflow.models import SongStatus
from trackflow.services.authoring.events import AssignmentsReplaced, StepsCompleted
from trackflow.services.notifications import facts, listeners, queries
from trackflow.services.pack_lifecycle.events import PackShown
from trackflow.services.songs.events import SongStatusChanged, SongsWentPublic, StatusChange
from trackflow.unit_of_work import Handlers, atomic, emit

Counter = Callable[[], AbstractContextManager[QueryCounter]]
Plan = Callable[[Callable[[], object]], str]
WIP, RELEASED = SongStatus.IN_PROGRESS, SongStatus.RELEASED


@pytest.fixture
def alice(person: Person) -> Account:
    return person("alice")


@pytest.fixture
def api(app: Flask, alice: Account) -> Api:
    return Api(app.test_client(), alice)


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def grow(database: Database, alice: Account, number: int) -> None:
    achievements = database.column("SELECT id FROM achievements ORDER BY id")
    with database.together():
        for place in range(database.count("notifications"), number):
            request = database.insert("feature_requests", user_id=alice.id, title="F", description="D")
            database.insert(
                "notifications", user_id=alice.id, type="general", title="T", message="M",
                related_achievement_id=achievements[place % len(achievements)], related_feature_request_id=request,
            )  # fmt: skip


@budget_of("GET /notifications")
@pytest.mark.parametrize("query", ["?limit=100", "?limit=100&unread_only=true"])
def test_a_page_takes_two_beside_the_caller(
    query: str, api: Api, alice: Account, database: Database, engine: Engine
) -> None:
    def shown() -> int:
        found = api.get(f"/notifications{query}").ok()["notifications"]
        assert all(item["achievement"] and item["feature_request"] for item in found)
        return len(found)

    constant_cost(engine, lambda number: grow(database, alice, number), shown, budget=3)


@budget_of("GET /notifications/count")
def test_the_counts_take_one_beside_the_caller(api: Api, alice: Account, database: Database, engine: Engine) -> None:
    constant_cost(
        engine,
        lambda number: grow(database, alice, number),
        lambda: int(api.get("/notifications/count").ok()["total_count"]),
        budget=2,
    )


@pytest.fixture
def plan(database: Database, query_counter: Counter) -> Callable[[Callable[[], object]], str]:
    """Return how SQLite carries out the last statement of a call."""
    if database.kind != "sqlite":
        pytest.skip("what PostgreSQL plans depends on statistics")

    def explained(call: Callable[[], object]) -> str:
        with query_counter() as sent:
            call()
        statement = text("EXPLAIN QUERY PLAN " + sent.statements[-1].replace("?", "1"))
        return "\n".join(row["detail"] for row in database.rows(statement))

    return explained


def test_the_counts_read_an_index_only(plan: Plan, api: Api) -> None:
    assert "COVERING INDEX ix_notifications_user_id_is_read" in plan(lambda: api.get("/notifications/count").ok())


def test_a_page_is_read_in_its_order(plan: Plan, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "counts", lambda _actor: {"unread_count": 0, "total_count": 0})
    found = plan(lambda: api.get("/notifications").ok())
    assert "INDEX ix_notifications_user_id_created_at" in found
    assert "B-TREE" not in found


def test_equal_songs_are_found_by_their_keys(plan: Plan, app: Flask) -> None:
    """Not by way of all public songs, which SQLite prefers while it has no statistics."""
    with app.app_context():
        found = plan(lambda: facts.matches([1], but_not=1))
    assert "INDEX ix_songs_artist_key_title_key" in found
    assert "is_public" not in found


@pytest.mark.parametrize(
    ("method", "path", "budget"),
    [
        ("PUT", "/{id}/read", 2),
        ("PUT", "/mark-all-read", 2),
        ("DELETE", "/{id}", 2),
        ("DELETE", "", 2),
        ("POST", "/welcome", 4),
    ],
)
def test_writing(  # noqa: PLR0913, PLR0917  (a row of the table)
    method: str, path: str, budget: int, api: Api, alice: Account, database: Database, query_counter: Counter
) -> None:
    grow(database, alice, 25)
    target = database.scalar("SELECT max(id) FROM notifications")
    with query_counter() as sent:
        api.call(method, "/notifications" + path.format(id=target)).ok()
    sent.at_most(budget)


class Crowd:
    """A pack of so many songs, each of another owner, with so many editors, and a twin of each somewhere else."""

    def __init__(self, database: Database, actor: Account, size: int) -> None:
        self.actor, self.size = actor, size
        with database.together():
            self.people = [insert_person(database, f"p{size}x{place}") for place in range(size)]
            pack = rows.pack(database, actor, f"Pack {size}")
            for user_id in self.people:
                rows.grant(database, user_id, "pack_edit", on=pack)
            twin = insert_person(database, f"twin{size}")
            self.songs = {}
            for place, owner in enumerate(self.people):
                row: dict[str, Any] = {"title": f"Song {size} {place}", "is_public": True}
                self.songs[rows.song(database, owner, pack_id=pack, **row)] = owner
                rows.song(database, twin, **row)

    def events(self) -> dict[str, Any]:
        first, owner = next(iter(self.songs.items()))
        names = tuple((f"p{self.size}x{place}", "drums") for place in range(self.size))
        return {
            "status": SongStatusChanged(
                self.actor.id, tuple(StatusChange(song, owner, WIP, RELEASED) for song, owner in self.songs.items())
            ),
            "progress": StepsCompleted(
                self.actor.id, first, owner, None, WIP.value, ("drums",) * self.size, announced=True
            ),
            "assignments": AssignmentsReplaced(self.actor.id, first, owner, WIP.value, names),
            "public": SongsWentPublic(self.actor.id, tuple(self.songs)),
        }


@pytest.mark.parametrize(
    ("kind", "handler", "budget"),
    [
        ("status", listeners.on_song_status_changed, 3),
        ("progress", listeners.on_steps_completed, 3),
        ("assignments", listeners.on_assignments_replaced, 4),
        ("public", listeners.on_songs_went_public, 3),
    ],
)
def test_an_event_costs_the_same_for_any_number_of_songs_and_people(  # noqa: PLR0913, PLR0917  (a row of the table)
    kind: str,
    handler: Callable[[Any], None],
    budget: int,
    app: Flask,
    alice: Account,
    database: Database,
    query_counter: Counter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @atomic
    def happen(event: object) -> None:
        emit(event)

    for size in SIZES:
        event = Crowd(database, alice, size).events()[kind]
        monkeypatch.setattr(unit_of_work, "_handlers", {type(event): Handlers(isolated=(handler,))})
        before = database.count("notifications")
        with app.app_context(), query_counter() as sent:
            happen(event)
        assert len(sent) == budget, sent
        told = {"status": size * size, "public": min(size, listeners.INVITATIONS_PER_PERSON)}.get(kind, size)
        assert database.count("notifications") - before == told


def test_everybody_is_told_by_two_statements(
    app: Flask, alice: Account, database: Database, query_counter: Counter
) -> None:
    event = PackShown(rows.pack(database, alice), alice.id, alice.id)
    with database.together():
        for place in range(25):
            insert_person(database, f"person{place}")
    write = atomic(lambda: listeners.on_pack_shown(event))
    with app.app_context(), query_counter() as sent:
        write()
    sent.at_most(2)
    assert database.count("notifications", type="pack_release") == 25
