"""Setting a pack to a status, which moves its songs or takes its release back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.errors import Forbidden
from trackflow.extensions import db
from trackflow.models import Pack, SongStatus
from trackflow.services.pack_lifecycle.events import PackStatusChanged
from trackflow.services.pack_lifecycle.locking import LockedSong, locked_pack
from trackflow.services.pack_lifecycle.rules import EFFECTS, Effect, PackStatus
from trackflow.services.pack_lifecycle.showing import announce
from trackflow.services.packs.rules import refuse_event
from trackflow.services.permissions import packs as policy
from trackflow.services.points.commands import recompute
from trackflow.services.songs import lifecycle
from trackflow.services.songs.events import SongStatusChanged, StatusChange
from trackflow.unit_of_work import atomic, emit

_RELEASED_AT = select(Pack.released_at).where(Pack.id == bindparam("pack_id"))


@atomic
def change_status(actor: Actor, pack_id: int, status: PackStatus) -> None:
    """Set a pack to a status: move the songs that the actor may edit, or all for the pack's owner and `pack_edit`.

    Released songs stay as they are. `may_release` says who may. Raises NotFound, Forbidden, and InvalidState for the
    pack of a community event. Emits PackStatusChanged; where it applies SongStatusChanged, PackShown.
    """
    pack, songs = locked_pack(actor.id, pack_id)
    if not pack.may_release():
        raise Forbidden(policy.REFUSAL)
    refuse_event(pack)
    effect = EFFECTS[status]
    changes = _changes(effect, [song for song in songs if song.may_edit or pack.may(policy.EDIT)])
    lifecycle.change_statuses(changes)
    _write_pack(actor, pack_id, effect)
    recompute({change.owner_id for change in changes})
    if changes:
        emit(SongStatusChanged(actor.id, tuple(changes)))
    if effect.releases and any(song.status is SongStatus.RELEASED and song.released_at for song in songs):
        announce(actor.id, pack_id)
    emit(PackStatusChanged(actor.id, pack.user_id, pack_id, status))


def _changes(effect: Effect, songs: Sequence[LockedSong]) -> list[StatusChange]:
    if effect.moves is None:
        return []
    old, new = effect.moves
    return [StatusChange(song.id, song.user_id, old, new) for song in songs if song.status is old]


def _write_pack(actor: Actor, pack_id: int, effect: Effect) -> None:
    connection = db.session.connection()
    now = now_utc()
    values: dict[str, Any] = {"updated_at": now}
    if effect.withdraws:
        values |= {"released_at": None, "released_by_user_id": None}
    if effect.releases and connection.execute(_RELEASED_AT, {"pack_id": pack_id}).scalar_one() is None:
        values |= {"released_at": now, "released_by_user_id": actor.id}
    connection.execute(update(Pack).where(Pack.id == pack_id).values(values))
