"""Reads of the outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select

from trackflow.extensions import db
from trackflow.models import OutboxMessage


def due_at(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions under which a message may be claimed at this time."""
    return (
        OutboxMessage.sent_at.is_(None),
        OutboxMessage.given_up_at.is_(None),
        OutboxMessage.next_attempt_at <= now,
        or_(OutboxMessage.locked_until.is_(None), OutboxMessage.locked_until <= now),
    )


def is_anything_due(now: datetime) -> bool:
    """Say whether a message could be claimed at this time."""
    statement = select(OutboxMessage.id).where(*due_at(now)).limit(1)
    return db.session.execute(statement).first() is not None
