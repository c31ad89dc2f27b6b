"""The life of a song as a table: what changes with it when it goes from one status to another. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trackflow.models import SongStatus

FUTURE, WIP, RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a transition does to the song itself; every transition is also an entry of the ledger."""

    sets_release_date: bool = False
    clears_release_date: bool = False
    resets_optional: bool = False
    wants_progress: bool = False


TRANSITIONS: Mapping[tuple[SongStatus, SongStatus], Effects] = {
    (FUTURE, WIP): Effects(resets_optional=True, wants_progress=True),
    (FUTURE, RELEASED): Effects(sets_release_date=True),
    (WIP, FUTURE): Effects(),
    (WIP, RELEASED): Effects(sets_release_date=True),
    (RELEASED, FUTURE): Effects(clears_release_date=True),
    (RELEASED, WIP): Effects(clears_release_date=True, wants_progress=True),
}


def written_by(old: SongStatus, new: SongStatus, now: datetime) -> dict[str, Any]:
    """Return the columns that this transition writes."""
    effects = TRANSITIONS[old, new]
    written: dict[str, Any] = {"status": new.value, "updated_at": now}
    if effects.sets_release_date:
        written["released_at"] = now
    if effects.clears_release_date:
        written["released_at"] = None
    if effects.resets_optional:
        written["optional"] = False
    return written


def invites(status: SongStatus, *, is_public: bool) -> bool:
    """Say whether a song is open to people who might want to join: public, and not yet released."""
    return is_public and status is not SongStatus.RELEASED
