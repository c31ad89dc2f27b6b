"""Reads of accounts for the operator at the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import User
from trackflow.models.base import text_key


@dataclass(frozen=True, slots=True)
class Listed:
    """An account in the operator's list."""

    id: int
    username: str
    email: str | None
    is_admin: bool
    is_active: bool
    last_login_at: datetime | None


_LISTED = select(User.id, User.username, User.email, User.is_admin, User.is_active, User.last_login_at)


def accounts(*, inactive_only: bool = False) -> Sequence[Listed]:
    """Return all accounts, or the inactive ones, by name."""
    statement = _LISTED.order_by(User.username_key, User.id)
    if inactive_only:
        statement = statement.where(User.is_active.is_(False))
    return [Listed(*row) for row in db.session.execute(statement)]


def account_named(username: str) -> Listed:
    """Return the account of this name, case and blanks ignored. Raises NotFound."""
    row = db.session.execute(_LISTED.where(User.username_key == text_key(username))).first()
    if row is None:
        message = f"There is no account named {username}."
        raise NotFound(message)
    return Listed(*row)


def has_administrator() -> bool:
    """Say whether anybody could sign in as an administrator."""
    statement = select(User.id).where(User.is_admin, User.is_active, User.hashed_password.is_not(None)).limit(1)
    return db.session.execute(statement).first() is not None
