"""What a release and a status of a pack mean for it and for its songs: pure rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trackflow.errors import RuleViolation
from trackflow.models import SongStatus, text_key

MAX_NAME_LENGTH = 255
MAX_NAME_TO_RELEASE = 100
_OPTIONAL_SONGS = "optional songs"
_BONUS = " (Bonus)"
_FUTURE, _WIP, _RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED


class PackStatus(StrEnum):
    """What clients, old and new, set a pack to. No pack stores it: it follows from the songs."""

    IN_PROGRESS = "In Progress"
    WIP = "WIP"
    FUTURE_PLANS = "Future Plans"
    COMPLETE = "Complete"
    RELEASED = "Released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a status does: which songs go where, and whether the pack is released or not any more."""

    moves: tuple[SongStatus, SongStatus] | None = None
    releases: bool = False
    withdraws: bool = False


EFFECTS: Mapping[PackStatus, Effect] = {
    PackStatus.IN_PROGRESS: Effect(moves=(_FUTURE, _WIP)),
    PackStatus.WIP: Effect(moves=(_FUTURE, _WIP), withdraws=True),
    PackStatus.FUTURE_PLANS: Effect(moves=(_WIP, _FUTURE)),
    PackStatus.COMPLETE: Effect(withdraws=True),
    PackStatus.RELEASED: Effect(releases=True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A request to release a pack, or to save its release again.

    `texts` are columns of the pack, None leaves them; `song_links` by id of the song, None removes the link;
    `is_shown` is None where the request does not say.
    """

    texts: Mapping[str, str | None] | None = None
    song_links: Mapping[int, str | None] = field(default_factory=dict)
    is_shown: bool | None = None


def wanted_visibility(*, show: bool | None, hide: bool | None) -> bool | None:
    """Return what the two keys of a request say of the home page: the newer one counts, None if neither is there."""
    if show is not None:
        return show
    return None if hide is None else not hide


def visibility(wanted: bool | None, *, was_released: bool, was_shown: bool) -> bool:  # noqa: FBT001
    """Return whether the pack is on the home page after a release: an edit that does not say leaves it as it is."""
    if wanted is not None:
        return wanted
    return was_shown if was_released else True


def after_release(status: SongStatus, *, optional: bool) -> SongStatus:
    """Return where a release of its pack puts a song."""
    if status is not _WIP:
        return status
    return _FUTURE if optional else _RELEASED


def name_of_released(name: str) -> str:
    """Return the name of a pack to release; raise RuleViolation for one that an older form cannot mean."""
    text = name.strip()
    if not text:
        message = "Name the pack that is to be released."
    elif len(text) > MAX_NAME_TO_RELEASE:
        message = f"The name of the pack must be at most {MAX_NAME_TO_RELEASE} characters long."
    elif _OPTIONAL_SONGS in text_key(text):
        message = "The pack of optional songs is not released by its name."
    else:
        return text
    raise RuleViolation(message, errors={"pack_name": [message]})


def bonus_name(name: str) -> str:
    """Return the name of the pack that takes the optional songs of a released one."""
    return name[: MAX_NAME_LENGTH - len(_BONUS)] + _BONUS
