"""How a user can be reached, as others may know it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from trackflow.actor import Actor
from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import User
from trackflow.models.base import text_key

NO_SUCH_USER = "There is no such user."

_CONTACT = select(
    User.id, User.username, User.email, User.preferred_contact_method, User.discord_username, User.created_at
).where(User.username_key == bindparam("key"), User.is_active)


@dataclass(frozen=True, slots=True)
class Contact:
    """A user and the ways to reach them; the address is None unless the reader may have it."""

    id: int
    username: str
    email: str | None
    preferred_contact_method: str | None
    discord_username: str | None
    created_at: datetime | None


def contact(actor: Actor, username: str) -> Contact:
    """Return an active user by name, ignoring case; raise NotFound.

    The address is for the user, for administrators, and for everybody if the user wants to be contacted by it.
    """
    row = db.session.connection().execute(_CONTACT, {"key": text_key(username)}).first()
    if row is None:
        raise NotFound(NO_SUCH_USER)
    shows_email = row.id == actor.id or actor.is_admin or row.preferred_contact_method == "email"
    return Contact(
        row.id,
        row.username,
        row.email if shows_email else None,
        row.preferred_contact_method,
        row.discord_username,
        row.created_at,
    )
