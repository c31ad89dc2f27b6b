"""What helps to fill in a song: names of artists, albums and people; and how many songs there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from trackflow.actor import Actor
from trackflow.extensions import db
from trackflow.models import Artist, Collaboration, Pack, Song, User
from trackflow.services.permissions import songs as policy
from trackflow.services.songs.rules import LIKE_ESCAPE, like_literal, suggestion_key

MAX_SUBSTRING_MATCHES = 15
MAX_PEOPLE = 20

_ACTOR: Any = bindparam("actor_id", type_=Song.__table__.c.user_id.type)


def artists(actor: Actor) -> list[str]:
    """Return the names of all artists that the actor can know of: of the catalogue, of public and of visible songs.

    Of spellings that differ only in case and blanks it is one, that of the catalogue if there is one.
    """
    rows = db.session.connection().execute(_ARTISTS, {"actor_id": actor.id})
    # Sorted here, because the databases have different opinions on letters beyond a to z.
    return sorted(row.listed or row.sung for row in rows)


def own_artists(actor: Actor, query: str) -> list[str]:
    """Return artists of the actor's songs that hold the text. Raises RuleViolation for a too long text."""
    return _own_values(_OWN_ARTISTS, actor, query)


def own_albums(actor: Actor, query: str) -> list[str]:
    """Return albums of the actor's songs that hold the text. Raises RuleViolation for a too long text."""
    return _own_values(_OWN_ALBUMS, actor, query)


def collaborators(actor: Actor, query: str) -> list[str]:
    """Return people whose name holds the text and who work with the actor. Raises RuleViolation for a too long text.

    They have a right on a song or a pack of the actor, or on a song that the actor has a right on.
    """
    key = suggestion_key(query)
    if not key:
        return []
    values = {"actor_id": actor.id, "pattern": _pattern(key)}
    return list(db.session.connection().execute(_PEOPLE, values).scalars())


def census(actor: Actor) -> Mapping[str, Any]:
    """Return how many songs there are, how many the actor sees, and how many rights the actor was given."""
    row = db.session.connection().execute(_CENSUS, {"actor_id": actor.id}).one()
    return {**row._mapping, "user_id": actor.id, "username": actor.username}  # noqa: SLF001  (the public name for it)


def _pattern(key: str) -> str:
    return f"%{like_literal(key)}%"


def _own_values(statement: Select[Any, bool], actor: Actor, query: str) -> list[str]:
    """Return the value that equals the text, if there is one, and others that hold it."""
    key = suggestion_key(query)
    if not key:
        return []
    values = {"actor_id": actor.id, "key": key, "pattern": _pattern(key)}
    rows = db.session.connection().execute(statement, values).all()
    has_equal = bool(rows) and rows[0].is_equal
    return [row.value for row in rows[: MAX_SUBSTRING_MATCHES + has_equal]]


def _own_values_statement(value: InstrumentedAttribute[Any], key: InstrumentedAttribute[Any]) -> Select[Any, bool]:
    is_equal: ColumnElement[bool] = key == bindparam("key")
    return (
        select(func.min(value).label("value"), is_equal.label("is_equal"))
        .where(Song.user_id == _ACTOR, key.like(bindparam("pattern"), escape=LIKE_ESCAPE))
        .group_by(key)
        .order_by(is_equal.desc(), key)
        .limit(MAX_SUBSTRING_MATCHES + 1)
    )


def _artists_statement() -> Select[Any, Any]:
    sung = select(Song.artist_key.label("key"), null().label("listed"), Song.artist.label("sung"))
    names = union_all(
        select(Artist.name_key.label("key"), Artist.name.label("listed"), literal("").label("sung")),
        sung.where(Song.is_public),
        sung.where(policy.clause(policy.VIEW, _ACTOR)),
    ).subquery()
    named = select(func.max(names.c.listed).label("listed"), func.max(names.c.sung).label("sung"))
    return named.where(names.c.key != "").group_by(names.c.key)


def _people_statement() -> Select[str]:
    mine = aliased(Collaboration)
    shared = select(mine.song_id).where(mine.user_id == _ACTOR, mine.song_id.is_not(None))
    together = or_(
        Collaboration.song_id.in_(select(Song.id).where(Song.user_id == _ACTOR)),
        Collaboration.pack_id.in_(select(Pack.id).where(Pack.user_id == _ACTOR)),
        Collaboration.song_id.in_(shared),
    )
    return (
        select(User.username)
        .where(
            User.id.in_(select(Collaboration.user_id).where(together)),
            User.id != _ACTOR,
            User.is_active,
            User.username_key.like(bindparam("pattern"), escape=LIKE_ESCAPE),
        )
        .order_by(User.username_key, User.id)
        .limit(MAX_PEOPLE)
    )


def _count(what: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(what).where(*conditions).scalar_subquery()


_OWN_ARTISTS = _own_values_statement(Song.artist, Song.artist_key)
_OWN_ALBUMS = _own_values_statement(Song.album, Song.album_key)
_ARTISTS = _artists_statement()
_PEOPLE = _people_statement()
_CENSUS = select(
    _count(Song).label("total_songs"),
    _count(Collaboration, Collaboration.user_id == _ACTOR).label("user_collaborations"),
    _count(Song, policy.clause(policy.VIEW, _ACTOR)).label("visible_songs"),
)
