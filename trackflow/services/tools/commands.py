"""Cleaning titles and albums of the caller's own songs, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, update

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.errors import RuleViolation
from trackflow.extensions import db
from trackflow.models import Song
from trackflow.services.titles.cleaning import clean
from trackflow.unit_of_work import atomic

MAX_CLEANED = 1000
_BROKEN = "% - 20%"

_OWN = (
    select(Song.id, Song.title, Song.album)
    .where(Song.user_id == bindparam("user_id"))
    .order_by(Song.id)
    .with_for_update(key_share=True)
)
_CHOSEN = _OWN.where(Song.id.in_(bindparam("song_ids", expanding=True)))
_BROKEN_TITLES = _OWN.where(Song.title.like(_BROKEN))
_WRITE = (
    update(Song)
    .where(Song.id == bindparam("song_id"))
    .values(title=bindparam("new_title"), album=bindparam("new_album"), updated_at=bindparam("now"))
)


@atomic
def clean_songs(actor: Actor, song_ids: Sequence[int]) -> list[int]:
    """Clean titles and albums; return the ids of the songs that changed, in order.

    Ids of nothing and of other people's songs are passed over. Raises RuleViolation for more than a thousand.
    """
    if len(song_ids) > MAX_CLEANED:
        message = f"At most {MAX_CLEANED} songs can be cleaned at once."
        raise RuleViolation(message)
    return _clean(actor, _CHOSEN, with_album=True, song_ids=sorted(set(song_ids)))


@atomic
def fix_broken_titles(actor: Actor) -> list[int]:
    """Clean the titles that hold a year of this century after a hyphen; return the ids of the changed songs."""
    return _clean(actor, _BROKEN_TITLES, with_album=False)


def _clean(actor: Actor, chosen: Select[*tuple[Any, ...]], *, with_album: bool, **values: Any) -> list[int]:
    stored = db.session.connection().execute(chosen, {"user_id": actor.id, **values}).all()
    now = now_utc()
    changed = [{**row, "now": now} for row in (_cleaned(song, with_album=with_album) for song in stored) if row]
    if changed:
        db.session.connection().execute(_WRITE, changed)
    return [row["song_id"] for row in changed]


def _cleaned(song: Row[*tuple[Any, ...]], *, with_album: bool) -> dict[str, Any] | None:
    """Return what to write of a song, None if it is clean."""
    title, album = clean(song.title), song.album
    if with_album and album is not None:
        album = clean(album)
    if (title, album) == (song.title, song.album):
        return None
    return {"song_id": song.id, "new_title": title, "new_album": album}
