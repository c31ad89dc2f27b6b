"""Who may work on which pack and song, besides the owners; and who there is to be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, select

from trackflow.actor import Actor
from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import Collaboration, CollaborationType, Pack, User
from trackflow.services.permissions import packs as packs_policy
from trackflow.services.permissions import songs as songs_policy
from trackflow.services.permissions.packs import pack_access
from trackflow.services.permissions.songs import song_access

Rows = Sequence[Row[*tuple[Any, ...]]]
_GONE = "The song is no longer shared with this person."

_GRANTS: Select[*tuple[Any, ...]] = select(
    Collaboration.id,
    Collaboration.pack_id,
    Collaboration.song_id,
    Collaboration.user_id,
    User.username,
    Collaboration.collaboration_type,
    Collaboration.created_at,
).join(User, User.id == Collaboration.user_id)
# Clients describe a person by the first row they find.
_STRONGEST_FIRST = case((Collaboration.collaboration_type == CollaborationType.PACK_EDIT.value, 0), else_=1)

_ON_PACK = _GRANTS.where(Collaboration.pack_id == bindparam("pack_id")).order_by(
    Collaboration.user_id, _STRONGEST_FIRST, Collaboration.id
)
_ON_PACK_OF_ONE = _ON_PACK.where(Collaboration.user_id == bindparam("user_id"))
_ON_SONG = _GRANTS.where(Collaboration.song_id == bindparam("song_id")).order_by(Collaboration.id)
_ON_SONG_OF_ONE = _ON_SONG.where(Collaboration.user_id == bindparam("user_id"))
_MINE = _GRANTS.where(Collaboration.user_id == bindparam("user_id")).order_by(Collaboration.id)
_ON_OWN_PACKS = (
    _GRANTS.join(Pack, Pack.id == Collaboration.pack_id)
    .where(Pack.user_id == bindparam("user_id"))
    .order_by(Collaboration.pack_id, Collaboration.user_id, _STRONGEST_FIRST, Collaboration.id)
)
_OTHERS = (
    select(User.id, User.username)
    .where(User.is_active, User.id != bindparam("user_id"))
    .order_by(User.username_key, User.id)
)


def on_pack(actor: Actor, pack_id: int) -> Rows:
    """Return the rights on a pack, by person, the strongest first. Raises NotFound and Forbidden."""
    pack_access(actor.id, pack_id).require(packs_policy.LIST_COLLABORATORS)
    return _rows(_ON_PACK, pack_id=pack_id)


def on_pack_of(pack_id: int, user_id: int) -> Rows:
    """Return the rights of one person on a pack, for who has just granted them."""
    return _rows(_ON_PACK_OF_ONE, pack_id=pack_id, user_id=user_id)


def on_song(actor: Actor, song_id: int) -> Rows:
    """Return the rights on a song alone, by id. Raises NotFound and Forbidden."""
    song_access(actor.id, song_id).require(songs_policy.LIST_COLLABORATORS)
    return _rows(_ON_SONG, song_id=song_id)


def on_song_of(song_id: int, user_id: int) -> Row[*tuple[Any, ...]]:
    """Return the right of one person on a song, for who has just granted it. Raises NotFound if it is gone again."""
    found = _rows(_ON_SONG_OF_ONE, song_id=song_id, user_id=user_id)
    if not found:
        raise NotFound(_GONE)
    return found[0]


def mine(actor: Actor) -> Rows:
    """Return what others have given the actor."""
    return _rows(_MINE, user_id=actor.id)


def on_own_packs(actor: Actor) -> Rows:
    """Return the rights of others on the actor's packs."""
    return _rows(_ON_OWN_PACKS, user_id=actor.id)


def others(actor: Actor) -> Rows:
    """Return id and name of every other active user, by name."""
    return _rows(_OTHERS, user_id=actor.id)


def _rows(statement: Select[*tuple[Any, ...]], **values: int) -> Rows:
    return db.session.connection().execute(statement, values).all()
