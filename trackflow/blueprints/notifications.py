"""The caller's inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trackflow.actor import Actor
from trackflow.schemas import notifications as schemas
from trackflow.schemas.base import MessageOut
from trackflow.services.notifications import commands, queries
from trackflow.web.access import Access
from trackflow.web.api import Blueprint

Body = dict[str, Any]

blp = Blueprint("notifications", __name__, description="The inbox of each user.")


@blp.endpoint("", method="GET", access=Access.USER, query=schemas.InboxQuery, returns=schemas.InboxOut)
def inbox(actor: Actor, query: Body) -> Body:
    """List the caller's notifications, newest first, with the counts of all of them."""
    return queries.inbox(actor, **query)


@blp.endpoint("/count", method="GET", access=Access.USER, returns=schemas.CountsOut)
def count(actor: Actor) -> Mapping[str, int]:
    """Count the caller's notifications, all and unread."""
    return queries.counts(actor)


@blp.endpoint("/<int:notification_id>/read", method="PUT", access=Access.USER, returns=MessageOut)
def mark_read(actor: Actor, notification_id: int) -> Body:
    """Mark a notification of the caller as read; a second time changes nothing."""
    commands.mark_read(actor, notification_id)
    return {"message": "The notification is marked as read."}


@blp.endpoint("/mark-all-read", method="PUT", access=Access.USER, returns=schemas.MarkedOut)
def mark_all_read(actor: Actor) -> Body:
    """Mark all notifications of the caller as read."""
    marked = commands.mark_all_read(actor)
    return {"marked_count": marked, "message": "All notifications are marked as read."}


@blp.endpoint("/<int:notification_id>", method="DELETE", access=Access.USER, returns=MessageOut)
def remove(actor: Actor, notification_id: int) -> Body:
    """Delete a notification of the caller."""
    commands.remove(actor, notification_id)
    return {"message": "The notification is deleted."}


@blp.endpoint("", method="DELETE", access=Access.USER, returns=schemas.DeletedOut)
def remove_all(actor: Actor) -> Body:
    """Delete all notifications of the caller."""
    deleted = commands.remove_all(actor)
    return {"deleted_count": deleted, "message": "All notifications are deleted."}


@blp.endpoint("/welcome", method="POST", access=Access.USER, returns=schemas.WelcomeOut)
def welcome(actor: Actor) -> Body:
    """Give the caller the welcome, once, within a day of the registration; later return what there is."""
    notification_id = commands.welcome(actor)
    found = queries.one(actor, notification_id) if notification_id is not None else None
    return found or {"message": "Welcome back!"}
