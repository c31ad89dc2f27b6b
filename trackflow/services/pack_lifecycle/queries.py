"""The feeds of what came out: packs with their released songs, and single songs. Anybody may read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import aliased

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import AlbumSeries, Pack, SeriesStatus, Song, SongStatus, User
from trackflow.services.permissions import packs as policy
from trackflow.services.songs.projection import People, items, songs_statement

Item = dict[str, Any]

_NOBODY = Actor(0, "")  # no account has this id
_NO_PEOPLE = People({}, frozenset(), {})
_UNKNOWN = "Unknown"
_NOT_FOR_EVERYBODY = ("is_public", "notes", "created_at", "updated_at")
_owner, _releaser = aliased(User), aliased(User)


def _is_out() -> ColumnElement[bool]:
    """Return the condition on `songs` that a release dates it."""
    return and_(Song.status == SongStatus.RELEASED.value, Song.released_at.is_not(None))


def _is_recent() -> ColumnElement[bool]:
    """Return the condition on `packs` that it came out since `since`, is to be shown and holds a song that is out."""
    has_song = select(Song.id).where(Song.pack_id == Pack.id, _is_out()).exists()
    return and_(Pack.released_at >= bindparam("since"), Pack.show_on_homepage, has_song)


def _packs() -> Select[*tuple[Any, ...]]:
    """Select a page of packs; of several series on one that with the lowest number counts."""
    number = (
        select(func.min(AlbumSeries.series_number))
        .where(AlbumSeries.pack_id == Pack.id, AlbumSeries.status == SeriesStatus.RELEASED.value)
        .correlate(Pack)
        .scalar_subquery()
    )
    return (
        select(
            Pack.id.label("pack_id"),
            Pack.name.label("pack_name"),
            Pack.user_id.label("pack_owner_id"),
            _owner.username.label("pack_owner_username"),
            Pack.released_by_user_id,
            func.coalesce(_releaser.username, _owner.username, literal(_UNKNOWN)).label("released_by_username"),
            Pack.priority.label("pack_priority"),
            Pack.released_at,
            Pack.release_title,
            Pack.release_description,
            Pack.release_download_link,
            Pack.release_youtube_url,
            Pack.show_on_homepage,
            AlbumSeries.id.label("album_series_id"),
            AlbumSeries.series_number.label("album_series_number"),
            AlbumSeries.album_name.label("album_series_name"),
            AlbumSeries.status.label("album_series_status"),
            policy.clause(policy.EDIT, bindparam("actor_id", type_=Pack.__table__.c.user_id.type)).label("can_edit"),
            func.count().over().label("total"),
        )
        .outerjoin(_owner, _owner.id == Pack.user_id)
        .outerjoin(_releaser, _releaser.id == Pack.released_by_user_id)
        .outerjoin(AlbumSeries, AlbumSeries.series_number == number)
        .where(_is_recent())
        .order_by(Pack.released_at.desc(), Pack.id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


_PACKS = _packs()
_BEYOND = ("can_edit", "total")
_COUNT = select(func.count()).select_from(Pack).where(_is_recent())
_SONGS_OF = (
    select(
        Song.pack_id,
        Song.id,
        Song.title,
        Song.artist,
        Song.album,
        Song.year,
        Song.album_cover,
        User.username.label("author"),
        Song.user_id,
        Song.optional,
        Song.released_at,
        Song.release_description,
        Song.release_download_link,
        Song.release_youtube_url,
    )
    .join(User, User.id == Song.user_id)
    .where(Song.pack_id.in_(bindparam("pack_ids", expanding=True)), _is_out())
    .order_by(Song.released_at.desc(), Song.id.desc())
)
_ON_HOMEPAGE = and_(_is_out(), or_(Song.pack_id.is_(None), Pack.show_on_homepage))
_SONGS = (
    songs_statement()
    .add_columns(
        Pack.release_description.label("pack_release_description"),
        Pack.release_download_link.label("pack_release_download_link"),
        Pack.release_youtube_url.label("pack_release_youtube_url"),
        func.count().over().label("total"),
    )
    .where(_ON_HOMEPAGE)
    .order_by(Song.released_at.desc(), Song.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT_SONGS = select(func.count()).select_from(Song).outerjoin(Pack, Pack.id == Song.pack_id).where(_ON_HOMEPAGE)


def recent_packs(actor: Actor | None, *, limit: int, offset: int, days_back: int) -> tuple[list[Item], int]:
    """Return a page of the packs that came out lately, the last first, with their songs, and how many there are.

    With an actor each song says whether the actor may edit its pack.
    """
    connection = db.session.connection()
    values = {"since": now_utc() - timedelta(days=days_back), "limit": limit, "offset": offset}
    rows = connection.execute(_PACKS, {**values, "actor_id": actor.id if actor else _NOBODY.id}).all()
    if not rows:
        return [], connection.execute(_COUNT, values).scalar_one() if offset else 0
    songs: dict[int, list[Item]] = {row.pack_id: [] for row in rows}
    rights = {row.pack_id: {"can_edit": bool(row.can_edit)} if actor else None for row in rows}
    for row in connection.execute(_SONGS_OF, {"pack_ids": list(songs)}):
        song = row._asdict()
        pack_id = song.pop("pack_id")
        songs[pack_id].append({**song, "pack_collaboration": rights[pack_id]})
    found = []
    for row in rows:
        pack = {name: value for name, value in row._asdict().items() if name not in _BEYOND}
        found.append({**pack, "songs": songs[row.pack_id]})
    return found, rows[0].total


def recent_pack_count(*, days_back: int) -> int:
    """Return how many packs came out lately."""
    values = {"since": now_utc() - timedelta(days=days_back)}
    return int(db.session.connection().execute(_COUNT, values).scalar_one())


def recent_songs(*, limit: int, offset: int) -> tuple[list[Item], int]:
    """Return a page of the songs that came out, the last first, as Song JSON for everybody, and how many there are.

    Songs of packs that are kept off the home page are left out.
    """
    connection = db.session.connection()
    rows = connection.execute(_SONGS, {"limit": limit, "offset": offset}).all()
    if not rows:
        return [], connection.execute(_COUNT_SONGS).scalar_one() if offset else 0
    found = items(_NOBODY, rows, _NO_PEOPLE)
    for row, item in zip(rows, found, strict=True):
        item.update(dict.fromkeys(_NOT_FOR_EVERYBODY))
        item["pack_release_description"] = row.pack_release_description
        item["pack_release_download_link"] = row.pack_release_download_link
        item["pack_release_youtube_url"] = row.pack_release_youtube_url
    return found, rows[0].total
