"""The outbox: who may add what, who gets which message, and what becomes of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.support.clock import Clock
from tests.support.database import Database
from trackflow.models import OutboxMessage, PasswordResetToken
from trackflow.services.auth import reset_tokens
from trackflow.services.auth.commands import token_digest
from trackflow.services.auth.events import PasswordResetRequested
from trackflow.services.mail import commands, listeners
from trackflow.services.mail.commands import OutboxItem
from trackflow.unit_of_work import atomic

KIND = "postcard"
TABLE = OutboxMessage.__table__


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an address have three mails in an hour."""
    monkeypatch.setattr(listeners, "_bound", [3])


def stored(database: Database) -> dict[str, Any]:
    return database.row(TABLE.select())


def claim() -> OutboxItem:
    (item,) = commands.claim_due()
    return item


class TestAdding:
    def test_a_message_is_due_at_once(self, database: Database, clock: Clock) -> None:
        assert commands.enqueue(KIND, {"to": "a@example.org"})
        row = stored(database)
        assert (row["kind"], row["payload"], row["attempts"]) == (KIND, {"to": "a@example.org"}, 0)
        assert row["created_at"] == row["next_attempt_at"] == clock.time

    def test_a_key_is_stored_once(self, database: Database) -> None:
        assert commands.enqueue(KIND, {"n": 1}, "same")
        assert not commands.enqueue(KIND, {"n": 2}, "same")
        assert commands.enqueue(KIND, {"n": 3})
        assert commands.enqueue(KIND, {"n": 4})
        assert [row["payload"]["n"] for row in database.rows(TABLE.select().order_by(TABLE.c.id))] == [1, 3, 4]

    def test_it_goes_with_the_command_that_fails(self, database: Database) -> None:
        @atomic
        def fail() -> None:
            commands.enqueue(KIND, {})
            raise LookupError

        with pytest.raises(LookupError):
            fail()
        assert database.count("outbox") == 0


@pytest.mark.usefixtures("bound")
class TestBound:
    """How many reset mails an address may ask for."""

    def ask(self, email: str = "alice@example.org") -> None:
        atomic(listeners.on_password_reset_requested)(PasswordResetRequested(email))

    def test_beyond_three_in_an_hour_nothing_is_added(self, database: Database) -> None:
        for _ in range(5):
            self.ask()
        self.ask("bob@example.org")
        assert database.count("outbox") == 4

    def test_after_an_hour_a_sent_mail_makes_room(self, database: Database, clock: Clock) -> None:
        self.ask()
        clock.advance(minutes=30)
        self.ask()
        self.ask()
        while found := commands.claim_due():
            commands.mark_sent(found[0])
        clock.advance(minutes=29)
        self.ask()
        assert database.count("outbox") == 3
        clock.advance(minutes=1)
        self.ask()
        self.ask()
        assert database.count("outbox") == 4

    def test_what_still_waits_makes_no_room(self, database: Database, clock: Clock) -> None:
        for _ in range(3):
            self.ask()
        clock.advance(hours=5)
        self.ask()
        assert database.count("outbox") == 3

    def test_simultaneous_requests_stay_within_it(self, database: Database, concurrently: Concurrently) -> None:
        concurrently(8, lambda _: self.ask()).all_succeeded()
        assert 1 <= database.count("outbox") <= 3

    def test_the_key_does_not_show_the_address(self, database: Database) -> None:
        self.ask()
        assert "alice" not in stored(database)["dedup_key"]


class TestClaiming:
    def test_a_claimed_message_belongs_to_one_worker_until_its_lease_ends(self, clock: Clock) -> None:
        commands.enqueue(KIND, {"n": 1})
        assert claim().attempts == 1
        assert commands.claim_due() == []
        clock.advance(seconds=commands.LEASE.total_seconds() - 1)
        assert commands.claim_due() == []
        clock.advance(seconds=1)
        assert claim().attempts == 2

    def test_the_oldest_come_first_and_no_more_than_asked_for(self, clock: Clock) -> None:
        for number in range(4):
            commands.enqueue(KIND, {"n": number})
            clock.advance(seconds=1)
        assert [item.payload["n"] for item in commands.claim_due(3)] == [0, 1, 2]
        assert [item.payload["n"] for item in commands.claim_due(3)] == [3]

    def test_simultaneous_workers_share_without_overlap(self, concurrently: Concurrently) -> None:
        for number in range(24):
            commands.enqueue(KIND, {"n": number})

        def take(_worker: int) -> list[int]:
            return [item.payload["n"] for _ in range(24) for item in commands.claim_due(2)]

        taken = concurrently(4, take).all_succeeded()
        assert sorted(number for numbers in taken for number in numbers) == list(range(24))

    def test_an_idle_worker_only_reads(self, query_counter: Any) -> None:
        with query_counter() as sent:
            assert commands.claim_due() == []
        assert len(sent) == 1


class TestFailing:
    def test_pauses_grow_to_an_hour(self, database: Database, clock: Clock) -> None:
        commands.enqueue(KIND, {})
        pauses = []
        while True:
            commands.mark_failed(claim(), "OSError")
            row = stored(database)
            if row["given_up_at"] is not None:
                break
            pauses.append(row["next_attempt_at"] - clock.time)
            clock.set(row["next_attempt_at"])
        assert pauses[:4] == [timedelta(seconds=seconds) for seconds in (30, 60, 120, 240)]
        assert max(pauses) == timedelta(hours=1)
        assert all(later >= earlier for earlier, later in pairwise(pauses[:-1]))
        assert row["given_up_at"] - row["created_at"] == timedelta(hours=24)

    def test_giving_up_is_logged_and_final(
        self, database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        commands.enqueue(KIND, {"to": "alice@example.org"})
        clock.advance(hours=24)
        with caplog.at_level(logging.WARNING):
            commands.mark_failed(claim(), "SMTPServerDisconnected")
        assert "given up after 1 attempts: SMTPServerDisconnected" in caplog.text
        assert "alice" not in caplog.text
        assert stored(database)["last_error"] == "SMTPServerDisconnected"
        clock.advance(days=2)
        assert commands.claim_due() == []

    def test_a_lost_claim_changes_nothing(self, database: Database, clock: Clock) -> None:
        commands.enqueue(KIND, {})
        slow = claim()
        clock.advance(seconds=commands.LEASE.total_seconds())
        claim()
        before = stored(database)
        commands.mark_failed(slow, "TimeoutError")
        assert stored(database) == before

    def test_what_was_sent_stays_sent(self, database: Database) -> None:
        commands.enqueue(KIND, {})
        item = claim()
        commands.mark_sent(item)
        commands.mark_failed(item, "OSError")
        row = stored(database)
        assert row["sent_at"] is not None
        assert row["last_error"] is None
        assert commands.claim_due() == []


def test_finished_messages_are_purged_by_age(database: Database, clock: Clock) -> None:
    for _ in range(3):
        commands.enqueue(KIND, {})
    commands.mark_sent(claim())
    old = clock.time
    clock.advance(days=8)
    commands.mark_failed(claim(), "OSError")
    assert commands.purge(sent_before=old, given_up_before=old) == 0
    assert commands.purge(sent_before=clock.time, given_up_before=old) == 1
    assert commands.purge(sent_before=clock.time, given_up_before=clock.advance(seconds=1)) == 1
    assert database.count("outbox", sent_at=None, given_up_at=None) == 1


class TestResetTokens:
    def test_the_active_account_of_an_address_gets_one(self, database: Database, person: Person, clock: Clock) -> None:
        person("alice")
        reset = reset_tokens.issue("Alice@Example.org")
        assert reset is not None
        assert (reset.username, reset.email) == ("alice", "alice@example.org")
        row = database.row(PasswordResetToken.__table__.select())
        assert row["token"] == token_digest(reset.token)
        assert row["expires_at"] - clock.time == timedelta(hours=1)
        assert row["used_at"] is None
        assert reset.token not in repr(reset)
        assert reset.email not in repr(reset)

    def test_a_placeholder_gets_one(self, person: Person) -> None:
        person("old_friend", hashed_password=None)
        assert reset_tokens.issue("old_friend@example.org") is not None

    def test_nobody_and_the_inactive_get_none(self, database: Database, person: Person) -> None:
        person("alice", is_active=False)
        assert reset_tokens.issue("alice@example.org") is None
        assert reset_tokens.issue("nobody@example.org") is None
        assert database.count("password_reset_tokens") == 0

    def test_only_the_latest_works(self, database: Database, person: Person) -> None:
        person("alice")
        person("bob")
        reset_tokens.issue("bob@example.org")
        reset_tokens.issue("alice@example.org")
        latest = reset_tokens.issue("alice@example.org")
        assert latest is not None
        assert database.count("password_reset_tokens") == 2
        assert database.count("password_reset_tokens", token=token_digest(latest.token)) == 1

    def test_they_are_purged_when_their_hour_is_over(self, database: Database, person: Person, clock: Clock) -> None:
        person("alice")
        reset_tokens.issue("alice@example.org")
        clock.advance(minutes=59)
        assert reset_tokens.purge_expired() == 0
        clock.advance(minutes=1)
        assert reset_tokens.purge_expired() == 1
        assert database.count("password_reset_tokens") == 0
