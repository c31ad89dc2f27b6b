"""What the caller may want to continue with: reads what the categories look at, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    Text,
    bindparam,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy import cast as sql_cast

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import Pack, PartAssignment, Song, SongProgress, SongStatus, text_key
from trackflow.services.authoring.queries import recent
from trackflow.services.completion.queries import completion_by_song
from trackflow.services.completion.rules import Completion
from trackflow.services.dashboard import categories
from trackflow.services.dashboard.categories import Facts, Named, Work
from trackflow.services.dashboard.selection import choose
from trackflow.services.packs.near_completion import near_completion
from trackflow.services.permissions import songs as songs_policy
from trackflow.services.permissions.songs import VIEW
from trackflow.services.workflows.id_lists import among, array_of, id_array

Rows = Sequence[Row[*tuple[Any, ...]]]

MOST_SONGS = 50
"""How many songs one source gives: the caller's own, those of events, those with parts for the caller."""
RECENT_STEPS = 20
MOST_PACKS = 3
PACK_THRESHOLD = 70
_OWN, _EVENT, _RECENT, _ASSIGNED = "own", "event", "recent", "assigned"
_LONG_AGO = datetime.min  # noqa: DTZ901  (naive UTC, as all stored times)
_chance = Random()  # noqa: S311  (nothing depends on this order)

_user_id: BindParameter[int] = bindparam("user_id")
_in_progress = Song.status == SongStatus.IN_PROGRESS.value
_newest = (Song.updated_at.desc(), Song.id.desc())


def _source(name: str, songs: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Give rows of a song's id and a text the name of their source, and keep their own order and limit."""
    rows = songs.subquery()
    song_id, text = rows.c
    return select(literal(name).label("source"), song_id.label("song_id"), sql_cast(text, Text).label("name"))


def _own_songs() -> Select[*tuple[Any, ...]]:
    wanted = (Song.user_id == _user_id, _in_progress, ~Song.optional)
    return select(Song.id, null()).where(*wanted).order_by(*_newest).limit(MOST_SONGS)


def _event_songs() -> Select[*tuple[Any, ...]]:
    """Select the caller's songs in open events, optional ones too."""
    wanted = (Song.user_id == _user_id, _in_progress, Pack.is_community_event, Pack.event_revealed_at.is_(None))
    return select(Song.id, Pack.name).join_from(Song, Pack).where(*wanted).order_by(*_newest).limit(MOST_SONGS)


def _recent_songs() -> Select[*tuple[Any, ...]]:
    return select(Song.id, null()).where(among(Song.id, id_array("recent_ids")), _in_progress, ~Song.optional)


def _assigned_songs() -> Select[*tuple[Any, ...]]:
    """Select the caller's parts in songs that the caller sees; whoever assigned them cannot show what is hidden."""
    open_parts = select(PartAssignment.song_id).where(_names_caller(), ~_is_done())
    songs = (
        select(Song.id)
        .where(Song.id.in_(open_parts), _in_progress, ~Song.optional, songs_policy.clause(VIEW, _user_id))
        .order_by(*_newest)
        .limit(MOST_SONGS)
        .subquery()
    )
    return (
        select(songs.c.id, PartAssignment.field)
        .join_from(songs, PartAssignment, PartAssignment.song_id == songs.c.id)
        .where(_names_caller())
    )


def _names_caller() -> ColumnElement[bool]:
    """Return the condition that the assignment names the caller; the case of a name does not count."""
    name = PartAssignment.collaborator
    return or_(name == bindparam("username"), func.lower(func.trim(name)) == bindparam("username_key"))


def _is_done() -> ColumnElement[bool]:
    done = (
        SongProgress.song_id == PartAssignment.song_id,
        SongProgress.step_name == PartAssignment.field,
        SongProgress.is_completed,
    )
    return exists().where(*done).correlate(PartAssignment)


def _statement() -> Select[*tuple[Any, ...]]:
    sources = union_all(
        _source(_OWN, _own_songs()),
        _source(_EVENT, _event_songs()),
        _source(_RECENT, _recent_songs()),
        _source(_ASSIGNED, _assigned_songs()),
    ).subquery()
    worked_at = (
        select(func.max(SongProgress.updated_at))
        .where(SongProgress.song_id == Song.id)
        .correlate(Song)
        .scalar_subquery()
    )
    return (
        select(
            sources.c.source,
            sources.c.name,
            Song.id,
            Song.title,
            Song.artist,
            Song.album_cover,
            Song.status,
            Song.updated_at,
            Song.created_at,
            worked_at.label("worked_at"),
        )
        .join_from(sources, Song, Song.id == sources.c.song_id)
        .order_by(*_newest, sources.c.source, sources.c.name)
    )


_SONGS = _statement()


def suggestions(actor: Actor, *, limit: int, source: Random = _chance) -> list[dict[str, Any]]:
    """Return at most `limit` songs and packs to continue with, of many in an order of chance.

    Songs of others are among them only if the caller edits them or has an open part in them and sees them. `source`
    decides what chance decides.
    """
    facts = _facts(actor)
    board = categories.signals(facts, now_utc())
    if len(board) < limit:
        categories.packs(board, near_completion(actor.id, limit=MOST_PACKS, threshold=PACK_THRESHOLD))
    categories.fill(board, facts, limit)
    return [suggestion.values() for suggestion in choose(board.found.values(), limit, source)]


def _facts(actor: Actor) -> Facts:
    steps = recent(actor, RECENT_STEPS)
    parameters = {
        "user_id": actor.id,
        "username": actor.username,
        "username_key": text_key(actor.username),
        "recent_ids": array_of({step.song_id for step in steps}),
    }
    rows = db.session.connection().execute(_SONGS, parameters).all()
    completions = completion_by_song({row.id for row in rows})
    works = {row.id: _work(row, completions[row.id]) for row in rows if row.id in completions}
    newest = sorted(works.values(), key=lambda work: (work.touched_at, work.id), reverse=True)
    names = {
        **_names_by_song(rows),
        _RECENT: _grouped((step.song_id, step.part_name) for step in steps),
    }
    shown = {source: {row.id for row in rows if row.source == source} for source in (_OWN, _RECENT)}
    return Facts(
        own=[work for work in newest if work.id in shown[_OWN]],
        event=_named(newest, names[_EVENT]),
        recent=[
            Named(works[song_id], parts)
            for song_id, parts in names[_RECENT].items()
            if song_id in works and song_id in shown[_RECENT]
        ],
        assigned=_named(newest, names[_ASSIGNED]),
    )


def _work(row: Row[*tuple[Any, ...]], completion: Completion) -> Work:
    touched_at = row.updated_at or row.created_at or _LONG_AGO
    return Work(
        id=row.id,
        title=row.title,
        artist=row.artist,
        album_cover=row.album_cover,
        status=row.status,
        updated_at=row.updated_at,
        touched_at=touched_at,
        worked_at=row.worked_at or touched_at,
        completion=completion,
    )


def _named(works: Iterable[Work], names: dict[int, tuple[str, ...]]) -> list[Named]:
    return [Named(work, names[work.id]) for work in works if work.id in names]


def _names_by_song(rows: Rows) -> dict[str, dict[int, tuple[str, ...]]]:
    return {
        source: _grouped((row.id, row.name) for row in rows if row.source == source) for source in (_EVENT, _ASSIGNED)
    }


def _grouped(pairs: Iterable[tuple[int, str]]) -> dict[int, tuple[str, ...]]:
    """Collect the names of each song, in the order of their coming."""
    found: dict[int, list[str]] = {}
    for song_id, name in pairs:
        found.setdefault(song_id, []).append(name)
    return {song_id: tuple(names) for song_id, names in found.items()}
