"""Why something is worth continuing with: the categories, in the order in which they claim songs. Pure.

A song is claimed once, by the first category that wants it; only `Collaborator waiting` adds to what is there. What is
complete is never suggested. `signals` has the categories that say something of a song, `packs` those of packs, `fill`
those that only make the choice larger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from trackflow.services.completion.rules import Completion, step_title
from trackflow.services.dashboard import messages

COMPLETE = 100
MOST_DORMANT = 3
DORMANT_DAYS = 30
EVENT_PRIORITY, WAITING_PRIORITY = 100.0, 9.0
_HALF, _FAR, _ALMOST = 50, 70, 80
_LEAST_VARIETY = 10


class Tag(StrEnum):
    """The words by which the client shows why something is suggested."""

    EVENT = "Community Event"
    CONTINUE = "Continue working"
    ALMOST_DONE = "Almost done"
    RECENT = "Recently worked on"
    WAITING = "Collaborator waiting"
    DORMANT = "Long time no work"
    PACK = "Pack almost done"
    IN_PROGRESS = "In progress"


@dataclass(frozen=True, slots=True)
class Work:
    """A song in progress; `touched_at` is when it was last changed, or else made, `worked_at` its last step."""

    id: int
    title: str
    artist: str
    album_cover: str | None
    status: str
    updated_at: datetime | None
    touched_at: datetime
    worked_at: datetime
    completion: Completion

    @property
    def done(self) -> int:
        """Return how far the song is, in per cent."""
        return self.completion.percentage


@dataclass(frozen=True, slots=True)
class Named:
    """A song with names that a category needs: of its event, of parts just done, of assigned steps."""

    work: Work
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the categories look at; `own` are the user's candidates. All lists have the newest first."""

    own: Sequence[Work] = ()
    event: Sequence[Named] = ()
    recent: Sequence[Named] = ()
    assigned: Sequence[Named] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to continue with; `shown` holds what only a song or only a pack has."""

    id: str
    tags: tuple[str, ...]
    priority: float
    message: str
    shown: Mapping[str, Any]

    @property
    def is_event(self) -> bool:
        """Say whether it belongs to a community event, and so stands first."""
        return Tag.EVENT in self.tags

    def values(self) -> dict[str, Any]:
        """Return the suggestion under the names of its answer."""
        mark = {"is_community_event": True} if self.is_event else {}
        own = {"id": self.id, "tags": list(self.tags), "priority": self.priority, "message": self.message}
        return {**own, **self.shown, **mark}


@dataclass(slots=True)
class Board:
    """The suggestions so far, by id, in the order of their coming."""

    found: dict[str, Suggestion] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.found)

    def add(self, work: Work, tag: Tag, priority: float, message: str) -> None:
        """Put a song on the board."""
        key = song_key(work.id)
        self.found[key] = Suggestion(key, (tag.value,), round(priority, 2), message, _shown(work))

    def unused(self, works: Iterable[Work]) -> list[Work]:
        """Return those of the songs that are not complete and not on the board."""
        return [work for work in works if work.done < COMPLETE and song_key(work.id) not in self.found]


def signals(facts: Facts, now: datetime) -> Board:
    """Put the songs on a board that something speaks for."""
    board = Board()
    _event_song(board, facts)
    _continued(board, facts)
    for work in board.unused(facts.own):
        if work.done >= _ALMOST:
            board.add(work, Tag.ALMOST_DONE, 8 + work.done / 50, messages.progress(work.completion))
    for named in facts.recent:
        for work in board.unused([named.work]):
            parts = [step_title(name) for name in named.names]
            board.add(work, Tag.RECENT, 6, messages.progress(work.completion, parts))
    for named in facts.assigned:
        _waiting(board, named)
    _dormant(board, facts, now)
    return board


def packs(board: Board, near_completion: Iterable[Mapping[str, Any]]) -> None:
    """Add the packs that are almost done."""
    for pack in near_completion:
        key = f"pack-{pack['pack_id']}"
        done = pack["completion_percentage"]
        left, total = pack["incomplete_songs"], pack["total_songs"]
        shown = {
            "type": "pack",
            "pack_id": pack["pack_id"],
            "title": pack["display_name"],
            "album_cover": pack["album_cover"],
            "completion": done,
            "total_songs": total,
            "completed_songs": total - left,
        }
        board.found[key] = Suggestion(key, (Tag.PACK.value,), round(5 + done / 50, 2), messages.songs_left(left), shown)


def fill(board: Board, facts: Facts, limit: int) -> None:
    """Add songs that nothing speaks for: up to `limit` the fullest, then for variety whatever is in progress."""
    fullest = sorted(board.unused(facts.own), key=lambda work: (-work.done, work.touched_at, work.id))
    _add_fillers(board, [work for work in fullest if work.done >= _FAR], limit)
    for least in (_FAR, _HALF, 0):
        _add_fillers(board, [work for work in board.unused(facts.own) if work.done >= least], choice_size(limit))


def choice_size(limit: int) -> int:
    """Return among how many suggestions chance chooses."""
    return max(2 * limit, _LEAST_VARIETY)


def song_key(song_id: int) -> str:
    """Return the id of a song's suggestion."""
    return f"song-{song_id}"


def _event_song(board: Board, facts: Facts) -> None:
    for named in facts.event:
        for work in board.unused([named.work]):
            board.add(work, Tag.EVENT, EVENT_PRIORITY, messages.event(*named.names))
            return


def _continued(board: Board, facts: Facts) -> None:
    """Take the song last changed among those that are far, or else of all."""
    unused = board.unused(facts.own)
    chosen = next((work for work in unused if work.done >= _FAR), unused[0] if unused else None)
    if chosen is not None:
        priority = 10 if chosen.done >= _FAR else 7
        board.add(chosen, Tag.CONTINUE, priority, messages.progress(chosen.completion))


def _waiting(board: Board, named: Named) -> None:
    """Take a song of which an assigned step is open; names are compared without case, blanks and underscores."""
    work = named.work
    assigned = {_loosely(name) for name in named.names}
    steps = [step_title(name) for name in work.completion.remaining if _loosely(name) in assigned]
    if not steps or work.done >= COMPLETE:
        return
    message = messages.waiting(steps)
    before = board.found.get(song_key(work.id))
    if before is None:
        board.add(work, Tag.WAITING, WAITING_PRIORITY, message)
    else:
        priority = max(before.priority, WAITING_PRIORITY)
        tags = (*before.tags, Tag.WAITING.value)
        board.found[before.id] = replace(before, tags=tags, priority=priority, message=message)


def _dormant(board: Board, facts: Facts, now: datetime) -> None:
    resting = [(work.worked_at, work.id, work) for work in board.unused(facts.own) if work.done > 0]
    old = [(when, key, work) for when, key, work in resting if (now - when).days >= DORMANT_DAYS]
    for when, _key, work in sorted(old, key=lambda entry: entry[:2])[:MOST_DORMANT]:
        board.add(work, Tag.DORMANT, 4, messages.dormant((now - when).days))


def _add_fillers(board: Board, works: Sequence[Work], until: int) -> None:
    for work in works[: max(until - len(board), 0)]:
        board.add(work, Tag.IN_PROGRESS, 1, messages.progress(work.completion))


def _shown(work: Work) -> Mapping[str, Any]:
    return {
        "type": "song",
        "song_id": work.id,
        "title": work.title,
        "artist": work.artist,
        "album_cover": work.album_cover,
        "completion": work.done,
        "remaining_steps": work.completion.remaining_steps,
        "updated_at": work.updated_at,
        "status": work.status,
    }


def _loosely(step_name: str) -> str:
    return "".join(step_name.casefold().replace("_", " ").split())
