"""Points and counters on a database: derived from other rows, for several users at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

import pytest
from flask import Flask

from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database
from tests.support.queries import QueryCounter
from trackflow.services.points.commands import recompute

SOME_TIME = datetime(2021, 1, 1)  # noqa: DTZ001  (naive UTC, as the columns store it)


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_everything_is_counted_anew(person: Person, database: Database) -> None:
    alice, bobby = person("alice"), person("bobby")
    database.execute("UPDATE user_stats SET total_points = 999, total_songs = 999, login_streak = 7")
    for points in (25, 100):
        achievement = database.insert(
            "achievements", code=f"test_{points}", name="n", description="d", icon="i", category="c", points=points
        )
        database.insert("user_achievements", user_id=alice.id, achievement_id=achievement)
    paying = rows.song(database, alice, "a", status="Released", released_at=SOME_TIME)
    rows.song(database, alice, "b", status="Released")
    rows.song(database, alice, "c", status="In Progress", released_at=SOME_TIME)
    rows.song(database, alice, "d", status="Future Plans")
    rows.song(database, bobby, "e", status="Released", released_at=SOME_TIME)
    rows.pack(database, alice)
    rows.grant(database, bobby, "song_edit", on=paying)
    rows.grant(database, bobby, "pack_edit", on=rows.pack(database, alice, "Two"))
    for status in ("Future Plans", "Future Plans", "In Progress", "Released"):
        database.insert("status_ledger", user_id=alice.id, to_status=status)
    for kind in ("import_spotify", "import_spotify", "login"):
        database.insert("activity_logs", user_id=alice.id, activity_type=kind, description="x")
    database.insert("feature_requests", user_id=alice.id, title="t", description="d")

    recompute([alice.id])
    stats = database.row("SELECT * FROM user_stats WHERE user_id = :id", id=alice.id)
    assert {name: value for name, value in stats.items() if name.startswith(("total_", "login_s"))} == {
        "total_points": 135, "total_songs": 4, "total_released": 2, "total_wip": 1, "total_future": 1,
        "total_future_created": 2, "total_wip_created": 1, "total_packs": 2, "total_collaborations": 1,
        "total_spotify_imports": 2, "total_feature_requests": 1, "login_streak": 7,
    }  # fmt: skip
    assert database.scalar("SELECT total_points FROM user_stats WHERE user_id = :id", id=bobby.id) == 999


def test_several_users_cost_as_much_as_one(
    person: Person, database: Database, query_counter: Callable[[], AbstractContextManager[QueryCounter]]
) -> None:
    people = [person(name) for name in ("alice", "bobby", "carol")]
    for who in people:
        rows.song(database, who, status="Released", released_at=SOME_TIME)
    with query_counter() as sent:
        recompute([who.id for who in reversed(people)] * 2)
    sent.at_most(2)
    assert database.column("SELECT total_points FROM user_stats") == [10, 10, 10]


def test_a_missing_row_is_made_and_nobody_is_passed_over(person: Person, database: Database) -> None:
    alice = person("alice")
    rows.song(database, alice, status="Released", released_at=SOME_TIME)
    database.execute("DELETE FROM user_stats")
    recompute([alice.id, 12345])
    recompute([])
    assert database.rows("SELECT user_id, total_points FROM user_stats") == [{"user_id": alice.id, "total_points": 10}]
