"""What an entry of the file history may hold."""

from __future__ import annotations

import pytest

from trackflow.errors import RuleViolation
from trackflow.services.file_links import rules

LONGEST = "https://files.example/" + "x" * (2048 - len("https://files.example/"))


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("https://files.example/take3.zip", "https://files.example/take3.zip"),
        ("  http://files.example:8443/a?b=c#d \n", "http://files.example:8443/a?b=c#d"),
        ("HTTPS://FILES.EXAMPLE", "HTTPS://FILES.EXAMPLE"),
        ("https://b\u00fccher.example/\u00e9", "https://b\u00fccher.example/\u00e9"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        (LONGEST, LONGEST),
    ],
)
def test_a_link_is_trimmed(sent: str, stored: str) -> None:
    assert rules.file_url(sent) == stored


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ("", "must not be blank"),
        (" \t\u2003", "must not be blank"),
        (LONGEST + "x", "at most 2048"),
        *(
            (url, "starts with http:// or https://")
            for url in (
                "javascript:alert(1)", "JavaScript://files.example/%0aalert(1)", "data:text/html,x", "file:///x",
                "ftp://files.example", "//files.example/x", "/x", "files.example", "https:files.example", "https://",
                "https:///x", "http://:80", "https://user@files.example", "https://user:pw@files.example/x",
                "https://files.example\\@evil.example", "https://files .example", "https://files.example/a b",
                "https://files.example/a\nb", "https://files.example/\x1fb", "https://files.example/\u202eb",
                "https://files.example:port", "https://files.example:99999", "https://[::1", "x" * 2048,
            )
        ),
    ],
)  # fmt: skip
def test_what_is_no_link_is_refused(sent: str, sentence: str) -> None:
    with pytest.raises(RuleViolation, match=sentence) as refusal:
        rules.file_url(sent)
    assert refusal.value.errors == {"file_url": [refusal.value.detail]}


def test_a_message_is_trimmed_and_may_be_long() -> None:
    assert rules.message("  drums,\nthird take ") == "drums,\nthird take"
    assert rules.message(" ") == ""
    assert rules.message("x" * 2000 + " ") == "x" * 2000
    with pytest.raises(RuleViolation, match="at most 2000") as refusal:
        rules.message("x" * 2001)
    assert refusal.value.errors == {"message": [refusal.value.detail]}
