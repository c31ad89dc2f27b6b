"""A user's packs that are almost done: each song of a pack is measured by the steps of the song's owner.

What a pack's owner has achieved with it, for the counters, is another rule: `completion.COMPLETE_FOR_PACK_OWNER`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import CTE, Float, Integer, Select, SQLColumnExpression, Subquery, bindparam, case, cast, func, select

from trackflow.extensions import db
from trackflow.models import AlbumSeries, Pack, Song, SongStatus
from trackflow.services.completion.expressions import SONG_COMPLETE

_MOST = 100


def _counted() -> Subquery:
    """Count the songs of all packs of the owner, the complete ones among them apart.

    This is a query of its own: where the sum is used twice, SQLite would make it twice.
    """
    return (
        select(
            Pack.id.label("pack_id"),
            Pack.name.label("pack_name"),
            Pack.name_key,
            func.count(Song.id).label("total"),
            func.sum(case((SONG_COMPLETE, 1), else_=0)).label("complete"),
        )
        .join(Song, Song.pack_id == Pack.id)
        .where(Pack.user_id == bindparam("owner_id"), Song.status == SongStatus.IN_PROGRESS.value, ~Song.optional)
        .group_by(Pack.id, Pack.name, Pack.name_key)
        .subquery()
    )


def _found() -> CTE:
    """Select the wanted packs, of all that there are."""
    packs = _counted()
    total, complete = packs.c.total, packs.c.complete
    share = cast(complete, Float) / total
    enough = complete * _MOST >= bindparam("threshold", type_=Integer) * total
    return (
        select(*packs.c, share.label("share"))
        .where(complete < total, enough)
        .order_by(share.desc(), packs.c.name_key, packs.c.pack_id)
        .limit(bindparam("limit"))
        .cte("found")
    )


def _statement() -> Select[*tuple[Any, ...]]:
    """Select what is shown of the wanted packs."""
    found = _found()
    of_pack = found.c.pack_id
    return (
        select(
            of_pack,
            found.c.pack_name,
            found.c.total,
            found.c.complete,
            _usual_cover(of_pack).label("album_cover"),
            AlbumSeries.id.label("series_id"),
            AlbumSeries.series_number,
            AlbumSeries.album_name,
        )
        .select_from(found)
        .outerjoin(AlbumSeries, AlbumSeries.id == _first_series(of_pack))
        .order_by(found.c.share.desc(), found.c.name_key, of_pack)
    )


def _usual_cover(pack_id: SQLColumnExpression[int]) -> SQLColumnExpression[str | None]:
    """Return the cover that most songs of the pack have; of equals that of the oldest song."""
    return (
        select(Song.album_cover)
        .where(Song.pack_id == pack_id, Song.album_cover != "")
        .group_by(Song.album_cover)
        .order_by(func.count().desc(), func.min(Song.id))
        .limit(1)
        .correlate_except(Song)
        .scalar_subquery()
    )


def _first_series(pack_id: SQLColumnExpression[int]) -> SQLColumnExpression[int]:
    """Return the oldest album series that a song of the pack belongs to."""
    return (
        select(func.min(Song.album_series_id)).where(Song.pack_id == pack_id).correlate_except(Song).scalar_subquery()
    )


_NEAR_COMPLETION = _statement()


def near_completion(owner_id: int, *, limit: int, threshold: int) -> list[dict[str, Any]]:
    """Return this user's packs of which at least `threshold` per cent of the songs are complete, but not all.

    Counted are songs in progress that are not optional, whoever owns them. The fullest come first, then by name.
    """
    parameters = {"owner_id": owner_id, "limit": limit, "threshold": threshold}
    return [
        {
            "pack_id": row.pack_id,
            "pack_name": row.pack_name,
            "completion_percentage": _MOST * int(row.complete) / int(row.total),
            "incomplete_songs": int(row.total - row.complete),
            "total_songs": int(row.total),
            "display_name": row.pack_name if row.series_id is None else series_name(row.series_number, row.album_name),
            "album_cover": row.album_cover,
        }
        for row in db.session.connection().execute(_NEAR_COMPLETION, parameters)
    ]


def series_name(number: int | None, album: str) -> str:
    """Return how a pack is called that is an album series; before its release the series has no number."""
    return f"Album Series #{'' if number is None else number}: {album}"
