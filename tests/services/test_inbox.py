"""What users do with their inboxes, also at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account
from trackflow.actor import Actor
from trackflow.errors import NotFound
from trackflow.models import Notification
from trackflow.services.notifications import commands, queries

TABLE = Notification.__table__


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def actor(account: Account) -> Actor:
    return Actor(account.id, account.username)


@pytest.fixture
def alice(person: Person, clock: Clock) -> Actor:
    return actor(person("alice", created_at=clock.time))


def notice(database: Database, user_id: int, **values: object) -> int:
    row = {"type": "general", "title": "T", "message": "M", **values}
    return database.insert("notifications", user_id=user_id, **row)


class TestWelcome:
    def test_a_new_account_gets_one_that_is_kept(self, alice: Actor, database: Database, clock: Clock) -> None:
        clock.advance(hours=23, minutes=59)
        first = commands.welcome(alice)
        clock.advance(days=100)
        assert commands.welcome(alice) == first
        row = database.row(TABLE.select())
        assert (row["id"], row["user_id"], row["type"], row["is_read"]) == (first, alice.id, "welcome", False)
        assert row["created_at"] == clock.time - timedelta(days=100)

    def test_an_older_account_gets_none(self, alice: Actor, database: Database, clock: Clock) -> None:
        clock.advance(hours=24)
        assert commands.welcome(alice) is None
        assert database.count("notifications") == 0

    def test_nor_does_one_of_unknown_age_or_one_that_is_gone(self, alice: Actor, database: Database) -> None:
        database.execute("UPDATE users SET created_at = NULL WHERE id = :id", id=alice.id)
        assert commands.welcome(alice) is None
        assert commands.welcome(Actor(12345, "nobody")) is None

    def test_an_account_of_unknown_age_keeps_the_one_it_has(self, alice: Actor, database: Database) -> None:
        database.execute("UPDATE users SET created_at = NULL WHERE id = :id", id=alice.id)
        welcome = notice(database, alice.id, type="welcome")
        assert commands.welcome(alice) == welcome

    def test_of_sixteen_calls_at_once_one_writes(
        self, person: Person, database: Database, concurrently: Concurrently
    ) -> None:
        alice = actor(person("alice"))
        found = concurrently(16, lambda _index: commands.welcome(alice)).all_succeeded()
        assert found == database.column("SELECT id FROM notifications") * 16


class TestReading:
    def test_a_second_time_changes_nothing(self, alice: Actor, database: Database, clock: Clock) -> None:
        notification = notice(database, alice.id)
        first = clock.advance(hours=1)
        commands.mark_read(alice, notification)
        clock.advance(hours=1)
        commands.mark_read(alice, notification)
        assert commands.mark_all_read(alice) == 0
        row = database.row(TABLE.select())
        assert (row["is_read"], row["read_at"]) == (True, first)

    def test_what_was_read_at_an_unknown_time_stays_so(self, alice: Actor, database: Database) -> None:
        notification = notice(database, alice.id, is_read=True)
        commands.mark_read(alice, notification)
        assert database.row(TABLE.select())["read_at"] is None

    def test_all_at_once(self, alice: Actor, person: Person, database: Database, clock: Clock) -> None:
        bobby = person("bobby")
        read_at = clock.time - timedelta(days=1)
        kept = notice(database, alice.id, is_read=True, read_at=read_at)
        unread = [notice(database, alice.id) for _ in range(3)]
        foreign = notice(database, bobby.id)
        assert commands.mark_all_read(alice) == 3
        found = {row["id"]: (row["is_read"], row["read_at"]) for row in database.rows(TABLE.select())}
        assert found == {
            kept: (True, read_at),
            **dict.fromkeys(unread, (True, clock.time)),
            foreign: (False, None),
        }

    def test_of_sixteen_calls_at_once_each_notification_is_counted_by_one(
        self, person: Person, database: Database, concurrently: Concurrently
    ) -> None:
        alice = actor(person("alice"))
        for _ in range(10):
            notice(database, alice.id)
        assert sum(concurrently(16, lambda _index: commands.mark_all_read(alice)).all_succeeded()) == 10


def test_other_people_s_are_not_there(alice: Actor, person: Person, database: Database) -> None:
    notification = notice(database, person("bobby").id)
    for command in (commands.mark_read, commands.remove):
        with pytest.raises(NotFound):
            command(alice, notification)
    assert queries.one(alice, notification) is None
    assert commands.remove_all(alice) == 0
    assert not database.row(TABLE.select())["is_read"]


def test_deleting(alice: Actor, database: Database) -> None:
    ids = [notice(database, alice.id) for _ in range(3)]
    commands.remove(alice, ids[0])
    with pytest.raises(NotFound):
        commands.remove(alice, ids[0])
    assert queries.counts(alice) == {"unread_count": 2, "total_count": 2}
    assert commands.remove_all(alice) == 2
    assert queries.counts(alice) == {"unread_count": 0, "total_count": 0}


@pytest.mark.parametrize("target", ["songs", "achievements", "feature_requests", "feature_request_comments"])
def test_a_notification_outlives_what_it_is_about(target: str, alice: Actor, database: Database) -> None:
    song = database.insert("songs", user_id=alice.id, title="S", artist="A", status="In Progress")
    request = database.insert("feature_requests", user_id=alice.id, title="F", description="D")
    comment = database.insert("feature_request_comments", feature_request_id=request, user_id=alice.id, comment="C")
    achievement = database.scalar("SELECT min(id) FROM achievements")
    related = {
        "songs": ("related_song_id", song),
        "achievements": ("related_achievement_id", achievement),
        "feature_requests": ("related_feature_request_id", request),
        "feature_request_comments": ("related_comment_id", comment),
    }
    notification = notice(database, alice.id, **dict(related.values()))
    column, target_id = related[target]
    database.execute(f"DELETE FROM {target} WHERE id = :id", id=target_id)  # noqa: S608
    item = queries.one(alice, notification)
    assert item is not None
    assert item[column] is None
    database.execute("DELETE FROM users WHERE id = :id", id=alice.id)
    assert database.count("notifications") == 0
