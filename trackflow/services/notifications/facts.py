"""What the texts of notices need to know of songs and people, read when something has happened to them.

A constant number of statements for any number of songs; long lists of ids travel as one value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, select
from sqlalchemy.orm import aliased

from trackflow.extensions import db
from trackflow.models import AlbumSeries, Pack, SeriesStatus, Song, SongStatus, User, text_key
from trackflow.services.notifications.texts import Work, pack_of, person, series_of
from trackflow.services.permissions.rules import clause_of
from trackflow.services.permissions.songs import VIEW, right_clauses
from trackflow.services.workflows.id_lists import among, array_of, id_array

Rows = Sequence[Row[*tuple[Any, ...]]]

MAX_MATCHES = 1_000
"""How many pairs of equal songs are looked at after one deed."""

_actor = aliased(User)
# The policy's conditions take a column in the place of one person's id.
_each_user: Any = User.id


@dataclass(frozen=True, slots=True)
class SongFacts:
    """A song, its owner if the account is active, and the title for a release together with others of its owner."""

    work: Work
    owner_id: int | None
    release: str | None


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody with an account whom an assignment names; only who may see the song is to hear of it."""

    id: int
    name: str
    sees_song: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to which songs, and what the one who did it is called."""

    actor: str
    songs: Mapping[int, SongFacts]


def _is_open() -> ColumnElement[bool]:
    """Return the condition that others may want to join, in a form that no index serves.

    By the index SQLite, where it has no statistics, would walk through all public songs for each one in question.
    """
    return and_(Song.is_public.is_not(false()), Song.status != SongStatus.RELEASED.value)


def _matches() -> Select[*tuple[Any, ...]]:
    """Select the few songs first and then, by the index of their keys, the equal ones."""
    new = (
        select(
            Song.id.label("song_id"),
            Song.title,
            Song.artist,
            Song.status,
            Song.artist_key,
            Song.title_key,
            Song.user_id.label("owner_id"),
            User.username,
            User.display_name,
        )
        .join(User, User.id == Song.user_id)
        .where(among(Song.id, id_array("song_ids")), _is_open(), User.is_active)
        .cte("new")
        .prefix_with("MATERIALIZED")
        .c
    )
    return (
        select(
            new.song_id,
            new.title,
            new.artist,
            new.status,
            new.owner_id,
            new.username,
            new.display_name,
            Song.id.label("their_song_id"),
            Song.user_id.label("their_id"),
        )
        .join(Song, and_(Song.artist_key == new.artist_key, Song.title_key == new.title_key))
        .join(User, and_(User.id == Song.user_id, User.is_active))
        .where(_is_open(), Song.user_id != new.owner_id, Song.user_id != bindparam("actor_id"))
        .order_by(new.song_id, Song.id)
        .limit(MAX_MATCHES)
    )


_NAME = select(User.username, User.display_name).where(User.id == bindparam("user_id"))
_PACK = (
    select(Pack.name, _actor.username, _actor.display_name)
    .join(_actor, _actor.id == bindparam("actor_id"))
    .where(Pack.id == bindparam("pack_id"))
)
_SONGS = (
    select(
        Song.id,
        Song.title,
        Song.artist,
        User.id.label("owner_id"),
        Pack.name.label("pack_name"),
        Pack.released_at.label("pack_released_at"),
        AlbumSeries.album_name,
        AlbumSeries.status.label("series_status"),
        _actor.username,
        _actor.display_name,
    )
    .select_from(Song)
    .join(_actor, _actor.id == bindparam("actor_id"))
    .outerjoin(User, and_(User.id == Song.user_id, User.is_active))
    .outerjoin(Pack, Pack.id == Song.pack_id)
    .outerjoin(AlbumSeries, AlbumSeries.id == Song.album_series_id)
    .where(among(Song.id, id_array("song_ids")))
    .order_by(Song.id)
)
_NAMED = (
    select(
        User.id,
        User.username_key,
        User.username,
        User.display_name,
        and_(User.is_active, clause_of(VIEW, right_clauses(_each_user))).label("sees_song"),
    )
    .select_from(User)
    .join(Song, Song.id == bindparam("song_id"))
    .where(User.username_key.in_(bindparam("keys", expanding=True)))
)
_MATCHES = _matches()


def username(user_id: int) -> str | None:
    """Return the name of an account, None if there is none any more."""
    row = db.session.connection().execute(_NAME, {"user_id": user_id}).first()
    return row.username if row is not None else None


def pack(pack_id: int, actor_id: int) -> tuple[str, str] | None:
    """Return what a pack and somebody are called, None if one of them is gone."""
    row = db.session.connection().execute(_PACK, {"pack_id": pack_id, "actor_id": actor_id}).first()
    return (row.name, person(row.username, row.display_name)) if row is not None else None


def deed(song_ids: Collection[int], actor_id: int) -> Deed:
    """Return what is to be said of these songs, and of the one who did something to them."""
    values = {"song_ids": array_of(song_ids), "actor_id": actor_id}
    rows = db.session.connection().execute(_SONGS, values).all()
    actor = person(rows[0].username, rows[0].display_name) if rows else ""
    return Deed(actor, {row.id: SongFacts(Work(row.title, row.artist), row.owner_id, _release(row)) for row in rows})


def _release(song: Row[*tuple[Any, ...]]) -> str | None:
    if song.pack_released_at is not None:
        return pack_of(song.pack_name)
    if song.series_status == SeriesStatus.RELEASED.value:
        return series_of(song.album_name)
    return None


def named(song_id: int, names: Collection[str]) -> Mapping[str, Named]:
    """Return, by the key of their name, the accounts that these names belong to."""
    keys = sorted({text_key(name) for name in names})
    rows = db.session.connection().execute(_NAMED, {"song_id": song_id, "keys": keys})
    return {
        row.username_key: Named(row.id, person(row.username, row.display_name), bool(row.sees_song)) for row in rows
    }


def matches(song_ids: Collection[int], *, but_not: int) -> Rows:
    """Return pairs of these songs and open public songs of the same title and artist that active other people have.

    Neither songs of the one who acts (`but_not`) count as others, nor those of the song's own owner.
    """
    values = {"song_ids": array_of(song_ids), "actor_id": but_not}
    return db.session.connection().execute(_MATCHES, values).all()
