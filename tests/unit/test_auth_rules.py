"""Pure rules of accounts: the streak, passwords, links, addresses."""

from __future__ import annotations

import threading
from datetime import datetime

import bcrypt
import marshmallow as ma
import pytest

from trackflow.errors import Busy
from trackflow.links import is_link
from trackflow.schemas.base import Boolean, Email, Integer, Link, QueryInteger, Text
from trackflow.services.auth.passwords import Hasher, fingerprint
from trackflow.services.stats.streak import next_streak

NOW = datetime(2026, 3, 4, 0, 30)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("last", "current", "expected"),
    [
        (None, 0, 1),
        (datetime(2026, 3, 4, 0, 0), 5, 5),  # noqa: DTZ001
        (datetime(2026, 3, 4, 0, 0), 0, 1),  # noqa: DTZ001
        (datetime(2026, 3, 3, 23, 59), 5, 6),  # noqa: DTZ001
        (datetime(2026, 3, 3, 0, 0), 5, 6),  # noqa: DTZ001
        (datetime(2026, 3, 2, 23, 59), 5, 1),  # noqa: DTZ001
        (datetime(2026, 3, 5, 0, 0), 5, 5),  # noqa: DTZ001  (a clock that was set back)
    ],
)
def test_the_streak_counts_calendar_days(last: datetime | None, current: int, expected: int) -> None:
    assert next_streak(last, current, NOW) == expected


class TestPasswords:
    hasher = Hasher(4)

    def test_a_hash_matches_its_password_only(self) -> None:
        hashed = self.hasher.hash("secret")
        assert self.hasher.matches("secret", hashed)
        assert not self.hasher.matches("Secret", hashed)

    @pytest.mark.parametrize("stored", [None, "", "plain text", "$2b$04$short"])
    def test_without_a_usable_hash_nothing_matches(self, stored: str | None) -> None:
        assert not self.hasher.matches("", stored)
        assert not self.hasher.matches("no account has this password", stored)

    def test_longer_passwords_agree_with_hashes_of_older_servers(self) -> None:
        hashed = bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()
        assert self.hasher.matches("x" * 128, hashed)

    def test_some_threads_are_left_for_other_requests(self) -> None:
        hasher = Hasher(10, threads=4)
        barrier, outcomes = threading.Barrier(12), []

        def attempt() -> None:
            barrier.wait()
            try:
                hasher.matches("secret", None)
                outcomes.append("checked")
            except Busy:
                outcomes.append("busy")

        threads = [threading.Thread(target=attempt) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes.count("busy") >= 6
        assert outcomes.count("checked") >= 2

    def test_the_fingerprint_changes_with_the_hash(self) -> None:
        assert fingerprint("a") != fingerprint("b")
        assert fingerprint(None) == fingerprint("")


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://example.org", True),
        ("http://example.org:8080/a?b=c#d", True),
        ("https://[2001:db8::1]/x", True),
        ("https://müller.example/ä", True),
        ("HTTPS://EXAMPLE.ORG", True),
        ("javascript:alert(1)", False),
        ("//example.org", False),
        ("https://", False),
        ("https:///path", False),
        ("https://user:pass@example.org", False),
        ("https://user@example.org", False),
        ("ftp://example.org", False),
        ("https://exa mple.org", False),
        ("https://example.org/\n", False),
        ("https://example.org:port", False),
        ("https:\\\\example.org", False),
        ("data:text/html,x", False),
    ],
)
def test_links_are_absolute_http_with_a_host_and_no_userinfo(text: str, *, good: bool) -> None:
    assert is_link(text) is good


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (Integer(), "12"), (Integer(), 1.9), (Integer(), True), (Integer(), 2**31), (Integer(), None),
        (Boolean(), "yes"), (Boolean(), 1), (Boolean(numbers=True), 2), (Boolean(), None),
        (Text(), 5), (Text(), "a\x00b"), (Text(), "\ud800"), (Text(max_length=3), "abcd"), (Text(blank=False), "  "),
        (QueryInteger(), "1.5"), (QueryInteger(), "\u0661"), (QueryInteger(), ""), (QueryInteger(), "9" * 13),
        (Email(), "a@b"), (Email(), "a" * 250 + "@b.cd"), (Email(), "a b@c.de"),
        (Link(), "javascript:x"), (Link(), "https://e.org/" + "x" * 2048),
    ],
)  # fmt: skip
def test_fields_take_only_what_they_say(field: ma.fields.Field[object], value: object) -> None:
    with pytest.raises(ma.ValidationError):
        field.deserialize(value)


def test_fields_clean_what_they_take() -> None:
    assert Email().deserialize(" A@Example.ORG ") == "a@example.org"
    assert Link().deserialize("") is None
    assert Link().deserialize(" https://e.org ") == "https://e.org"
    assert Boolean(numbers=True).deserialize(1) is True
    assert QueryInteger().deserialize("-3") == -3
    assert Text(trim=True).deserialize(" a ") == "a"
