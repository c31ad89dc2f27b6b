"""Entering songs, one or many at once: all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, insert, null, or_, select, tuple_

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import Artist, Collaboration, Song, SongStatus, User
from trackflow.services.collaborations import by_name
from trackflow.services.points.commands import recompute
from trackflow.services.songs import lifecycle, placement
from trackflow.services.songs.drafts import Draft, Faults, Key, checked, refuse
from trackflow.services.songs.events import SongCollaboratorsAdded, SongsCreated, SongsWentPublic
from trackflow.services.songs.placement import Place
from trackflow.services.songs.rules import already_exists
from trackflow.services.songs.transitions import invites
from trackflow.unit_of_work import atomic, emit

_TOLD_APART_BY = (
    Song.artist,
    Song.title,
    Song.album,
    Song.year,
    Song.status,
    Song.album_cover,
    Song.notes,
    Song.pack_id,
    Song.optional,
)
_INSERT = insert(Song).returning(Song.id, *_TOLD_APART_BY)
_LOCK_OWNER = select(User.id).where(User.id == bindparam("user_id")).with_for_update(key_share=True)


@atomic
def create(actor: Actor, drafts: Sequence[Draft], *, follow_pack: bool) -> list[int]:
    """Enter songs of the actor; return their ids in the order of the drafts.

    With `follow_pack` a song takes over the status that prevails in its pack; in a community event it is in progress.
    Titles are compared as they were sent, and stored without tags of reissues. Raises RuleViolation for bad values
    and for songs that the actor has or may edit already, in one text, with their places unless a single song follows
    its pack; what `placement.for_new_songs` raises; and InvalidState for a second song in an event. Emits
    SongsCreated, SongsWentPublic, SongCollaboratorsAdded.
    """
    good, faults = checked(drafts)
    # Two requests that enter the same song queue here; without it both would find no duplicate.
    db.session.execute(_LOCK_OWNER, {"user_id": actor.id})
    duplicates, artist_ids = _look_up(actor.id, good)
    refuse({**faults, **duplicates}, numbered=len(drafts) > 1 or not follow_pack)
    drafts = list(good.values())
    places = _places(actor.id, drafts)
    statuses = [_status(draft, place, follow_pack=follow_pack) for draft, place in zip(drafts, places, strict=True)]
    song_ids = _insert(
        _row(actor, draft.cleaned(), place, status, artist_ids)
        for draft, place, status in zip(drafts, places, statuses, strict=True)
    )
    lifecycle.record_first_statuses(actor.id, list(zip(song_ids, statuses, strict=True)))
    named = {song_id: draft.collaborators for song_id, draft in zip(song_ids, drafts, strict=True)}
    added = by_name.grant(actor.id, named)
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


def _look_up(owner_id: int, drafts: Mapping[int, Draft]) -> tuple[Faults, Mapping[str, int]]:
    """Return what is wrong with drafts that the owner has or may edit already, and the ids of known artists by key."""
    edited = select(Collaboration.song_id).where(Collaboration.user_id == owner_id, Collaboration.song_id.is_not(None))
    keys = [draft.key for draft in drafts.values()]
    no_id: Any = null()
    songs = select(Song.artist_key, Song.title_key, no_id.label("artist_id")).where(
        tuple_(Song.artist_key, Song.title_key).in_(keys), or_(Song.user_id == owner_id, Song.id.in_(edited))
    )
    artists = select(Artist.name_key, no_id, Artist.id).where(Artist.name_key.in_({artist for artist, _ in keys}))
    present: set[Key] = set()
    artist_ids: dict[str, int] = {}
    for artist_key, title_key, artist_id in db.session.execute(songs.union_all(artists)):
        if artist_id is None:
            present.add((artist_key, title_key))
        else:
            artist_ids[artist_key] = artist_id
    faults = {
        position: already_exists(draft.title, draft.artist)
        for position, draft in drafts.items()
        if draft.key in present
    }
    return faults, artist_ids


def _status(draft: Draft, place: Place | None, *, follow_pack: bool) -> SongStatus:
    if place is None or place.is_new:
        return draft.status
    if place.is_event:
        return SongStatus.IN_PROGRESS
    return placement.status_in(place.pack_id, draft.status) if follow_pack else draft.status


def _row(
    actor: Actor, draft: Draft, place: Place | None, status: SongStatus, artist_ids: Mapping[str, int]
) -> Mapping[str, Any]:
    return {
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
    }


def _insert(songs: Iterable[Mapping[str, Any]]) -> list[int]:
    """Insert the songs with one statement; return their ids in the same order."""
    now = now_utc()
    rows: list[Mapping[str, Any]] = [{**song, "created_at": now, "updated_at": now} for song in songs]
    # Asking for the ids in order would cost a statement for each song, so the values tell which row is which. Songs
    # that differ in nothing, which cleaning can bring about, may be taken for each other.
    ids: dict[tuple[Any, ...], list[int]] = {}
    for song_id, *values in db.session.connection().execute(_INSERT, rows):
        ids.setdefault(tuple(values), []).append(song_id)
    return [ids[tuple(row[column.key] for column in _TOLD_APART_BY)].pop() for row in rows]
