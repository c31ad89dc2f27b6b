"""Which pack a song goes into, and whether it may: by id or by name, into ordinary packs and into community events."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from trackflow.errors import Forbidden, InvalidState
from trackflow.extensions import db
from trackflow.models import EventRegistration, Pack, Song, SongStatus, text_key
from trackflow.services.packs import naming
from trackflow.services.permissions import packs as packs_policy
from trackflow.services.permissions.packs import PackAccess, pack_access
from trackflow.services.songs.edits import ToPack
from trackflow.services.songs.rules import prevailing_status

_EVENT_OVER = "This community event has ended."
_ONE_SONG = "Everybody takes part in a community event with one song, and there is one already."
_MOVABLE = "Only songs that are not released and in no other event can join a community event."

EMPTY_SUBMISSION = {
    "rhythmverse_link": None,
    "event_submission_description": None,
    "visualizer_link": None,
    "preview_link": None,
    "is_event_submitted": False,
}
"""What a song holds of its submission to an event before there is one, and again when it enters or leaves an event."""


@dataclass(frozen=True, slots=True)
class Place:
    """The pack that a song goes into; `is_new` if it was created for it."""

    pack_id: int
    is_event: bool = False
    is_new: bool = False


def for_new_songs(owner_id: int, *, pack_id: int | None, name: str | None, priority: int | None) -> Place | None:
    """Return the place of new songs: the pack with this id, or the owner's of this name, created if missing.

    Raises NotFound, Forbidden unless the owner may add songs, and InvalidState for an event that is over.
    """
    if pack_id is not None:
        return _addable(owner_id, pack_id)
    if name is None:
        return None
    pack = naming.find_or_create(owner_id, name, priority=priority)
    return Place(pack.id, is_new=True) if pack.is_new else _addable(owner_id, pack.id)


def for_move(actor_id: int, owner_id: int, target: ToPack) -> Place | None:
    """Return the place that somebody moves a song of this owner to; None is out of any pack.

    By name it is a pack of the owner, else one to which the owner may add, else a new one if the owner asks. Raises
    NotFound for an unknown id, Forbidden if the owner may not add there or somebody else means a pack of their own,
    and InvalidState for an event that is over.
    """
    pack_id = target.pack_id
    if pack_id is None:
        if target.name is None:
            return None
        pack_id = _known_by_name(actor_id, owner_id, target.name)
    if pack_id is None:
        if actor_id != owner_id:
            raise Forbidden(packs_policy.REFUSAL)
        return for_new_songs(owner_id, pack_id=None, name=target.name, priority=None)
    return _addable(owner_id, pack_id, actor_id=actor_id)


def may_add(owner_id: int, pack_id: int) -> bool:
    """Say whether this person may put own songs into the pack."""
    return pack_access(owner_id, pack_id).may(packs_policy.ADD_OWN_SONGS)


def _known_by_name(actor_id: int, owner_id: int, name: str) -> int | None:
    own = naming.own_pack(owner_id, name)
    if own is not None:
        return own
    candidates = (
        select(Pack.id)
        .where(Pack.name_key == text_key(name), packs_policy.clause(packs_policy.ADD_OWN_SONGS, owner_id))
        .order_by(Pack.id)
    )
    if actor_id != owner_id:
        candidates = candidates.where(Pack.user_id != actor_id)
    found: int | None = db.session.execute(candidates.limit(1)).scalar()
    return found


def _addable(owner_id: int, pack_id: int, *, actor_id: int | None = None) -> Place:
    pack = pack_access(owner_id, pack_id)
    if pack.is_community_event:
        # Entries are counted, so they queue here; the second look sees what the first in the queue has done.
        pack = pack_access(owner_id, pack_id, lock=True)
    _permit(pack, owner_id, actor_id)
    return Place(pack.id, is_event=pack.is_community_event)


def _permit(pack: PackAccess, owner_id: int, actor_id: int | None) -> None:
    if pack.event_is_over:
        raise InvalidState(_EVENT_OVER)
    pack.require(packs_policy.ADD_OWN_SONGS)
    if actor_id not in (None, owner_id) and pack.user_id == actor_id:
        raise Forbidden(packs_policy.REFUSAL)


def refuse_second_entry(pack_id: int, owner_id: int, *, but_not: int | None = None, entries: int = 1) -> None:
    """Raise InvalidState if so many entries of this person, besides the song `but_not`, are too many for the event."""
    present = db.session.execute(
        select(func.count())
        .select_from(Song)
        .where(Song.pack_id == pack_id, Song.user_id == owner_id, Song.id.is_distinct_from(but_not))
    ).scalar_one()
    if present + entries > 1:
        raise InvalidState(_ONE_SONG)


def refuse_unfit_for_event(status: SongStatus, *, in_event: bool) -> None:
    """Raise InvalidState for a song that is released or takes part in another event."""
    if status is SongStatus.RELEASED or in_event:
        raise InvalidState(_MOVABLE)


def end_registration(pack_id: int, user_id: int) -> None:
    """Take somebody off the list of those who have registered for an event without a song."""
    db.session.execute(
        delete(EventRegistration).where(EventRegistration.pack_id == pack_id, EventRegistration.user_id == user_id)
    )


def status_in(pack_id: int, sent: SongStatus) -> SongStatus:
    """Return the status that a new song takes over from the pack's songs."""
    rows = db.session.execute(select(Song.status, func.count()).where(Song.pack_id == pack_id).group_by(Song.status))
    return prevailing_status({SongStatus(status): count for status, count in rows}, sent)
