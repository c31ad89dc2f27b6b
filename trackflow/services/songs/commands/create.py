"""Entering songs, one or many at once: all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, tuple_

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import Artist, Collaboration, Song, SongStatus, User
from trackflow.services.points.commands import recompute
from trackflow.services.songs import collaborators, lifecycle, placement
from trackflow.services.songs.drafts import Draft, Key, checked, refuse
from trackflow.services.songs.events import SongCollaboratorsAdded, SongsCreated, SongsWentPublic
from trackflow.services.songs.placement import Place
from trackflow.services.songs.rules import already_exists
from trackflow.services.songs.transitions import invites
from trackflow.unit_of_work import atomic, emit

_LOCK_OWNER = select(User.id).where(User.id == bindparam("user_id")).with_for_update(key_share=True)


@atomic
def create(actor: Actor, drafts: Sequence[Draft], *, follow_pack: bool) -> list[int]:
    """Enter songs of the actor; return their ids in the order of the drafts.

    With `follow_pack` a song takes over the status that prevails in its pack; in a community event it is in progress.
    Raises RuleViolation for a bad value and for a song that the actor has or may edit already, what
    `placement.for_new_songs` raises, and InvalidState for a second song in an event. Emits SongsCreated,
    SongsWentPublic, SongCollaboratorsAdded.
    """
    drafts = checked(drafts)
    # Two requests that enter the same song queue here; without it both would find no duplicate.
    db.session.execute(_LOCK_OWNER, {"user_id": actor.id})
    places = _places(actor.id, drafts)
    _refuse_duplicates(actor.id, drafts)
    statuses = [_status(draft, place, follow_pack=follow_pack) for draft, place in zip(drafts, places, strict=True)]
    song_ids = _insert(actor, drafts, places, statuses)
    lifecycle.record_first_statuses(actor.id, list(zip(song_ids, statuses, strict=True)))
    named = {song_id: draft.collaborators for song_id, draft in zip(song_ids, drafts, strict=True)}
    added = collaborators.grant(actor.id, named)
    recompute([actor.id])
    emit(SongsCreated(actor.id, tuple(song_ids)))
    if added:
        emit(SongCollaboratorsAdded(actor.id, actor.id, tuple(sorted(added))))
    inviting = [
        song_id
        for song_id, status in zip(song_ids, statuses, strict=True)
        if invites(status, is_public=actor.default_public_sharing)
    ]
    if inviting:
        emit(SongsWentPublic(actor.id, tuple(inviting)))
    return song_ids


def _places(owner_id: int, drafts: Sequence[Draft]) -> list[Place | None]:
    """Return where each draft goes; several to the same pack ask for it once."""
    found: dict[tuple[int | None, str | None], Place | None] = {}
    places: list[Place | None] = []
    for draft in drafts:
        target = draft.pack_id, None if draft.pack_id is not None else draft.pack_name
        if target not in found:
            found[target] = placement.for_new_songs(
                owner_id, pack_id=target[0], name=target[1], priority=draft.priority
            )
        places.append(found[target])
    entries = Counter(place.pack_id for place in places if place is not None and place.is_event)
    for pack_id, number in entries.items():
        placement.refuse_second_entry(pack_id, owner_id, entries=number)
        placement.end_registration(pack_id, owner_id)
    return places


def _refuse_duplicates(owner_id: int, drafts: Sequence[Draft]) -> None:
    """Raise RuleViolation for each draft whose title and artist the owner has on a song, or may edit on one."""
    edited = select(Collaboration.song_id).where(Collaboration.user_id == owner_id, Collaboration.song_id.is_not(None))
    rows = db.session.execute(
        select(Song.artist_key, Song.title_key).where(
            tuple_(Song.artist_key, Song.title_key).in_([draft.key for draft in drafts]),
            or_(Song.user_id == owner_id, Song.id.in_(edited)),
        )
    )
    present = {(row.artist_key, row.title_key) for row in rows}
    faults = {
        position: already_exists(draft.title, draft.artist)
        for position, draft in enumerate(drafts)
        if draft.key in present
    }
    refuse(faults, of=len(drafts))


def _status(draft: Draft, place: Place | None, *, follow_pack: bool) -> SongStatus:
    if place is None or place.is_new:
        return draft.status
    if place.is_event:
        return SongStatus.IN_PROGRESS
    return placement.status_in(place.pack_id, draft.status) if follow_pack else draft.status


def _insert(
    actor: Actor, drafts: Sequence[Draft], places: Sequence[Place | None], statuses: Sequence[SongStatus]
) -> list[int]:
    artist_ids, now = _artist_ids(drafts), now_utc()
    rows: list[Mapping[str, Any]] = [
        {
            "title": draft.title,
            "artist": draft.artist,
            "artist_id": artist_ids.get(draft.key[0]),
            "album": draft.album,
            "year": draft.year,
            "status": status.value,
            "album_cover": draft.album_cover,
            "notes": draft.notes,
            "user_id": actor.id,
            "pack_id": place.pack_id if place is not None else None,
            "optional": draft.optional,
            "is_public": actor.default_public_sharing,
            "created_at": now,
            "updated_at": now,
        }
        for draft, place, status in zip(drafts, places, statuses, strict=True)
    ]
    # The keys find the ids again, because they are unlike each other; asking for them in order would cost a statement
    # for each song.
    written = db.session.execute(insert(Song).returning(Song.id, Song.artist_key, Song.title_key), rows)
    ids: dict[Key, int] = {(row.artist_key, row.title_key): row.id for row in written}
    return [ids[draft.key] for draft in drafts]


def _artist_ids(drafts: Sequence[Draft]) -> dict[str, int]:
    keys = {draft.key[0] for draft in drafts}
    rows = db.session.execute(select(Artist.name_key, Artist.id).where(Artist.name_key.in_(keys)))
    return {row.name_key: row.id for row in rows}
