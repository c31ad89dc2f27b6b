"""Reads of the file history of a song. Clients ask for it every half minute on each card: one statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select

from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound
from trackflow.extensions import db
from trackflow.models import FileLink, Song, User
from trackflow.services.file_links.commands import NO_SUCH_LINK
from trackflow.services.permissions import songs as policy

Item = dict[str, Any]

_COLUMNS = (
    FileLink.id,
    FileLink.song_id,
    FileLink.user_id,
    User.username,
    FileLink.file_url,
    FileLink.message,
    FileLink.created_at,
)
_KEYS = tuple(column.key for column in _COLUMNS)


def of_song(actor: Actor, song_id: int) -> list[Item]:
    """Return the entries of a song, newest first. Raises NotFound, and Forbidden if the actor may not see it."""
    values = {"actor_id": actor.id, "song_id": song_id}
    rows = db.session.connection().execute(_OF_SONG, values).all()
    if not rows:
        raise NotFound(policy.NO_SUCH_SONG)
    if not rows[0].is_visible:
        raise Forbidden(policy.REFUSAL)
    # A song without entries is one row, in which entry and writer are missing.
    return [dict(zip(_KEYS, row, strict=False)) for row in rows if row.username is not None]


def written(link_id: int) -> Item:
    """Return an entry that has just been written. Raises NotFound if somebody has deleted it since."""
    row = db.session.connection().execute(_ONE, {"link_id": link_id}).first()
    if row is None:
        raise NotFound(NO_SUCH_LINK)
    return dict(zip(_KEYS, row, strict=True))


def _this_song(song: type[Song]) -> Iterable[ColumnElement[bool]]:
    yield song.id == bindparam("song_id")


_ACTOR_ID = bindparam("actor_id", type_=Song.__table__.c.user_id.type)
_IS_VISIBLE = policy.ids(policy.VIEW, _ACTOR_ID, _this_song).exists().label("is_visible")
_OF_SONG = (
    select(*_COLUMNS, _IS_VISIBLE)
    .select_from(Song)
    .outerjoin(FileLink, FileLink.song_id == Song.id)
    .outerjoin(User, User.id == FileLink.user_id)
    .where(Song.id == bindparam("song_id"))
    .order_by(FileLink.created_at.desc(), FileLink.id.desc())
)
_ONE = select(*_COLUMNS).join(User, User.id == FileLink.user_id).where(FileLink.id == bindparam("link_id"))
