"""What a user does with the own inbox: reading, deleting, and asking for the welcome.

Nobody's notifications but the caller's are ever touched: whose they are is part of every condition.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Delete, Update, and_, bindparam, case, delete, select, update

from trackflow import upsert
from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import Notification, NotificationType, User
from trackflow.services.notifications.texts import WELCOME
from trackflow.unit_of_work import atomic

NO_SUCH_NOTIFICATION = "There is no such notification."
WELCOME_PERIOD = timedelta(hours=24)

_KIND = NotificationType.WELCOME.value
_WELCOMED = (
    select(User.created_at, Notification.id.label("welcome_id"))
    .outerjoin(Notification, and_(Notification.user_id == User.id, Notification.type == _KIND))
    .where(User.id == bindparam("user_id"))
)


@dataclass(frozen=True, slots=True)
class _WelcomeState:
    """The welcome that an account has, and whether the account is young enough to get one."""

    id: int | None
    is_new: bool


@atomic
def mark_read(actor: Actor, notification_id: int) -> None:
    """Mark a notification as read; one that was read keeps the time of that. Raises NotFound."""
    read_at = case((Notification.is_read, Notification.read_at), else_=now_utc())
    statement = update(Notification).where(_own(actor, notification_id)).values(is_read=True, read_at=read_at)
    _require(_rows(statement))


@atomic
def mark_all_read(actor: Actor) -> int:
    """Mark all notifications of the actor as read; return how many were not."""
    unread = (Notification.user_id == actor.id, ~Notification.is_read)
    return _rows(update(Notification).where(*unread).values(is_read=True, read_at=now_utc()))


@atomic
def remove(actor: Actor, notification_id: int) -> None:
    """Delete a notification. Raises NotFound."""
    _require(_rows(delete(Notification).where(_own(actor, notification_id))))


@atomic
def remove_all(actor: Actor) -> int:
    """Delete all notifications of the actor; return how many there were."""
    return _rows(delete(Notification).where(Notification.user_id == actor.id))


@atomic
def welcome(actor: Actor) -> int | None:
    """Give a new account its welcome, once; return its id, or None if an older account has none.

    Of simultaneous calls one writes it, and all return it.
    """
    state = _welcome_state(actor)
    if state.id is not None or not state.is_new:
        return state.id
    row = {"user_id": actor.id, "type": _KIND, "title": WELCOME.title, "message": WELCOME.message}
    new_id = upsert.insert_if_absent(Notification, row)
    return new_id if new_id is not None else _welcome_state(actor).id


def _welcome_state(actor: Actor) -> _WelcomeState:
    row = db.session.execute(_WELCOMED, {"user_id": actor.id}).first()
    if row is None or row.created_at is None:
        return _WelcomeState(row.welcome_id if row is not None else None, is_new=False)
    return _WelcomeState(row.welcome_id, is_new=now_utc() - row.created_at < WELCOME_PERIOD)


def _own(actor: Actor, notification_id: int) -> ColumnElement[bool]:
    return and_(Notification.id == notification_id, Notification.user_id == actor.id)


def _rows(statement: Update | Delete) -> int:
    return db.session.connection().execute(statement).rowcount


def _require(rows: int) -> None:
    if not rows:
        raise NotFound(NO_SUCH_NOTIFICATION)
