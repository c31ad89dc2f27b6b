"""Reads of songs as their readers see them: lists with filters, and one song."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any, TypeVarTuple

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select, bindparam, func, or_, select

from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound
from trackflow.extensions import db
from trackflow.models import Collaboration, Pack, Song, SongStatus, User
from trackflow.services.permissions import songs as policy
from trackflow.services.songs.projection import (
    ACTOR_ID,
    Item,
    items,
    people_from,
    people_statement,
    songs_statement,
)
from trackflow.services.songs.rules import LIKE_ESCAPE, like_literal, search_key

_NO_LIMIT = 2**31 - 1
Ts = TypeVarTuple("Ts")


class Order(StrEnum):
    """How a list of songs can be sorted."""

    TITLE = "title"
    ARTIST = "artist"
    CREATED = "created_at"
    UPDATED = "updated_at"


_ORDERS = {
    Order.TITLE: (Song.title_key, Song.id),
    Order.ARTIST: (Song.artist_key, Song.title_key, Song.id),
    Order.CREATED: (Song.created_at.desc(), Song.id),
    Order.UPDATED: (Song.updated_at.desc(), Song.id),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which of the visible songs are wanted; without a limit all of them."""

    status: SongStatus | None = None
    pack_id: int | None = None
    query: str = ""
    order: Order = Order.UPDATED
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Songs, and how many there are beyond the page."""

    items: list[Item]
    total: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which conditions a list has. Its statements depend on nothing else, because all values are parameters."""

    by_status: bool
    by_pack: bool
    by_text: bool
    order: Order
    is_paged: bool


def visible_songs(actor: Actor, filters: Filters) -> Page:
    """Return the songs that the actor may see, as Song JSON. Raises RuleViolation for a too long search text."""
    key = search_key(filters.query)
    shape = _Shape(
        by_status=filters.status is not None,
        by_pack=filters.pack_id is not None,
        by_text=bool(key),
        order=filters.order,
        is_paged=filters.limit is not None or filters.offset > 0,
    )
    values = {
        "actor_id": actor.id,
        "status": filters.status,
        "pack_id": filters.pack_id,
        "pattern": f"%{like_literal(key)}%",
        "limit": filters.limit or _NO_LIMIT,
        "offset": filters.offset,
    }
    connection = db.session.connection()
    rows = connection.execute(_songs(shape), values).all()
    if not rows:
        total = connection.execute(_count(shape), values).scalar_one() if filters.offset else 0
        return Page([], total)
    people = people_from(actor, connection.execute(_people(shape), values))
    total = rows[0].total if shape.is_paged else len(rows)
    return Page(items(actor, rows, people), total)


def song(actor: Actor, song_id: int) -> Item:
    """Return one song as Song JSON. Raises NotFound, and Forbidden if the actor may not see it."""
    connection = db.session.connection()
    values = {"actor_id": actor.id, "song_id": song_id, "song_ids": [song_id]}
    row = connection.execute(_ONE, values).first()
    if row is None:
        raise NotFound(policy.NO_SUCH_SONG)
    if not row.is_visible:
        raise Forbidden(policy.REFUSAL)
    (item,) = items(actor, [row], people_from(actor, connection.execute(_PEOPLE_OF, values)))
    return item


def songs(actor: Actor, song_ids: Sequence[int]) -> list[Item]:
    """Return these songs as Song JSON, in this order, whoever may see them: what a command has just written."""
    connection = db.session.connection()
    values = {"actor_id": actor.id, "song_ids": list(song_ids)}
    rows = connection.execute(_THESE, values).all()
    people = people_from(actor, connection.execute(_PEOPLE_OF, values))
    found = {item["id"]: item for item in items(actor, rows, people)}
    return [found[song_id] for song_id in song_ids if song_id in found]


def written(actor: Actor, song_id: int) -> Item:
    """Return a song that the actor has just saved. Raises NotFound if somebody has deleted it since."""
    found = songs(actor, [song_id])
    if not found:
        raise NotFound(policy.NO_SUCH_SONG)
    return found[0]


def owner_id(actor: Actor, song_id: int) -> int:
    """Return who owns a song. Raises NotFound, and Forbidden if the actor may not see it."""
    access = policy.song_access(actor.id, song_id)
    access.require(policy.VIEW)
    return access.user_id


def _visible(shape: _Shape) -> CompoundSelect[Any]:
    def narrowed(song: type[Song]) -> Iterable[ColumnElement[bool]]:
        if shape.by_status:
            yield song.status == bindparam("status")
        if shape.by_pack:
            yield song.pack_id == bindparam("pack_id")

    return policy.ids(policy.VIEW, ACTOR_ID, narrowed)


def _holds_text() -> ColumnElement[bool]:
    pattern: BindParameter[str] = bindparam("pattern")
    named = (
        select(Collaboration.song_id)
        .join(User, User.id == Collaboration.user_id)
        .where(Collaboration.song_id.is_not(None), User.username_key.like(pattern, escape=LIKE_ESCAPE))
    )
    columns = (Song.title_key, Song.artist_key, Song.album_key, Pack.name_key)
    return or_(*(column.like(pattern, escape=LIKE_ESCAPE) for column in columns), Song.id.in_(named))


def _chosen(statement: Select[*Ts], shape: _Shape) -> Select[*Ts]:
    """Add to a select from songs and packs which songs are wanted and, for a page, how many."""
    statement = statement.where(Song.id.in_(_visible(shape)))
    if shape.by_text:
        statement = statement.where(_holds_text())
    if shape.is_paged:
        return statement.order_by(*_ORDERS[shape.order]).limit(bindparam("limit")).offset(bindparam("offset"))
    return statement


@cache
def _songs(shape: _Shape) -> Select[*tuple[Any, ...]]:
    statement = _chosen(songs_statement(), shape)
    if shape.is_paged:
        return statement.add_columns(func.count().over().label("total"))
    return statement.order_by(*_ORDERS[shape.order])


@cache
def _people(shape: _Shape) -> Select[*tuple[Any, ...]]:
    if shape.by_text or shape.is_paged:
        ids = select(Song.id).outerjoin(Pack, Pack.id == Song.pack_id)
        return people_statement(_chosen(ids, shape))
    return people_statement(_visible(shape))


@cache
def _count(shape: _Shape) -> Select[int]:
    counted = select(func.count()).select_from(Song).outerjoin(Pack, Pack.id == Song.pack_id)
    return _chosen(counted, replace(shape, is_paged=False))


def _one_song(song: type[Song]) -> Iterable[ColumnElement[bool]]:
    yield song.id == bindparam("song_id")


_SONG_IDS: BindParameter[Any] = bindparam("song_ids", expanding=True)
_IS_VISIBLE = policy.ids(policy.VIEW, ACTOR_ID, _one_song).exists().label("is_visible")
_ONE = songs_statement().add_columns(_IS_VISIBLE).where(Song.id == bindparam("song_id"))
_THESE = songs_statement().where(Song.id.in_(_SONG_IDS))
_PEOPLE_OF = people_statement(_SONG_IDS)
