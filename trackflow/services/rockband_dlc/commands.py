"""Loads the official songs from a file: the whole file or nothing, and what is there already stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, insert, select, text, update

from trackflow.extensions import db
from trackflow.models import RockBandDlc, Song
from trackflow.services.rockband_dlc.files import Entry, Fault, entries
from trackflow.services.rockband_dlc.links import Keyed, links
from trackflow.unit_of_work import atomic

_BATCH = 500
# Two imports at once would each find the other's songs missing. SQLite has one writer anyway.
_LOCK = text("LOCK TABLE rock_band_dlc IN SHARE ROW EXCLUSIVE MODE")
_KEYS = select(RockBandDlc.artist_key, RockBandDlc.title_key)
_UNLINKED = select(RockBandDlc.id, RockBandDlc.artist_key, RockBandDlc.title_key).where(
    RockBandDlc.linked_song_id.is_(None)
)
_SONGS = select(Song.id, Song.artist_key, Song.title_key)
_WRITE_LINK = (
    update(RockBandDlc).where(RockBandDlc.id == bindparam("entry_id")).values(linked_song_id=bindparam("song_id"))
)


@dataclass(frozen=True, slots=True)
class Linking:
    """How many official songs had no link, and how many of them have one now."""

    total: int
    linked: int


@dataclass(slots=True)
class Import:
    """What an import found in its file, and did; without `stored` nothing was changed."""

    processed: int = 0
    new: int = 0
    duplicates: int = 0
    incomplete: int = 0
    faults: list[Fault] = field(default_factory=list)
    linking: Linking | None = None
    stored: bool = True


class _Undone(Exception):
    """The import went through and shall not be stored: no error, it only ends the transaction."""


def load(lines: Iterable[bytes], *, dry_run: bool = False, skip_bad: bool = False, link: bool = False) -> Import:
    """Store the songs of a CSV file that are not there yet, as one transaction; a second time changes nothing.

    Rows without title or artist are left out. A file with rows that cannot be read is stored only with `skip_bad`,
    without them; `dry_run` does and counts everything and stores nothing. Raises RuleViolation without the columns.
    """
    result = Import()
    try:
        _load(lines, result, dry_run=dry_run, skip_bad=skip_bad, link=link)
    except _Undone:
        result.stored = False
    return result


@atomic
def _load(lines: Iterable[bytes], result: Import, *, dry_run: bool, skip_bad: bool, link: bool) -> None:
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(_LOCK)
    for batch in _batches(_new(lines, result)):
        if skip_bad or not result.faults:
            db.session.execute(insert(RockBandDlc), batch)
    if result.faults and not skip_bad:
        raise _Undone
    if link:
        result.linking = _link()
    if dry_run:
        raise _Undone


def _new(lines: Iterable[bytes], result: Import) -> Iterator[Entry]:
    """Yield what is in the file for the first time and not yet stored; count the rest."""
    seen = {(row.artist_key, row.title_key) for row in db.session.execute(_KEYS)}
    for entry in entries(lines):
        result.processed += 1
        if isinstance(entry, Fault):
            result.faults.append(entry)
        elif not entry.is_complete:
            result.incomplete += 1
        elif entry.key in seen:
            result.duplicates += 1
        else:
            seen.add(entry.key)
            result.new += 1
            yield entry


def _batches(found: Iterable[Entry]) -> Iterator[Sequence[Mapping[str, Any]]]:
    batch: list[Mapping[str, Any]] = []
    for entry in found:
        batch.append({"title": entry.title, "artist": entry.artist, "origin": entry.origin})
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _link() -> Linking:
    connection = db.session.connection()
    unlinked = [Keyed(*row) for row in connection.execute(_UNLINKED)]
    songs = (Keyed(*row) for row in connection.execute(_SONGS))
    found = [{"entry_id": entry_id, "song_id": song_id} for entry_id, song_id in links(unlinked, songs)]
    if found:
        connection.execute(_WRITE_LINK, found)
    return Linking(total=len(unlinked), linked=len(found))
