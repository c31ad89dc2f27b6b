"""What the tests of packs look at: rows of packs and songs, and whether points are what the formula says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.services.song_rows import PACKS, SONGS, stored
from tests.support import rows
from tests.support.database import Database
from trackflow.services.pack_lifecycle.rules import Release

TEXTS = ("release_title", "release_description", "release_download_link", "release_youtube_url")
THEN = datetime(2020, 1, 1)  # noqa: DTZ001  (stored naive)


def stored_pack(database: Database, pack_id: int) -> dict[str, Any]:
    """Return the row of a pack."""
    return database.row(PACKS.select().where(PACKS.c.id == pack_id))


def texts(*values: str | None) -> dict[str, str | None]:
    """Return the four texts of a release, None for those that are not given."""
    return dict(zip(TEXTS, (*values, None, None, None, None), strict=False))


def a_release(**changes: Any) -> Release:
    """Return a release without texts."""
    return Release(**{"texts": texts(), **changes})


def status_of(database: Database, song_id: int) -> tuple[str, bool]:
    """Return the status of a song and whether it is dated."""
    row = stored(database, song_id)
    return row["status"], row["released_at"] is not None


def points(database: Database) -> dict[int, int]:
    """Return the stored points by user; check that they are what the formula says."""
    found = {
        row["user_id"]: row["total_points"] for row in database.rows("SELECT user_id, total_points FROM user_stats")
    }
    for user_id, stored_points in found.items():
        paying = database.scalar(
            "SELECT count(*) FROM songs WHERE user_id = :id AND status = 'Released' AND released_at IS NOT NULL",
            id=user_id,
        )
        assert stored_points == 10 * paying, user_id
    return found


def song_in(database: Database, owner: int, pack_id: int, title: str, **values: Any) -> int:
    """Insert a song into a pack; return its id."""
    return rows.song(database, owner, title, pack_id=pack_id, **values)


__all__ = ["PACKS", "SONGS", "a_release", "points", "song_in", "status_of", "stored", "stored_pack", "texts"]
