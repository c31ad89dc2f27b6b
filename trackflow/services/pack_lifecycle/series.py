"""Numbers of album series: each gets the next one when it is released, by itself or with its pack."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select, update

from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import AlbumSeries, SeriesStatus
from trackflow.unit_of_work import atomic

_NUMBERS = 0x73657269  # the advisory lock of this purpose: any number that is ours
_RELEASED = SeriesStatus.RELEASED.value

_UNRELEASED = (
    select(AlbumSeries.id)
    .where(AlbumSeries.pack_id == bindparam("pack_id"), AlbumSeries.status != _RELEASED)
    .order_by(AlbumSeries.id)
    .with_for_update(key_share=True)
)
_HIGHEST = select(func.max(AlbumSeries.series_number))
_RELEASE = (
    update(AlbumSeries)
    .where(AlbumSeries.id == bindparam("series_id"))
    .values(series_number=bindparam("number"), status=_RELEASED, updated_at=bindparam("now"))
)


@atomic
def release_series_of(pack_id: int) -> tuple[int, ...]:
    """Release every series on the pack that is not; return their ids. The caller has locked songs and pack."""
    series_ids = db.session.connection().execute(_UNRELEASED, {"pack_id": pack_id}).scalars().all()
    give_numbers(series_ids)
    return tuple(series_ids)


@atomic
def give_numbers(series_ids: Sequence[int]) -> None:
    """Release these series, which the caller has locked, and number them in this order."""
    if not series_ids:
        return
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        # Two that read the same highest number would break the unique constraint. SQLite has one writer at a time.
        connection.execute(select(func.pg_advisory_xact_lock(_NUMBERS)))
    highest = connection.execute(_HIGHEST).scalar() or 0
    now = now_utc()
    numbered = enumerate(series_ids, start=highest + 1)
    connection.execute(
        _RELEASE, [{"series_id": series_id, "number": number, "now": now} for number, series_id in numbered]
    )
