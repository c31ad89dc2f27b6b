"""Shapes of the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from trackflow.models import NotificationType
from trackflow.schemas.base import Instant, MessageOut, QueryInteger, Schema

MAX_PAGE = 100
_KINDS = [kind.value for kind in NotificationType]
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


class QueryBoolean(ma.fields.Boolean):
    """A boolean in a query string, as `true` or `false` in any case, or as `1` or `0`."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        flag = _FLAGS.get(value.lower()) if isinstance(value, str) else None
        if flag is None:
            message = "Must be true or false."
            raise ma.ValidationError(message)
        return flag


class InboxQuery(Schema):
    """Which page of the inbox is wanted, and whether read notifications are left out of it."""

    limit = QueryInteger(low=1, high=MAX_PAGE, load_default=50)
    offset = QueryInteger(low=0, load_default=0)
    unread_only = QueryBoolean(load_default=False)


class EarnedAchievementOut(Schema):
    """The achievement that a notification is about."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    description = ma.fields.String(required=True)
    icon = ma.fields.String(required=True)
    points = ma.fields.Integer(required=True)


class MentionedRequestOut(Schema):
    """The feature request that a notification is about."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    is_done = ma.fields.Boolean(required=True)
    is_rejected = ma.fields.Boolean(required=True)


class NotificationOut(Schema):
    """A notification; what it was about may be gone, and is null then."""

    id = ma.fields.Integer(required=True)
    user_id = ma.fields.Integer(required=True)
    type = ma.fields.String(required=True, metadata={"enum": _KINDS})
    title = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    is_read = ma.fields.Boolean(required=True)
    related_achievement_id = ma.fields.Integer(required=True, allow_none=True)
    related_feature_request_id = ma.fields.Integer(required=True, allow_none=True)
    related_comment_id = ma.fields.Integer(required=True, allow_none=True)
    related_song_id = ma.fields.Integer(required=True, allow_none=True)
    created_at = Instant(required=True)
    read_at = Instant(required=True, allow_none=True)
    achievement = ma.fields.Nested(EarnedAchievementOut, required=True, allow_none=True)
    feature_request = ma.fields.Nested(MentionedRequestOut, required=True, allow_none=True)


class CountsOut(Schema):
    """How many notifications the caller has."""

    unread_count = ma.fields.Integer(required=True)
    total_count = ma.fields.Integer(required=True)


class InboxOut(CountsOut):
    """A page of the inbox; the counts are of all notifications, whatever the page shows."""

    notifications = ma.fields.List(ma.fields.Nested(NotificationOut), required=True)


class MarkedOut(MessageOut):
    """How many notifications were unread until now."""

    marked_count = ma.fields.Integer(required=True)


class DeletedOut(MessageOut):
    """How many notifications there were."""

    deleted_count = ma.fields.Integer(required=True)


class WelcomeOut(NotificationOut):
    """The welcome; an older account that has none gets a `message` alone."""

    def __init__(self, **kwargs: Any) -> None:
        """Require nothing."""
        super().__init__(**{**kwargs, "partial": True})
