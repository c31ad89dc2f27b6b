"""The login streak: how many UTC calendar days in a row somebody signed in. A pure rule."""

from __future__ import annotations

from datetime import datetime, timedelta


def next_streak(last: datetime | None, current: int, now: datetime) -> int:
    """Return the streak after a sign-in at `now`, given the last one and the streak so far; both times in UTC."""
    if last is None:
        return 1
    if last.date() >= now.date():
        return max(current, 1)
    if last.date() == now.date() - timedelta(days=1):
        return current + 1
    return 1
