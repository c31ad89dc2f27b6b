"""Reads of the official songs: is this one of them, a search, and counts. One statement each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, bindparam, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean

from trackflow.extensions import db
from trackflow.models import RockBandDlc, text_key
from trackflow.services.rockband_dlc.matching import MatchType, Name, Wanted

MAX_SIMILAR = 5
# Only the shortest and commonest words have more neighbours; of these the nearest are compared.
_MAX_NEIGHBOURS = 200
_ESCAPE = "/"

Item = dict[str, Any]
Entries = Sequence[Row[*tuple[Any, ...]]]


class _HasMoreThanAscii(FunctionElement[bool]):
    """Whether a text has a character beyond ASCII: then it has more bytes than characters."""

    name = "has_more_than_ascii"
    type = Boolean()
    inherit_cache = True


@compiles(_HasMoreThanAscii, "sqlite")
def _sqlite(element: _HasMoreThanAscii, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"(length(CAST({text} AS BLOB)) <> length({text}))"


@compiles(_HasMoreThanAscii, "postgresql")
def _postgresql(element: _HasMoreThanAscii, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"(octet_length({text}) <> char_length({text}))"


def check(title: str, artist: str) -> Item:
    """Say whether a song is an official one, or much like some: at most five, the artist's own first."""
    wanted = Wanted(Name.of(title), Name.of(artist))
    if not (wanted.title.key and wanted.artist.key):
        return _verdict(None, [])
    found = [
        (wanted.compare(Name.of_stored(entry.title), Name.of_stored(entry.artist)), entry)
        for entry in _neighbours(wanted)
    ]
    for kind in MatchType:
        matches = [_item(entry) for nearness, entry in found if nearness is kind]
        if matches:
            return _verdict(kind, matches[:MAX_SIMILAR])
    return _verdict(None, [])


def search(text: str, limit: int) -> list[Item]:
    """Return the official songs whose title or artist contains the text; for an empty one none."""
    key = text_key(text)
    if not key:
        return []
    rows = db.session.connection().execute(_SEARCH, {"pattern": _pattern(key), "limit": limit})
    return [_item(row) for row in rows]


def stats() -> Item:
    """Count the official songs, all and by origin."""
    rows = db.session.connection().execute(_STATS).all()
    by_origin = {row.origin: row.songs for row in rows if (row.origin or "").strip()}
    return {"total_songs": sum(row.songs for row in rows), "by_origin": by_origin}


def _neighbours(wanted: Wanted) -> Entries:
    values = {
        "title_key": wanted.title.key,
        "artist_key": wanted.artist.key,
        "title_pattern": _pattern(wanted.title.key),
        "artist_pattern": _pattern(wanted.artist.key),
        "title_word": _pattern(wanted.title.first_word),
        "artist_word": _pattern(wanted.artist.longest_word),
    }
    return db.session.connection().execute(_NEIGHBOURS, values).all()


def _verdict(kind: MatchType | None, matches: Sequence[Item]) -> Item:
    nearest = matches[0] if matches else None
    verdict: Item = {
        "is_dlc": nearest is not None,
        "origin": nearest["origin"] if nearest else None,
        "match_type": kind.value if kind else None,
        "dlc_entry": nearest,
    }
    return {**verdict, "similar_matches": matches} if kind is MatchType.PARTIAL else verdict


def _item(entry: Row[*tuple[Any, ...]]) -> Item:
    return {"id": entry.id, "title": entry.title, "artist": entry.artist, "origin": entry.origin}


def _pattern(key: str) -> str:
    """Return the pattern of LIKE for texts that contain the key, no character of which is a wildcard."""
    literal = key.replace(_ESCAPE, _ESCAPE * 2).replace("%", _ESCAPE + "%").replace("_", _ESCAPE + "_")
    return f"%{literal}%"


def _has(column: SQLColumnExpression[str], pattern: str) -> ColumnElement[bool]:
    return column.like(bindparam(pattern), escape=_ESCAPE)


def _neighbours_statement() -> Select[*tuple[Any, ...]]:
    """Select all entries that `Wanted.compare` can call near, among few others, the nearest first, up to the bound."""
    title, artist = RockBandDlc.title_key, RockBandDlc.artist_key
    contains = and_(_has(title, "title_pattern"), _has(artist, "artist_pattern"))
    may_match = and_(
        or_(_has(artist, "artist_word"), _HasMoreThanAscii(artist)),
        or_(_has(title, "title_word"), _HasMoreThanAscii(title)),
    )
    same_artist = artist == bindparam("artist_key")
    same = and_(same_artist, title == bindparam("title_key"))
    nearest_first = (same.desc(), same_artist.desc(), func.length(RockBandDlc.title), RockBandDlc.id)
    return select(*_COLUMNS).where(or_(contains, may_match)).order_by(*nearest_first).limit(_MAX_NEIGHBOURS)


_COLUMNS = (RockBandDlc.id, RockBandDlc.title, RockBandDlc.artist, RockBandDlc.origin)
_NEIGHBOURS = _neighbours_statement()
_SEARCH = (
    select(*_COLUMNS)
    .where(or_(_has(RockBandDlc.title_key, "pattern"), _has(RockBandDlc.artist_key, "pattern")))
    .order_by(RockBandDlc.artist_key, RockBandDlc.title_key, RockBandDlc.id)
    .limit(bindparam("limit"))
)
_STATS = (
    select(RockBandDlc.origin, func.count().label("songs")).group_by(RockBandDlc.origin).order_by(RockBandDlc.origin)
)
