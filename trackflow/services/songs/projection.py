"""The Song JSON: its columns, and how a selected row and the collaborators become what clients read.

Two selects make any number of songs: one of the songs with what they point to, one of the people on them. Keys that no
column fills are the constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, FromClause, Row, Select, and_, bindparam, false, func, select
from sqlalchemy.orm import aliased

from trackflow.actor import Actor
from trackflow.models import AlbumSeries, Artist, Collaboration, CollaborationType, Pack, Song, User

Item = dict[str, Any]
SongIds = Select[Any] | CompoundSelect[Any] | BindParameter[Any]
Rows = Iterable[Row[*tuple[Any, ...]]]

ACTOR_ID = bindparam("actor_id", type_=Song.__table__.c.user_id.type)
_CONSTANTS: Mapping[str, Any] = {
    "authoring": None,
    "pack_release_description": None,
    "pack_release_download_link": None,
    "pack_release_youtube_url": None,
}
_SUBMISSION = ("rhythmverse_link", "event_submission_description", "visualizer_link", "preview_link")
_owner = aliased(User)
_pack_owner = aliased(User)
_COLUMNS = (
    Song.id,
    Song.title,
    Song.artist,
    Song.album,
    Song.year,
    Song.status,
    Song.album_cover,
    Song.notes,
    _owner.username.label("author"),
    Song.user_id,
    Song.optional,
    Song.is_public,
    Song.pack_id,
    Pack.name.label("pack_name"),
    Pack.priority.label("pack_priority"),
    Pack.user_id.label("pack_owner_id"),
    _pack_owner.username.label("pack_owner_username"),
    func.coalesce(Pack.is_community_event, false()).label("is_community_event"),
    Artist.image_url.label("artist_image_url"),
    Song.album_series_id,
    AlbumSeries.series_number.label("album_series_number"),
    AlbumSeries.album_name.label("album_series_name"),
    Song.released_at,
    Song.release_description,
    Song.release_download_link,
    Song.release_youtube_url,
    Song.created_at,
    Song.updated_at,
    Song.rhythmverse_link,
    Song.event_submission_description,
    Song.visualizer_link,
    Song.preview_link,
    Song.is_event_submitted,
)
_KEYS = tuple(column.key for column in _COLUMNS)
_MASKED = len(_KEYS)


@dataclass(frozen=True, slots=True)
class People:
    """Who stands on the songs, and what the caller may do: from the second select."""

    by_song: Mapping[int, list[Item]]
    edited_songs: frozenset[int]
    packs: Mapping[int, Item]


def songs_statement() -> Select[*tuple[Any, ...]]:
    """Select the songs' columns and what they point to; the caller adds which songs, in which order."""
    masked = and_(Pack.is_community_event, Pack.event_revealed_at.is_(None)).label("masked")
    return select(*_COLUMNS, masked).select_from(_joined())


def _joined() -> FromClause:
    return (
        Song.__table__.join(_owner, _owner.id == Song.user_id)
        .outerjoin(Pack, Pack.id == Song.pack_id)
        .outerjoin(_pack_owner, _pack_owner.id == Pack.user_id)
        .outerjoin(Artist, Artist.id == Song.artist_id)
        .outerjoin(AlbumSeries, AlbumSeries.id == Song.album_series_id)
    )


def people_statement(song_ids: SongIds) -> Select[*tuple[Any, ...]]:
    """Select the collaborators of these songs, and the caller's own rights on packs."""
    columns = (
        Collaboration.id,
        Collaboration.song_id,
        Collaboration.pack_id,
        Collaboration.user_id,
        User.username,
        Collaboration.collaboration_type,
        Collaboration.created_at,
    )
    rows = select(*columns).join(User, User.id == Collaboration.user_id)
    on_songs = rows.where(Collaboration.song_id.in_(song_ids))
    own_packs = rows.where(Collaboration.user_id == ACTOR_ID, Collaboration.pack_id.is_not(None))
    both = on_songs.union_all(own_packs).subquery()
    return select(both).order_by(both.c.id)


def people_from(actor: Actor, rows: Rows) -> People:
    """Group the rows of `people_statement`."""
    by_song: dict[int, list[Item]] = {}
    edited: set[int] = set()
    packs: dict[int, Item] = {}
    for row_id, song_id, pack_id, user_id, username, right, created_at in rows:
        if song_id is None:
            can_edit = right == CollaborationType.PACK_EDIT.value or packs.get(pack_id, {}).get("can_edit", False)
            packs[pack_id] = {"can_edit": can_edit, "pack_id": pack_id}
            continue
        by_song.setdefault(song_id, []).append(
            {
                "id": row_id,
                "user_id": user_id,
                "username": username,
                "collaboration_type": right,
                "created_at": created_at,
            }
        )
        if user_id == actor.id:
            edited.add(song_id)
    return People(by_song, frozenset(edited), packs)


def items(actor: Actor, rows: Rows, people: People) -> list[Item]:
    """Make the Song JSON of each row of `songs_statement`.

    What others hand in to a community event stays hidden until the event is over.
    """
    found: list[Item] = []
    for row in rows:
        # The row goes on beyond the keys.
        item: Item = dict(zip(_KEYS, row, strict=False))
        song_id, owner_id = item["id"], item["user_id"]
        rights = people.packs.get(item["pack_id"])
        item.update(_CONSTANTS)
        item["collaborations"] = people.by_song.get(song_id, [])
        item["pack_collaboration"] = rights
        item["is_editable"] = (
            owner_id == actor.id or song_id in people.edited_songs or (rights is not None and rights["can_edit"])
        )
        if row[_MASKED] and owner_id != actor.id and not actor.is_admin:
            item.update(dict.fromkeys(_SUBMISSION))
        found.append(item)
    return found
