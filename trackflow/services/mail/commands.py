"""The outbox: what must reach the outside world is a row here, written in the transaction of its cause.

A job claims rows, delivers them outside any transaction, and marks them. Delivery is at least once: whoever dies
between delivery and mark leaves a lease that runs out, and the row is delivered again.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from trackflow import upsert
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import OutboxMessage
from trackflow.services.mail import queries
from trackflow.unit_of_work import atomic, release

LEASE = timedelta(minutes=5)
"""How long a claimed row is left to its worker; longer than the slowest single delivery with all its time limits."""

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=24)
_BOUND_WINDOW = timedelta(hours=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A claimed row; `attempts` counts this one and proves later that the claim still holds."""

    id: int
    kind: str
    payload: dict[str, Any] = field(repr=False)
    attempts: int
    created_at: datetime


@atomic
def enqueue(kind: str, payload: dict[str, Any], dedup_key: str | None = None) -> bool:
    """Add a message within the caller's command; return False if one with this key is there already."""
    values = {"kind": kind, "payload": payload, "dedup_key": dedup_key}
    return upsert.insert_if_absent(OutboxMessage, values) is not None


@atomic
def enqueue_bounded(kind: str, payload: dict[str, Any], *, subject: str, per_hour: int) -> bool:
    """Add a message unless `per_hour` of this kind for this subject are waiting or came in the last hour.

    The subject has that many seats, each a value of the unique `dedup_key`, so that simultaneous callers cannot exceed
    the bound. A message leaves its seat when it is finished and an hour old.
    """
    digest = hashlib.sha256(subject.encode()).hexdigest()
    seats = [f"{kind}:{digest}:{number}" for number in range(per_hour)]
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.dedup_key.in_(seats), OutboxMessage.created_at <= now_utc() - _BOUND_WINDOW)
        .where(or_(OutboxMessage.sent_at.is_not(None), OutboxMessage.given_up_at.is_not(None)))
        .values(dedup_key=None)
    )
    taken = set(db.session.scalars(select(OutboxMessage.dedup_key).where(OutboxMessage.dedup_key.in_(seats))))
    return any(enqueue(kind, payload, seat) for seat in seats if seat not in taken)


def claim_due(limit: int = 1) -> list[OutboxItem]:
    """Take up to `limit` due messages for as long as the lease lasts; no other worker gets them meanwhile.

    When nothing is due this only reads, so that an idle server writes nothing.
    """
    is_due = queries.is_anything_due(now_utc())
    release()
    return _claim(limit) if is_due else []


@atomic
def _claim(limit: int) -> list[OutboxItem]:
    now = now_utc()
    due = db.session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.payload,
            OutboxMessage.attempts,
            OutboxMessage.created_at,
        )
        .where(*queries.due_at(now))
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_([row.id for row in due]))
        .values(locked_until=now + LEASE, attempts=OutboxMessage.attempts + 1)
    )
    return [OutboxItem(row.id, row.kind, row.payload, row.attempts + 1, row.created_at) for row in due]


@atomic
def mark_sent(item: OutboxItem) -> None:
    """Note that the message was delivered, by whomever."""
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == item.id, OutboxMessage.sent_at.is_(None))
        .values(sent_at=now_utc(), given_up_at=None, locked_until=None, last_error=None)
    )


@atomic
def mark_failed(item: OutboxItem, error: str) -> None:
    """Schedule the next attempt after a growing pause; a day after its creation give the message up.

    `error` names a class and a code at most: what servers answer may repeat an address. A claim that was lost to
    another worker changes nothing.
    """
    now = now_utc()
    last_chance = item.created_at + GIVE_UP_AFTER
    if now >= last_chance:
        outcome: dict[str, Any] = {"given_up_at": now}
        _log.error("outbox message %d (%s) given up after %d attempts: %s", item.id, item.kind, item.attempts, error)
    else:
        outcome = {"next_attempt_at": min(now + pause_after(item.attempts), last_chance)}
        _log.warning("outbox message %d (%s) failed, attempt %d: %s", item.id, item.kind, item.attempts, error)
    db.session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == item.id,
            OutboxMessage.attempts == item.attempts,
            OutboxMessage.sent_at.is_(None),
        )
        .values(locked_until=None, last_error=error, **outcome)
    )


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after this many failed attempts: half a minute, doubled each time, an hour at most."""
    doublings = max(0, min(attempts - 1, 10))
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


@atomic
def purge(*, sent_before: datetime, given_up_before: datetime) -> int:
    """Delete finished messages that nobody needs any more; return how many."""
    gone = db.session.execute(
        delete(OutboxMessage)
        .where(or_(OutboxMessage.sent_at < sent_before, OutboxMessage.given_up_at < given_up_before))
        .returning(OutboxMessage.id)
    )
    return len(gone.all())
