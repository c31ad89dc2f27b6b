"""Giving single people rights on packs and songs, and taking them. Grants by name, many at once, are in `by_name`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Delete, bindparam, delete, func, select

from trackflow import upsert
from trackflow.actor import Actor
from trackflow.errors import NotFound, RuleViolation
from trackflow.extensions import db
from trackflow.models import Collaboration, CollaborationType, PartAssignment, Song, User
from trackflow.services.collaborations.events import (
    PackCollaboratorAdded,
    PackCollaboratorRemoved,
    SongCollaboratorAdded,
    SongCollaboratorRemoved,
)
from trackflow.services.permissions import packs as packs_policy
from trackflow.services.permissions import songs as songs_policy
from trackflow.services.permissions.packs import pack_access
from trackflow.services.permissions.songs import song_access
from trackflow.services.points.commands import recompute
from trackflow.unit_of_work import atomic, emit

ON_PACKS = (CollaborationType.PACK_EDIT, CollaborationType.PACK_VIEW)
_NO_SUCH_USER = "There is no such user."
_SELF = "You need no right on what is your own."
_OWNER = "The owner of the song needs no further right on it."
_UNKNOWN_RIGHT = f"A pack can be shared with {' or '.join(sorted(right.value for right in ON_PACKS))}."

_IS_ACTIVE = select(User.id).where(User.id == bindparam("user_id"), User.is_active)
_OWNERS = select(Song.user_id).where(Song.id.in_(bindparam("song_ids", expanding=True))).distinct()


@atomic
def share_pack(actor: Actor, pack_id: int, user_id: int, permissions: Sequence[str]) -> None:
    """Give somebody rights on a pack of the actor; what is there stays, so that a repetition changes nothing.

    Raises NotFound for the pack, Forbidden unless the actor owns it, NotFound for a person who is not active, and
    RuleViolation for the actor's own account and for a right that packs do not know. Emits PackCollaboratorAdded.
    """
    pack_access(actor.id, pack_id, lock=True).require(packs_policy.OWN)
    _refuse_unfit(actor, user_id)
    asked = tuple(dict.fromkeys(permissions))
    if not set(asked) <= set(ON_PACKS):
        raise RuleViolation(_UNKNOWN_RIGHT, errors={"permissions": [_UNKNOWN_RIGHT]})
    rows = [{"pack_id": pack_id, "user_id": user_id, "collaboration_type": right} for right in asked]
    if _insert(rows):
        emit(PackCollaboratorAdded(actor.id, pack_id, user_id, asked))


@atomic
def unshare_pack(actor: Actor, pack_id: int, user_id: int) -> int:
    """Take all rights on a pack and on the songs in it from somebody; return how many there were.

    The parts on songs that the person cannot see any more go with them. The pack's owner may, and everybody for
    themselves; the owner has no right that could be taken. Raises NotFound and Forbidden. Emits
    PackCollaboratorRemoved if there was something to take.
    """
    pack = pack_access(actor.id, pack_id, lock=True)
    if user_id != actor.id:
        pack.require(packs_policy.OWN)
    if user_id == pack.user_id:
        return 0
    songs = select(Song.id).where(Song.pack_id == pack_id)
    of_person = Collaboration.user_id == user_id
    on_pack = _deleted(delete(Collaboration).where(Collaboration.pack_id == pack_id, of_person))
    on_songs = _deleted(delete(Collaboration).where(Collaboration.song_id.in_(songs), of_person))
    removed = len(on_pack) + len(on_songs)
    if not removed and user_id == actor.id:
        return 0
    still_seen = songs_policy.ids(songs_policy.VIEW, user_id)
    _delete_parts(user_id, PartAssignment.song_id.in_(songs), PartAssignment.song_id.not_in(still_seen))
    if on_songs:
        recompute(db.session.execute(_OWNERS, {"song_ids": sorted(on_songs)}).scalars().all())
    if removed:
        emit(PackCollaboratorRemoved(actor.id, pack_id, user_id))
    return removed


@atomic
def share_song(actor: Actor, song_id: int, user_id: int) -> None:
    """Let somebody edit a song; who may already keeps the row.

    The owners of the song and of its pack may. Raises NotFound for the song, Forbidden, NotFound for a person who is
    not active, and RuleViolation for the actor and for the song's owner. Emits SongCollaboratorAdded.
    """
    song = song_access(actor.id, song_id, lock=True)
    song.require(songs_policy.MANAGE_COLLABORATORS)
    _refuse_unfit(actor, user_id)
    if user_id == song.user_id:
        raise RuleViolation(_OWNER, errors={"user_id": [_OWNER]})
    right = CollaborationType.SONG_EDIT.value
    if _insert([{"song_id": song_id, "user_id": user_id, "collaboration_type": right}]):
        recompute([song.user_id])
        emit(SongCollaboratorAdded(actor.id, song.user_id, song_id, user_id))


@atomic
def unshare_song(actor: Actor, song_id: int, user_id: int) -> int:
    """Take `song_edit` on a song and its parts from somebody; return how many rights there were. Pack rights stay.

    The owners of the song and of its pack may, and everybody for themselves. Raises NotFound and Forbidden. Emits
    SongCollaboratorRemoved if there was something to take.
    """
    song = song_access(actor.id, song_id, lock=True)
    if user_id != actor.id:
        song.require(songs_policy.MANAGE_COLLABORATORS)
    if user_id == song.user_id:
        return 0
    removed = len(
        _deleted(delete(Collaboration).where(Collaboration.song_id == song_id, Collaboration.user_id == user_id))
    )
    if removed or song.may(songs_policy.MANAGE_COLLABORATORS):
        _delete_parts(user_id, PartAssignment.song_id == song_id)
    if removed:
        recompute([song.user_id])
        emit(SongCollaboratorRemoved(actor.id, song.user_id, song_id, user_id))
    return removed


def _refuse_unfit(actor: Actor, user_id: int) -> None:
    if db.session.execute(_IS_ACTIVE, {"user_id": user_id}).first() is None:
        raise NotFound(_NO_SUCH_USER)
    if user_id == actor.id:
        raise RuleViolation(_SELF, errors={"user_id": [_SELF]})


def _insert(rows: Sequence[dict[str, Any]]) -> int:
    """Insert the rights that are missing; return how many were."""
    statement = upsert.insert(Collaboration).values(rows).on_conflict_do_nothing().returning(Collaboration.id)
    return len(db.session.execute(statement).all())


def _deleted(statement: Delete) -> Collection[int]:
    """Delete rights; return the songs that they were on, or for rights on packs the packs."""
    returning = statement.returning(Collaboration.song_id, Collaboration.pack_id)
    rows = db.session.execute(returning, execution_options={"synchronize_session": False})
    return [row.song_id or row.pack_id for row in rows]


def _delete_parts(user_id: int, *on_songs: Any) -> None:
    name = select(User.username_key).where(User.id == user_id).scalar_subquery()
    db.session.execute(
        delete(PartAssignment).where(func.lower(PartAssignment.collaborator) == name, *on_songs),
        execution_options={"synchronize_session": False},
    )
