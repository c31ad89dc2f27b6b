"""What an entry of a song's file history may hold: pure rules of the product, with a sentence for people."""

from __future__ import annotations

from trackflow.errors import RuleViolation
from trackflow.links import MAX_LENGTH, is_link

MAX_MESSAGE_LENGTH = 2000
_BLANK_URL = "The link to the file must not be blank."
_LONG_URL = f"The link must be at most {MAX_LENGTH} characters long."
_BAD_URL = "The file must be a link that starts with http:// or https://."
_LONG_MESSAGE = f"The message must be at most {MAX_MESSAGE_LENGTH} characters long."
_BLANK_MESSAGE = "Say in the message what this file is; only a finished song takes files without one."


def file_url(value: str) -> str:
    """Return the address, trimmed; raise RuleViolation unless it is an absolute http or https link."""
    url = value.strip()
    if not url:
        raise _refusal(_BLANK_URL, field="file_url")
    if len(url) > MAX_LENGTH:
        raise _refusal(_LONG_URL, field="file_url")
    if not is_link(url):
        raise _refusal(_BAD_URL, field="file_url")
    return url


def message(value: str) -> str:
    """Return the message, trimmed, perhaps empty; raise RuleViolation if it is too long."""
    text = value.strip()
    if len(text) > MAX_MESSAGE_LENGTH:
        raise _refusal(_LONG_MESSAGE, field="message")
    return text


def missing_message() -> RuleViolation:
    """Make the refusal of an entry without message on a song that is not finished."""
    return _refusal(_BLANK_MESSAGE, field="message")


def _refusal(sentence: str, *, field: str) -> RuleViolation:
    return RuleViolation(sentence, errors={field: [sentence]})
