"""Who was seen lately, kept in this process until the next flush, so that reading does not become writing."""

from __future__ import annotations

import threading
from datetime import datetime

from trackflow.clock import now_utc

_seen: dict[int, datetime] = {}
_lock = threading.Lock()


def touch(user_id: int) -> None:
    """Note that this account asked something just now."""
    with _lock:
        _seen[user_id] = now_utc()


def drain() -> dict[int, datetime]:
    """Take everything noted so far."""
    with _lock:
        taken = dict(_seen)
        _seen.clear()
    return taken


def put_back(taken: dict[int, datetime]) -> None:
    """Return what could not be stored; newer notes win."""
    with _lock:
        for user_id, seen_at in taken.items():
            _seen.setdefault(user_id, seen_at)
