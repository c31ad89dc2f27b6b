"""Sending what waits: from the outbox to a real server, whatever the server does."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.jobs.smtp_server import Post, smtp_server
from tests.support.clock import Clock
from tests.support.database import Database
from trackflow.clients.mailer import Mail, Mailer
from trackflow.config import MailSettings, Settings
from trackflow.errors import RuleViolation
from trackflow.jobs import letters, mail
from trackflow.jobs.mail import Outside, deliver_due, send_outbox
from trackflow.models import OutboxMessage
from trackflow.services.auth import commands as accounts
from trackflow.services.auth.reset_tokens import ResetMail
from trackflow.services.mail import commands as outbox
from trackflow.services.mail.commands import OutboxItem
from trackflow.services.mail.listeners import PASSWORD_RESET
from trackflow.web.settings import settings as current_settings

LINK = re.compile(r"http://localhost:3000/reset-password\?token=([\w-]+)")
TABLE = OutboxMessage.__table__


@dataclass
class Basket:
    """A mailer that keeps what it is given."""

    mails: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        self.mails.append(mail)


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def settings(post: Post, *, timeout: float = 2.0) -> Settings:
    way = MailSettings(server="127.0.0.1", port=post.port, starttls=False, sender="flow@example.org", timeout=timeout)
    return replace(current_settings(), mail=way)


def outside(mailer: Mailer) -> Outside:
    return Outside(current_settings(), mailer)


def ask(email: str = "alice@example.org") -> None:
    outbox.enqueue(PASSWORD_RESET, {"email": email})


def stored(database: Database) -> Mapping[str, Any]:
    return database.row(TABLE.select())


class TestResetMail:
    def test_it_arrives_with_a_link_that_sets_a_new_password(self, database: Database, person: Person) -> None:
        person("alice")
        ask()
        with smtp_server() as post:
            assert send_outbox(settings(post)) == 1
        (message,) = post.received
        assert message["To"] == "alice@example.org"
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        assert text is not None
        assert html is not None
        tokens = {LINK.findall(part.get_content())[0] for part in (text, html)}
        assert len(tokens) == 1
        assert "Hello alice," in text.get_content()
        assert "1 hour" in text.get_content()
        assert "ignore this mail" in text.get_content()
        assert stored(database)["sent_at"] is not None
        (token,) = tokens
        accounts.reset_password(token, "another secret")
        with pytest.raises(RuleViolation):
            accounts.reset_password(token, "yet another")

    def test_an_unknown_address_gets_nothing_and_is_done(self, database: Database) -> None:
        ask("nobody@example.org")
        basket = Basket()
        assert deliver_due(outside(basket)) == 1
        assert basket.mails == []
        assert stored(database)["sent_at"] is not None

    def test_nothing_secret_is_logged_or_stored(
        self, database: Database, person: Person, caplog: pytest.LogCaptureFixture
    ) -> None:
        person("alice")
        ask()
        with smtp_server() as post, caplog.at_level(logging.DEBUG, logger="trackflow"):
            post.refuse_recipients = True
            send_outbox(settings(post))
            database.execute("UPDATE outbox SET next_attempt_at = created_at")
            post.refuse_recipients = False
            send_outbox(settings(post))
        body = post.received[0].get_body(("plain",))
        assert body is not None
        token = LINK.findall(body.get_content())[0]
        ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("trackflow"))
        assert "SMTPRecipientsRefused 550" in ours
        assert token not in ours
        assert "alice@" not in ours
        assert token not in str(database.rows(TABLE.select()))

    def test_a_name_is_not_markup(self) -> None:
        reset = ResetMail("<b>Old</b> & Friend", "old@example.org", "a-token")
        written = letters.password_reset(reset, "https://flow.example")
        assert "&lt;b&gt;Old&lt;/b&gt; &amp; Friend" in written.html
        assert "<b>Old" not in written.html
        assert "<b>Old</b> & Friend" in written.text
        assert "https://flow.example/reset-password?token=a-token" in written.text


class TestFailing:
    def test_a_server_that_is_down_is_tried_again_later(self, database: Database, person: Person, clock: Clock) -> None:
        person("alice")
        ask()
        with smtp_server() as post:
            pass
        pauses = []
        for _ in range(3):
            assert send_outbox(settings(post)) == 0
            row = stored(database)
            assert (row["sent_at"], row["last_error"]) == (None, "ConnectionRefusedError")
            pauses.append(row["next_attempt_at"] - clock.time)
            assert send_outbox(settings(post)) == 0
            assert stored(database)["attempts"] == row["attempts"]
            clock.set(row["next_attempt_at"])
        assert pauses == [timedelta(seconds=seconds) for seconds in (30, 60, 120)]
        with smtp_server() as post:
            assert send_outbox(settings(post)) == 1
        assert len(post.received) == 1
        assert database.count("password_reset_tokens") == 1

    def test_after_a_day_it_is_given_up(
        self, database: Database, person: Person, clock: Clock, caplog: pytest.LogCaptureFixture
    ) -> None:
        person("alice")
        ask()
        with smtp_server() as post:
            pass
        start = clock.time
        row = stored(database)
        while row["given_up_at"] is None:
            clock.set(row["next_attempt_at"])
            send_outbox(settings(post))
            row = stored(database)
        assert row["given_up_at"] == start + timedelta(days=1)
        assert "given up after" in caplog.text
        clock.advance(days=1)
        assert send_outbox(settings(post)) == 0
        assert stored(database) == row

    @pytest.mark.parametrize(
        ("behaviour", "error"),
        [
            ({"refuse_recipients": True}, "SMTPRecipientsRefused 550"),
            ({"pause_seconds": 5.0}, "SMTPServerDisconnected"),
        ],
    )
    def test_a_server_that_refuses_or_sleeps(
        self, behaviour: dict[str, Any], error: str, database: Database, person: Person
    ) -> None:
        person("alice")
        ask()
        with smtp_server() as post:
            vars(post).update(behaviour)
            assert send_outbox(settings(post, timeout=0.2)) == 0
        assert stored(database)["last_error"] == error
        assert stored(database)["locked_until"] is None

    def test_one_bad_message_costs_only_itself(self, database: Database, person: Person) -> None:
        person("alice")
        outbox.enqueue("of a kind that nobody knows", {})
        outbox.enqueue(PASSWORD_RESET, {"no": "address"})
        ask()
        basket = Basket()
        assert deliver_due(outside(basket)) == 1
        assert [mail.to for mail in basket.mails] == ["alice@example.org"]
        assert database.count("outbox", sent_at=None, last_error="KeyError") == 2

    def test_no_transaction_is_open_while_a_message_is_delivered(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        in_use: list[int] = []

        def look(_item: OutboxItem, _outside: Outside) -> None:
            outbox.enqueue("written meanwhile", {}, "once")
            in_use.append(database.count("outbox"))

        monkeypatch.setattr(mail, "DELIVERIES", {"look": look, "written meanwhile": lambda _item, _outside: None})
        outbox.enqueue("look", {})
        assert deliver_due(outside(Basket())) == 2
        assert in_use == [2]


class TestManyWorkers:
    def test_each_mail_goes_out_once(self, person: Person, concurrently: Concurrently) -> None:
        addresses = [person(f"user{number}").email for number in range(20)]
        for address in addresses:
            ask(str(address))
        basket = Basket()
        sent = concurrently(2, lambda _: deliver_due(outside(basket))).all_succeeded()
        assert sum(sent) == 20
        assert sorted(mail.to for mail in basket.mails) == sorted(map(str, addresses))

    def test_a_worker_that_is_at_it_keeps_its_message(self, person: Person, concurrently: Concurrently) -> None:
        person("alice")
        ask()
        delivering, done = threading.Event(), threading.Event()
        basket = Basket()

        class Slow(Basket):
            def send(self, mail: Mail) -> None:
                delivering.set()
                assert done.wait(30)
                basket.send(mail)

        def work(worker: int) -> int:
            if worker == 0:
                return deliver_due(outside(Slow()))
            assert delivering.wait(30)
            try:
                return deliver_due(outside(basket))
            finally:
                done.set()

        assert concurrently(2, work).all_succeeded() == [1, 0]
        assert len(basket.mails) == 1

    def test_the_time_of_one_round_is_bounded(self, person: Person) -> None:
        person("alice")
        ask()
        assert deliver_due(outside(Basket()), seconds=0) == 0
        assert deliver_due(outside(Basket())) == 1
