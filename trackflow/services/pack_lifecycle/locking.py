"""A pack with its songs, locked: the first step of every command of this domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select

from trackflow.extensions import db
from trackflow.models import Song, SongStatus
from trackflow.services.permissions import songs as songs_policy
from trackflow.services.permissions.packs import PackAccess, pack_access

_ACTOR_ID = bindparam("actor_id", type_=Song.__table__.c.user_id.type)


@dataclass(frozen=True, slots=True)
class LockedSong:
    """What decides about a song of the pack."""

    id: int
    user_id: int
    status: SongStatus
    optional: bool
    released_at: datetime | None
    album_series_id: int | None
    may_edit: bool


def _statement() -> Select[*tuple[Any, ...]]:
    may_edit = songs_policy.clause(songs_policy.EDIT, _ACTOR_ID).label("may_edit")
    columns = (Song.id, Song.user_id, Song.status, Song.optional, Song.released_at, Song.album_series_id, may_edit)
    return (
        select(*columns)
        .where(Song.pack_id == bindparam("pack_id"))
        .order_by(Song.id)
        .with_for_update(of=Song, key_share=True)
    )


_SONGS = _statement()


def locked_pack(actor_id: int, pack_id: int) -> tuple[PackAccess, Sequence[LockedSong]]:
    """Lock the songs of a pack in the order of their ids, then the pack; return the caller's rights and the songs.

    Commands on single songs lock in the same order. Raises NotFound.
    """
    rows = db.session.connection().execute(_SONGS, {"actor_id": actor_id, "pack_id": pack_id}).all()
    pack = pack_access(actor_id, pack_id, lock=True)
    songs = [
        LockedSong(
            row.id,
            row.user_id,
            SongStatus(row.status),
            bool(row.optional),
            row.released_at,
            row.album_series_id,
            bool(row.may_edit),
        )
        for row in rows
    ]
    return pack, songs
