"""Reads the CSV files that official songs come in, line by line: entries, and what is wrong with which line. Pure."""

from __future__ import annotations

import csv
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from trackflow.errors import RuleViolation
from trackflow.models import text_key

COLUMNS = ("Song", "Artist", "Origin")
UNKNOWN_ORIGIN = "Unknown"
MAX_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """An official song as the file has it, cleaned; without title or artist it is of no use."""

    title: str
    artist: str
    origin: str

    @property
    def is_complete(self) -> bool:
        """Say whether it has a title and an artist."""
        return bool(self.title and self.artist)

    @property
    def key(self) -> tuple[str, str]:
        """Return what two entries of the same artist and title share, case and blanks ignored."""
        return text_key(self.artist), text_key(self.title)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be read; `line` is the number of its first line in the file."""

    line: int
    reason: str


def entries(lines: Iterable[bytes]) -> Iterator[Entry | Fault]:
    """Read the rows of a CSV file in UTF-8, one at a time; rows without any cell are left out.

    Raises RuleViolation if the header lacks a column.
    """
    reader = csv.reader(_texts(lines), strict=True)
    try:
        header = next(reader, [])
    except csv.Error:
        header = []
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        message = f"The first line must name the columns {', '.join(COLUMNS)}; missing: {', '.join(missing)}."
        raise RuleViolation(message)
    places = [header.index(name) for name in COLUMNS]
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Fault(line, f"not readable as CSV ({error})")
            continue
        if cells:
            yield _entry(line, cells, len(header), places)


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    """Decode the lines without the byte-order mark; bytes that are no UTF-8 stay recognizable."""
    for number, line in enumerate(lines):
        yield (line if number else line.removeprefix(BOM_UTF8)).decode(errors="surrogateescape")


def _entry(line: int, cells: Sequence[str], width: int, places: Sequence[int]) -> Entry | Fault:
    if len(cells) != width:
        return Fault(line, f"{len(cells)} cells, but the header has {width}")
    title, artist, origin = (" ".join(cells[place].split()) for place in places)
    for name, text in zip(COLUMNS, (title, artist, origin), strict=True):
        if len(text) > MAX_LENGTH:
            return Fault(line, f"{name} is longer than {MAX_LENGTH} characters")
        if "\x00" in text:
            return Fault(line, f"{name} contains the character NUL")
        if not _is_unicode(text):
            return Fault(line, f"{name} is not UTF-8")
    return Entry(title, artist, origin or UNKNOWN_ORIGIN)


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
