"""Keeps `user_stats` equal to what it is derived from. Who changes songs, awards or packs calls `recompute`."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select, update

from trackflow import upsert
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import User, UserStats
from trackflow.services.points.counters import counters
from trackflow.services.points.formula import total_points
from trackflow.unit_of_work import atomic

_LOCKED = (
    select(UserStats.user_id)
    .where(UserStats.user_id.in_(bindparam("user_ids", expanding=True)))
    .order_by(UserStats.user_id)
    .with_for_update(key_share=True)
)
_KNOWN = select(User.id).where(User.id.in_(bindparam("user_ids", expanding=True))).order_by(User.id)
_RECOMPUTE = (
    update(UserStats)
    .where(UserStats.user_id.in_(bindparam("user_ids", expanding=True)))
    .values(
        total_points=total_points(UserStats.user_id),
        updated_at=bindparam("now"),
        **counters(UserStats.user_id),
    )
    .execution_options(synchronize_session=False)
)


@atomic
def recompute(user_ids: Collection[int]) -> None:
    """Derive the points and counters of these users anew; unknown users are passed over.

    The rows are locked first, in the order of their ids, so that of two changes at the same time the second counts
    what the first has done. Call it after the change itself, once for all users concerned.
    """
    wanted = sorted(set(user_ids))
    if not wanted:
        return
    if len(db.session.execute(_LOCKED, {"user_ids": wanted}).all()) < len(wanted):
        _insert_missing(wanted)
        db.session.execute(_LOCKED, {"user_ids": wanted})
    db.session.execute(_RECOMPUTE, {"user_ids": wanted, "now": now_utc()})


def _insert_missing(user_ids: list[int]) -> None:
    known = db.session.execute(_KNOWN, {"user_ids": user_ids}).scalars()
    rows = [{"user_id": user_id} for user_id in known]
    if rows:
        db.session.execute(upsert.insert(UserStats).on_conflict_do_nothing(), rows)
