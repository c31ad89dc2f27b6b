"""Puts notices into inboxes, by one statement for all recipients.

What they say is in `texts`, who gets them in `listeners`. Called within a command or a handler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnExpressionArgument, insert, literal, select

from trackflow import upsert
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import Notification, NotificationType, User
from trackflow.services.notifications.texts import Text


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification to be written."""

    user_id: int
    type: NotificationType
    text: Text
    song_id: int | None = None


def send(notices: Sequence[Notice]) -> None:
    """Write notices, but for those of which a recipient has the only one that may be: a song to join, a welcome."""
    now = now_utc()
    rows = [
        {
            "user_id": notice.user_id,
            "type": notice.type.value,
            "title": notice.text.title,
            "message": notice.text.message,
            "related_song_id": notice.song_id,
            "created_at": now,
        }
        for notice in notices
    ]
    if rows:
        db.session.execute(upsert.insert(Notification).on_conflict_do_nothing(), rows)


def send_to_everybody(kind: NotificationType, text: Text, *among: ColumnExpressionArgument[bool]) -> None:
    """Write the same notice to every active user who fulfils these conditions on `users`."""
    recipients = (
        select(
            User.id,
            literal(kind.value),
            literal(text.title),
            literal(text.message),
            literal(now_utc(), Notification.__table__.c.created_at.type),
        )
        .where(User.is_active, *among)
        .order_by(User.id)
    )
    columns = ("user_id", "type", "title", "message", "created_at")
    db.session.execute(insert(Notification).from_select(columns, recipients))
