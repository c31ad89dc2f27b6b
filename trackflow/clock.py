"""The time. Nothing else in the package asks the operating system for it."""

from __future__ import annotations

from datetime import UTC, datetime


def now_utc() -> datetime:
    """Return the current time as a naive datetime in UTC, the form in which columns store it."""
    return datetime.now(UTC).replace(tzinfo=None)
