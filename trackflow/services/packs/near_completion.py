"""A user's packs that are almost done: each song of a pack is measured by the steps of the song's owner.

What a pack's owner has achieved with it, for the counters, is another rule: `completion.COMPLETE_FOR_PACK_OWNER`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, Select, SQLColumnExpression, bindparam, case, cast, func, select

from trackflow.extensions import db
from trackflow.models import AlbumSeries, Pack, Song, SongStatus
from trackflow.services.completion.expressions import SONG_COMPLETE

_MOST = 100


def _statement() -> Select[*tuple[Any, ...]]:
    """Select the wanted packs from all that their owner has, then what is shown of those few."""
    total = func.count(Song.id)
    complete = func.sum(case((SONG_COMPLETE, 1), else_=0))
    share = cast(complete, Float) / total
    found = (
        select(
            Pack.id.label("pack_id"),
            Pack.name.label("pack_name"),
            Pack.name_key,
            total.label("total"),
            complete.label("complete"),
            share.label("share"),
        )
        .join(Song, Song.pack_id == Pack.id)
        .where(Pack.user_id == bindparam("owner_id"), Song.status == SongStatus.IN_PROGRESS.value, ~Song.optional)
        .group_by(Pack.id, Pack.name, Pack.name_key)
        .having(complete < total, complete * _MOST >= bindparam("threshold", type_=Song.id.type) * total)
        .order_by(share.desc(), Pack.name_key, Pack.id)
        .limit(bindparam("limit"))
        .cte("found")
    )
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
