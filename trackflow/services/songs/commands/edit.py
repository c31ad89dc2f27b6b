"""Saving a song: single fields, its status, its pack, its collaborators, its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.errors import InvalidState, RuleViolation
from trackflow.extensions import db
from trackflow.models import Artist, Pack, Song, SongStatus, User, text_key
from trackflow.services.collaborations import by_name
from trackflow.services.permissions.songs import EDIT, OWN, song_access
from trackflow.services.points.commands import recompute
from trackflow.services.songs import lifecycle, placement
from trackflow.services.songs.edits import Edit, ToPack, edit_of, wants_ownership
from trackflow.services.songs.events import (
    SongCollaboratorsAdded,
    SongEdited,
    SongStatusChanged,
    SongsWentPublic,
    StatusChange,
)
from trackflow.services.songs.transitions import invites, written_by
from trackflow.services.workflows.progress_rows import create_missing_progress
from trackflow.unit_of_work import atomic, emit

Stored = Row[*tuple[Any, ...]]

_STORED = (
    select(
        *Song.__table__.c,
        Pack.name_key.label("pack_name_key"),
        Pack.is_community_event.label("in_event"),
        Pack.event_revealed_at,
    )
    .outerjoin(Pack, Pack.id == Song.pack_id)
    .where(Song.id == bindparam("song_id"))
)
_IS_ACTIVE = select(User.id).where(User.id == bindparam("user_id"), User.is_active)
_NO_SUCH_OWNER = "The new owner must be an active user."
_EVENT_KEEPS = "A community event that has ended keeps its songs."


@dataclass(frozen=True, slots=True)
class _Move:
    """What changing the pack means for the song."""

    columns: Mapping[str, Any] = field(default_factory=dict)
    event_id: int | None = None
    is_entry: bool = False
    pack_is_new: bool = False


@atomic
def edit(actor: Actor, song_id: int, changes: Mapping[str, Any]) -> None:
    """Save what the request mentions; keys as in `edits`.

    Owner, `song_edit` and `pack_edit` may; visibility, owner and collaborators only the owner. Raises NotFound,
    Forbidden, RuleViolation for a bad value and for a new owner who is not active, what `placement.for_move` raises,
    and InvalidState where a community event forbids the move. Emits SongEdited; where it applies SongStatusChanged,
    SongsWentPublic, SongCollaboratorsAdded.
    """
    access = song_access(actor.id, song_id, lock=True)
    access.require(EDIT)
    if wants_ownership(changes):
        access.require(OWN)
    request = edit_of(changes)
    stored = db.session.execute(_STORED, {"song_id": song_id}).one()
    owner_id = _owner_after(request, stored)
    move = _moved(actor, stored, request.to_pack, owner_id)
    if move.event_id is not None and (move.is_entry or owner_id != stored.user_id):
        placement.refuse_second_entry(move.event_id, owner_id, but_not=song_id)
        placement.end_registration(move.event_id, owner_id)
    added, removed = _replace_collaborators(stored, request)
    if owner_id != stored.user_id:
        _hand_over(stored, owner_id)
    change = _change_status(stored, request, move)
    columns = _write(stored, change, {**request.columns, **move.columns})
    if owner_id != stored.user_id and stored.status == SongStatus.IN_PROGRESS and change is None:
        create_missing_progress([song_id])
    if change or added or removed or move.pack_is_new or owner_id != stored.user_id:
        recompute({stored.user_id, owner_id})
    _announce(actor, stored, columns, change, added)
    emit(SongEdited(actor.id, owner_id, song_id))


def _owner_after(request: Edit, stored: Stored) -> int:
    if request.new_owner_id is None or request.new_owner_id == stored.user_id:
        owner_id: int = stored.user_id
        return owner_id
    found: int | None = db.session.execute(_IS_ACTIVE, {"user_id": request.new_owner_id}).scalar()
    if found is None:
        raise RuleViolation(_NO_SUCH_OWNER, errors={"user_id": [_NO_SUCH_OWNER]})
    return found


def _moved(actor: Actor, stored: Stored, target: ToPack | None, owner_id: int) -> _Move:
    in_event = bool(stored.in_event)
    stays = _Move(event_id=stored.pack_id if in_event else None)
    if target is None or _is_present_pack(stored, target):
        if owner_id == stored.user_id or in_event or stored.pack_id is None:
            return stays
        # A song lies only where its owner may put it; a new owner without that right takes it out of the pack.
        return stays if placement.may_add(owner_id, stored.pack_id) else _Move({"pack_id": None})
    place = placement.for_move(actor.id, owner_id, target)
    pack_id = place.pack_id if place is not None else None
    if pack_id == stored.pack_id:
        return stays
    if in_event and stored.event_revealed_at is not None:
        raise InvalidState(_EVENT_KEEPS)
    is_entry = place is not None and place.is_event
    if is_entry:
        placement.refuse_unfit_for_event(SongStatus(stored.status), in_event=in_event)
    columns: dict[str, Any] = {"pack_id": pack_id}
    if is_entry or in_event:
        columns |= placement.EMPTY_SUBMISSION
    return _Move(
        columns,
        event_id=pack_id if is_entry else None,
        is_entry=is_entry,
        pack_is_new=place is not None and place.is_new,
    )


def _is_present_pack(stored: Stored, target: ToPack) -> bool:
    """Say whether the song lies there already, so that saving an unchanged field asks for no right."""
    if target.pack_id is None and target.name is not None:
        return bool(stored.pack_name_key == text_key(target.name))
    return bool(stored.pack_id == target.pack_id)


def _hand_over(stored: Stored, owner_id: int) -> None:
    """Make somebody the owner, who then needs no right of the kind others have.

    It comes before a change of status, so that the rows of progress are those of the new owner's steps alone.
    """
    by_name.drop_right(stored.id, owner_id)
    db.session.execute(
        update(Song)
        .where(Song.id == stored.id, Song.user_id == stored.user_id)
        .values(user_id=owner_id, updated_at=now_utc()),
        execution_options={"synchronize_session": False},
    )


def _change_status(stored: Stored, request: Edit, move: _Move) -> StatusChange | None:
    old = SongStatus(stored.status)
    new = SongStatus.IN_PROGRESS if move.is_entry else request.status or old
    if new is old:
        return None
    change = StatusChange(stored.id, stored.user_id, old, new)
    lifecycle.change_statuses([change])
    return change


def _write(stored: Stored, change: StatusChange | None, wanted: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the columns whose value is new after the change of status; return them."""
    now = now_utc()
    facts = stored._asdict() | (written_by(change.old, change.new, now) if change is not None else {})
    columns = {name: value for name, value in wanted.items() if facts[name] != value}
    if not columns:
        return columns
    values: dict[str, Any] = {**columns, "updated_at": now}
    if "artist" in columns and text_key(columns["artist"]) != stored.artist_key:
        values["artist_id"] = select(Artist.id).where(Artist.name_key == text_key(columns["artist"])).scalar_subquery()
    db.session.execute(
        update(Song).where(Song.id == stored.id).values(values), execution_options={"synchronize_session": False}
    )
    return columns


def _replace_collaborators(stored: Stored, request: Edit) -> tuple[frozenset[int], frozenset[int]]:
    if request.collaborators is None:
        return frozenset(), frozenset()
    return by_name.replace(stored.id, request.collaborators, passed_over={stored.user_id})


def _announce(
    actor: Actor, stored: Stored, columns: Mapping[str, Any], change: StatusChange | None, added: frozenset[int]
) -> None:
    old = SongStatus(stored.status)
    new = change.new if change is not None else old
    is_public = bool(columns.get("is_public", stored.is_public))
    if change is not None:
        emit(SongStatusChanged(actor.id, (change,)))
    if invites(new, is_public=is_public) and not invites(old, is_public=bool(stored.is_public)):
        emit(SongsWentPublic(actor.id, (stored.id,)))
    if added:
        emit(SongCollaboratorsAdded(actor.id, stored.user_id, tuple(sorted(added))))
