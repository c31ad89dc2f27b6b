"""Reads of accounts. `account_by_id` runs on every authenticated request, so its statement is built once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, literal, null, or_, select

from trackflow.actor import Actor
from trackflow.extensions import db
from trackflow.models import User, UserStats


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its owner sees it, plus the stored hash; the score is `user_stats.total_points`."""

    id: int
    username: str
    email: str | None
    hashed_password: str | None
    is_active: bool
    is_admin: bool
    created_at: datetime | None
    last_login_at: datetime | None
    display_name: str | None
    profile_image_url: str | None
    website_url: str | None
    preferred_contact_method: str | None
    discord_username: str | None
    auto_spotify_fetch_enabled: bool
    default_public_sharing: bool
    achievement_score: int

    def as_actor(self, impersonator_id: int | None = None) -> Actor:
        """Return what services may know of the caller."""
        return Actor(
            id=self.id,
            username=self.username,
            is_admin=self.is_admin,
            default_public_sharing=self.default_public_sharing,
            auto_spotify_fetch_enabled=self.auto_spotify_fetch_enabled,
            impersonator_id=impersonator_id,
        )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against."""

    id: int
    hashed_password: str | None
    is_active: bool


_ACCOUNT = (
    select(
        User.id,
        User.username,
        User.email,
        User.hashed_password,
        User.is_active,
        User.is_admin,
        User.created_at,
        User.last_login_at,
        User.display_name,
        User.profile_image_url,
        User.website_url,
        User.preferred_contact_method,
        User.discord_username,
        User.auto_spotify_fetch_enabled,
        User.default_public_sharing,
        func.coalesce(UserStats.total_points, 0).label("achievement_score"),
    )
    .outerjoin(UserStats, UserStats.user_id == User.id)
    .where(User.id == bindparam("user_id"))
)
_CREDENTIALS = select(User.id, User.hashed_password, User.is_active).where(User.username_key == bindparam("key"))
IS_UNCLAIMED = or_(User.hashed_password.is_(None), User.hashed_password == "")


def account_by_id(user_id: int) -> Account | None:
    """Return the account, active or not."""
    row = db.session.connection().execute(_ACCOUNT, {"user_id": user_id}).first()
    return Account(**row._asdict()) if row is not None else None


def credentials_by_key(username_key: str) -> Credentials | None:
    """Return what to check a password against, by the key of a username."""
    row = db.session.connection().execute(_CREDENTIALS, {"key": username_key}).first()
    return Credentials(*row) if row is not None else None


def unclaimed() -> Sequence[Row[*tuple[Any, ...]]]:
    """Return the placeholder accounts that somebody may claim, by name."""
    statement = (
        select(User.id, User.username, User.created_at)
        .where(IS_UNCLAIMED, User.is_active)
        .order_by(User.username_key, User.id)
    )
    return db.session.connection().execute(statement).all()


def selectable_users(actor: Actor) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return all active accounts by name; only administrators see addresses, dates and rights of others."""
    visible = (User.email, User.created_at, User.is_admin)
    hidden = (null().label("email"), null().label("created_at"), literal(value=False).label("is_admin"))
    statement: Select[*tuple[Any, ...]] = (
        select(User.id, User.username, User.is_active, *(visible if actor.is_admin else hidden))
        .where(User.is_active)
        .order_by(User.username_key, User.id)
    )
    return db.session.connection().execute(statement).all()
