"""Stores who was seen lately, from this process's buffer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from trackflow import upsert
from trackflow.extensions import db
from trackflow.models import Presence, User
from trackflow.services.presence import buffer
from trackflow.unit_of_work import atomic


def flush() -> int:
    """Store everything noted so far; return the number of people. What cannot be stored stays noted."""
    seen = buffer.drain()
    if not seen:
        return 0
    try:
        return _store(seen)
    except BaseException:
        buffer.put_back(seen)
        raise


@atomic
def _store(seen: dict[int, datetime]) -> int:
    """Write one row per account that still exists; the accounts are locked against deletion meanwhile, in id order."""
    present = db.session.scalars(
        select(User.id).where(User.id.in_(sorted(seen))).order_by(User.id).with_for_update(read=True, key_share=True)
    ).all()
    if not present:
        return 0
    statement = upsert.insert(Presence).values([{"user_id": id_, "last_seen": seen[id_]} for id_ in present])
    newer = statement.excluded.last_seen
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[Presence.user_id], set_={"last_seen": newer}, where=Presence.last_seen < newer
        )
    )
    return len(present)
