"""Reads of a user's inbox: a page of it with counts, the counts alone, a single notification.

The counts are asked for twice a minute by every open page of a client: one statement that reads an index only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select

from trackflow.actor import Actor
from trackflow.extensions import db
from trackflow.models import Achievement, FeatureRequest, Notification

Item = dict[str, Any]

_COLUMNS = (
    Notification.id,
    Notification.user_id,
    Notification.type,
    Notification.title,
    Notification.message,
    Notification.is_read,
    Notification.related_achievement_id,
    Notification.related_feature_request_id,
    Notification.related_comment_id,
    Notification.related_song_id,
    Notification.created_at,
    Notification.read_at,
)
# What is related comes from the same statement, under names that say where it belongs.
_RELATED = {
    "achievement": (
        Achievement.id,
        Achievement.name,
        Achievement.description,
        Achievement.icon,
        Achievement.points,
    ),
    "feature_request": (
        FeatureRequest.id,
        FeatureRequest.title,
        FeatureRequest.is_done,
        FeatureRequest.is_rejected,
    ),
}
_KEYS = tuple(column.key for column in _COLUMNS)


def _notifications() -> Select[*tuple[Any, ...]]:
    related = (column.label(f"{name}_{column.key}") for name, columns in _RELATED.items() for column in columns)
    return (
        select(*_COLUMNS, *related)
        .outerjoin(Achievement, Achievement.id == Notification.related_achievement_id)
        .outerjoin(FeatureRequest, FeatureRequest.id == Notification.related_feature_request_id)
        .where(Notification.user_id == bindparam("user_id"))
    )


_PAGE = (
    _notifications()
    .order_by(Notification.created_at.desc(), Notification.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_UNREAD_PAGE = _PAGE.where(~Notification.is_read)
_ONE = _notifications().where(Notification.id == bindparam("notification_id"))
_COUNTS = select(
    func.count().filter(~Notification.is_read).label("unread_count"), func.count().label("total_count")
).where(Notification.user_id == bindparam("user_id"))


def counts(actor: Actor) -> Mapping[str, int]:
    """Return how many notifications the actor has: `unread_count` and `total_count`."""
    row = db.session.connection().execute(_COUNTS, {"user_id": actor.id}).one()
    return {"unread_count": row.unread_count, "total_count": row.total_count}


def inbox(actor: Actor, *, limit: int, offset: int, unread_only: bool) -> Item:
    """Return a page of the actor's notifications, newest first, and the counts of all of them."""
    values = {"user_id": actor.id, "limit": limit, "offset": offset}
    rows = db.session.connection().execute(_UNREAD_PAGE if unread_only else _PAGE, values).all()
    return {"notifications": [_item(row) for row in rows], **counts(actor)}


def one(actor: Actor, notification_id: int) -> Item | None:
    """Return a notification of the actor, None if it is gone."""
    values = {"user_id": actor.id, "notification_id": notification_id}
    row = db.session.connection().execute(_ONE, values).first()
    return _item(row) if row is not None else None


def _item(row: Row[*tuple[Any, ...]]) -> Item:
    facts = row._mapping  # noqa: SLF001  (SQLAlchemy's public name for it)
    item: Item = {key: facts[key] for key in _KEYS}
    for name, columns in _RELATED.items():
        is_there = facts[f"{name}_id"] is not None
        item[name] = {column.key: facts[f"{name}_{column.key}"] for column in columns} if is_there else None
    return item
