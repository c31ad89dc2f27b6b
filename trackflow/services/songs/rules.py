"""What the fields of a song may hold: pure rules of the product, which answer with a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trackflow.errors import RuleViolation
from trackflow.models import SongStatus, text_key

MAX_LENGTH = 200
MAX_SUGGESTION_QUERY = 100
MAX_BATCH = 100
MAX_DELETED = 1000
MAX_COLLABORATORS = 50
MAX_USERNAME = 50
LIKE_ESCAPE = "/"
FIRST_YEAR, LAST_YEAR = 1900, 2100
_YEAR = f"The year must be a number from {FIRST_YEAR} to {LAST_YEAR}."
_STAGES = tuple(SongStatus)


def required_text(field: str, value: str) -> str:
    """Return a title or an artist, trimmed; raise RuleViolation if it is blank or too long."""
    text = value.strip()
    if not text:
        message = f"The {field} must not be blank."
        raise RuleViolation(message, errors={field: [message]})
    return _short_enough(field, text)


def optional_text(field: str, value: str | None) -> str | None:
    """Return an album, trimmed, None for a blank one; raise RuleViolation if it is too long."""
    text = (value or "").strip()
    return _short_enough(field, text) if text else None


def _short_enough(field: str, text: str) -> str:
    if len(text) > MAX_LENGTH:
        message = f"The {field} must be at most {MAX_LENGTH} characters long."
        raise RuleViolation(message, errors={field: [message]})
    return text


def year(value: int | str | None) -> int | None:
    """Return a year, also from digits typed into a field, None for an emptied one; raise RuleViolation otherwise."""
    if isinstance(value, str):
        typed = value.strip()
        if not typed:
            return None
        value = int(typed) if typed.isascii() and typed.isdigit() and len(typed) == len(str(LAST_YEAR)) else 0
    if value is None or FIRST_YEAR <= value <= LAST_YEAR:
        return value
    raise RuleViolation(_YEAR, errors={"year": [_YEAR]})


def search_key(query: str) -> str:
    """Return what keys are searched for, empty for everything; raise RuleViolation if the text is too long."""
    if len(query) > MAX_LENGTH:
        message = f"The search text must be at most {MAX_LENGTH} characters long."
        raise RuleViolation(message)
    return text_key(query)


def like_literal(key: str) -> str:
    """Return the text for LIKE so that no character of it is a wildcard; the escape character is LIKE_ESCAPE."""
    escaped = key.replace(LIKE_ESCAPE, LIKE_ESCAPE * 2)
    return escaped.replace("%", LIKE_ESCAPE + "%").replace("_", LIKE_ESCAPE + "_")


def suggestion_key(query: str) -> str:
    """Return what suggestions are searched for, empty for none; raise RuleViolation if the text is too long."""
    if len(query.strip()) > MAX_SUGGESTION_QUERY:
        message = f"The search text must be at most {MAX_SUGGESTION_QUERY} characters long."
        raise RuleViolation(message)
    return text_key(query)


def refuse_batch_of(size: int) -> None:
    """Raise RuleViolation unless so many songs can be entered at once."""
    if not 1 <= size <= MAX_BATCH:
        message = f"From 1 to {MAX_BATCH} songs can be added at once."
        raise RuleViolation(message)


def deletable_ids(song_ids: Sequence[int]) -> list[int]:
    """Return the different ids, in order; raise RuleViolation unless they are 1 to 1000 positive numbers."""
    if not 1 <= len(song_ids) <= MAX_DELETED:
        message = f"From 1 to {MAX_DELETED} songs can be deleted at once."
        raise RuleViolation(message)
    if min(song_ids) < 1:
        message = "The ids of songs are positive numbers."
        raise RuleViolation(message)
    return sorted(set(song_ids))


def collaborator_names(names: Sequence[str]) -> list[str]:
    """Return the names, trimmed; raise RuleViolation for too many, and for a blank or too long one."""
    if len(names) > MAX_COLLABORATORS:
        message = f"A song can have at most {MAX_COLLABORATORS} collaborators."
        raise RuleViolation(message)
    trimmed = [name.strip() for name in names]
    if any(not 1 <= len(name) <= MAX_USERNAME for name in trimmed):
        message = f"The name of a collaborator must have 1 to {MAX_USERNAME} characters."
        raise RuleViolation(message)
    return trimmed


def prevailing_status(counts: Mapping[SongStatus, int], sent: SongStatus) -> SongStatus:
    """Return the most frequent status of a pack's songs: the sent one if it is among the first, or the pack is empty.

    Between others that are equally frequent the later stage counts.
    """
    most = max(counts.values(), default=0)
    first = [status for status in _STAGES if counts.get(status, 0) == most]
    return sent if sent in first else first[-1]


def already_exists(title: str, artist: str) -> str:
    """Return the sentence for a duplicate."""
    return f"The song {title} by {artist} already exists in your list."
