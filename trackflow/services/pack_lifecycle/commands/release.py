"""Releasing a pack, and saving its release again: one transaction for the pack, its songs, its series, the points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.errors import Forbidden, InvalidState, NotFound
from trackflow.extensions import db
from trackflow.models import Pack, Song, SongStatus, text_key
from trackflow.services.pack_lifecycle.events import PackReleased
from trackflow.services.pack_lifecycle.locking import LockedSong, locked_pack
from trackflow.services.pack_lifecycle.rules import Release, after_release, bonus_name, name_of_released, visibility
from trackflow.services.pack_lifecycle.series import release_series_of
from trackflow.services.pack_lifecycle.showing import announce
from trackflow.services.packs import naming
from trackflow.services.packs.naming import NamedPack
from trackflow.services.packs.rules import refuse_event
from trackflow.services.permissions import packs as policy
from trackflow.services.points.commands import recompute
from trackflow.services.songs import lifecycle
from trackflow.services.songs.events import SongStatusChanged, StatusChange
from trackflow.unit_of_work import atomic, emit

_BONUS_IS_EVENT = "The optional songs have nowhere to go: their pack of bonus songs is a community event."
_FACTS = select(Pack.priority, Pack.released_at, Pack.show_on_homepage).where(Pack.id == bindparam("pack_id"))
_IS_EVENT = select(Pack.is_community_event).where(Pack.id == bindparam("pack_id"))
_SET_LINK = (
    update(Song)
    .where(Song.id == bindparam("song_id"))
    .values(release_download_link=bindparam("link"), updated_at=bindparam("now"))
)
_NAMED = (
    select(
        Pack.id,
        policy.clause(policy.EDIT, bindparam("user_id", type_=Pack.__table__.c.user_id.type)).label("may_edit"),
    )
    .where(
        Pack.name_key == bindparam("key"),
        policy.clause(policy.VIEW, bindparam("user_id", type_=Pack.__table__.c.user_id.type)),
    )
    .order_by(Pack.id)
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a release did: songs that came out, optional ones that went to the pack of bonus songs, and that pack."""

    released: int
    moved: int
    bonus_pack_id: int | None


@atomic
def release(actor: Actor, pack_id: int, wanted: Release) -> Outcome:
    """Release a pack with its songs in progress; on a released one save texts, links and visibility again.

    `may_release` says who may. Raises NotFound, Forbidden, and InvalidState for the pack of a community event. Emits
    PackReleased; where it applies SongStatusChanged, PackShown, PackCreated.
    """
    pack, songs = locked_pack(actor.id, pack_id)
    if not pack.may_release():
        raise Forbidden(policy.REFUSAL)
    refuse_event(pack)
    facts = db.session.connection().execute(_FACTS, {"pack_id": pack_id}).one()
    _write_pack(actor, pack_id, facts, wanted)
    changes = _changes(songs)
    lifecycle.change_statuses(changes)
    moved = [change.song_id for change in changes if not change.is_release]
    bonus = _move_to_bonus(actor, pack, facts.priority, moved)
    undated = [song for song in songs if song.status is SongStatus.RELEASED and song.released_at is None]
    _fill_dates(undated)
    out = [song.id for song in songs if after_release(song.status, optional=song.optional) is SongStatus.RELEASED]
    _set_links(out, wanted.song_links)
    series_ids = release_series_of(pack_id)
    paid = {change.owner_id for change in changes if change.is_release} | {song.user_id for song in undated}
    recompute(paid | {change.owner_id for change in changes} | ({pack.user_id} if bonus and bonus.is_new else set()))
    if changes:
        emit(SongStatusChanged(actor.id, tuple(changes)))
    if out:
        announce(actor.id, pack_id)
    released = tuple(change.song_id for change in changes if change.is_release)
    emit(PackReleased(actor.id, pack.user_id, pack_id, released, tuple(sorted(paid)), series_ids))
    return Outcome(len(released), len(moved), bonus.id if bonus else None)


@atomic
def release_by_name(actor: Actor, name: str) -> Outcome:
    """Release the actor's pack of this name, else the first one of it that the actor may edit; keep its texts.

    Raises RuleViolation for a name that cannot be meant, NotFound if the actor sees none of this name, Forbidden if
    the actor may edit none, and what `release` raises.
    """
    name = name_of_released(name)
    pack_id = naming.own_pack(actor.id, name)
    if pack_id is None:
        rows = db.session.connection().execute(_NAMED, {"user_id": actor.id, "key": text_key(name)}).all()
        if not rows:
            raise NotFound(policy.NO_SUCH_PACK)
        pack_id = next((row.id for row in rows if row.may_edit), None)
    if pack_id is None:
        raise Forbidden(policy.REFUSAL)
    return release(actor, pack_id, Release())


def _changes(songs: Sequence[LockedSong]) -> list[StatusChange]:
    targets = ((song, after_release(song.status, optional=song.optional)) for song in songs)
    return [StatusChange(song.id, song.user_id, song.status, new) for song, new in targets if new is not song.status]


def _write_pack(actor: Actor, pack_id: int, facts: Row[*tuple[Any, ...]], wanted: Release) -> None:
    now = now_utc()
    was_released = facts.released_at is not None
    values: dict[str, Any] = {**(wanted.texts or {}), "updated_at": now}
    values["show_on_homepage"] = visibility(
        wanted.is_shown, was_released=was_released, was_shown=bool(facts.show_on_homepage)
    )
    if not was_released:
        values |= {"released_at": now, "released_by_user_id": actor.id}
    db.session.connection().execute(update(Pack).where(Pack.id == pack_id).values(values))


def _move_to_bonus(
    actor: Actor, pack: policy.PackAccess, priority: int | None, song_ids: Sequence[int]
) -> NamedPack | None:
    """Move songs to the bonus pack of the pack's owner, made with the same priority if missing."""
    if not song_ids:
        return None
    bonus = naming.find_or_create(pack.user_id, bonus_name(pack.name), priority=priority, actor_id=actor.id)
    if db.session.connection().execute(_IS_EVENT, {"pack_id": bonus.id}).scalar_one():
        raise InvalidState(_BONUS_IS_EVENT)
    db.session.connection().execute(update(Song).where(Song.id.in_(song_ids)).values(pack_id=bonus.id))
    return bonus


def _fill_dates(songs: Sequence[LockedSong]) -> None:
    """Let songs that were Released without a date count from now on."""
    if songs:
        now = now_utc()
        db.session.connection().execute(
            update(Song)
            .where(Song.id.in_([song.id for song in songs]), Song.released_at.is_(None))
            .values(released_at=now, updated_at=now)
        )


def _set_links(song_ids: Sequence[int], links: Mapping[int, str | None]) -> None:
    """Set or remove the links of these songs; those of others are not looked at."""
    now = now_utc()
    rows = [{"song_id": song_id, "link": links[song_id], "now": now} for song_id in song_ids if song_id in links]
    if rows:
        db.session.connection().execute(_SET_LINK, rows)
