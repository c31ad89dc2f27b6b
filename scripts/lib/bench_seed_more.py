"""What the measured community has besides songs: packs that came out, an inbox, and the official songs of the games."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from trackflow.clock import now_utc

DLC, NOTIFICATIONS, MORE_PACKS = 3_000, 400, 60
_ORIGINS = ("RB1", "RB2", "RB3", "DLC")

Row = dict[str, Any]


def more_packs(owner: int, first: int, at: datetime) -> Iterator[Row]:
    """Give somebody so many packs that a list of them is one."""
    for pack in range(first, first + MORE_PACKS):
        name, moment = f"Bench Pack {pack}", at + timedelta(minutes=pack)
        yield {"id": pack, "user_id": owner, "name": name, "created_at": at, "updated_at": moment, "priority": None}


def released(pack: int, owner: int) -> Row:
    """Return what a pack that came out has besides; every tenth did, within the days that the feed reaches back."""
    is_out = pack % 10 == 0
    return {
        "released_at": now_utc() - timedelta(hours=pack) if is_out else None,
        "released_by_user_id": owner if is_out else None,
        "release_title": f"Bench Release {pack}" if is_out else None,
        "release_download_link": f"https://downloads.example/{pack}" if is_out else None,
    }


def notifications(user: int, at: datetime) -> Iterator[Row]:
    """Fill an inbox, a quarter of it unread."""
    for number in range(NOTIFICATIONS):
        yield {
            "user_id": user,
            "type": "general",
            "title": f"Notice {number}",
            "message": "Somebody has done something.",
            "is_read": number % 4 != 0,
            "created_at": at + timedelta(minutes=number),
        }


def official_songs(at: datetime) -> Iterator[Row]:
    """Make the songs of the games: one in twenty has a name with letters beyond ASCII."""
    for number in range(1, DLC + 1):
        yield {
            "title": f"Official {'Café' if number % 20 == 0 else 'Song'} {number}",
            "artist": f"Official Artist {number % 500}",
            "origin": _ORIGINS[number % len(_ORIGINS)],
            "created_at": at,
        }
