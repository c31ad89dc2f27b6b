"""What the tests of songs look at: rows, points and counters."""

from __future__ import annotations

from typing import Any

from tests.support.database import Database
from tests.support.http import Account
from trackflow.actor import Actor
from trackflow.extensions import Base
from trackflow.models import SongStatus

FUTURE, WIP, RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED
SONGS, PACKS = Base.metadata.tables["songs"], Base.metadata.tables["packs"]
LEDGER = "SELECT song_id, user_id, from_status, to_status FROM status_ledger ORDER BY id"


def actor(account: Account, **values: Any) -> Actor:
    """Return the account as services know it."""
    return Actor(account.id, account.username, **values)


def stored(database: Database, song_id: int) -> dict[str, Any]:
    """Return the row of a song."""
    return database.row(SONGS.select().where(SONGS.c.id == song_id))


def stats(database: Database, who: Actor) -> dict[str, Any]:
    """Return somebody's points and counters."""
    return database.row("SELECT * FROM user_stats WHERE user_id = :id", id=who.id)
