"""Who is told of what happens to a song: its owner and whoever may edit it, as accounts that can still read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import CompoundSelect, Select, bindparam, select, union

from trackflow.extensions import db
from trackflow.models import Collaboration, CollaborationType, Song, User


def _audience_statement() -> CompoundSelect[Any]:
    chosen = Song.id.in_(bindparam("song_ids", expanding=True))
    readers = select(Song.id.label("song_id"), User.id.label("user_id")).where(chosen, User.is_active)
    own_rows = Collaboration.user_id == User.id
    is_pack_edit = Collaboration.collaboration_type == CollaborationType.PACK_EDIT.value

    def by_grant(condition: Any) -> Select[int, int]:
        return readers.join_from(Song, Collaboration, condition).join(User, own_rows)

    return union(
        readers.join_from(Song, User, Song.user_id == User.id),
        by_grant(Collaboration.song_id == Song.id),
        by_grant((Collaboration.pack_id == Song.pack_id) & is_pack_edit),
    )


_AUDIENCE = _audience_statement()


def audience(song_ids: Collection[int], *, but_not: int) -> Mapping[int, frozenset[int]]:
    """Return song id -> who is told: owner, `song_edit` and `pack_edit` holders, without the one who acts.

    Inactive accounts and unknown songs are left out; a song that concerns nobody else has an empty set.
    """
    if not song_ids:
        return {}
    told: dict[int, set[int]] = {}
    for row in db.session.connection().execute(_AUDIENCE, {"song_ids": sorted(set(song_ids))}):
        told.setdefault(row.song_id, set()).add(row.user_id)
    return {song_id: frozenset(people - {but_not}) for song_id, people in told.items()}
