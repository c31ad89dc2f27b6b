"""A user's own settings: how to be reached, what is shown, two switches. Nobody changes those of somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from trackflow.actor import Actor
from trackflow.errors import NotFound, RuleViolation
from trackflow.extensions import db
from trackflow.models import PasswordResetToken, User
from trackflow.services.users.events import SettingsChanged
from trackflow.services.users.queries import NO_SUCH_USER
from trackflow.unit_of_work import atomic, emit

CONTACT_METHODS = ("email", "discord")
_TAKEN = "An account with this e-mail address already exists."
_UNKNOWN_METHOD = "The contact method must be email, discord or empty."
_NEEDS_EMAIL = "To be contacted by e-mail you need an e-mail address in your account."
_NEEDS_DISCORD = "To be contacted on Discord you need a Discord name in your settings."

Text = str | None
"""A new text, an empty one to clear the stored, or None for no change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsEdit:
    """What to change; None leaves a setting as it is, and an empty text clears it (an address cannot be cleared)."""

    email: Text = None
    preferred_contact_method: Text = None
    discord_username: Text = None
    profile_image_url: Text = None
    website_url: Text = None
    display_name: Text = None
    auto_spotify_fetch_enabled: bool | None = None
    default_public_sharing: bool | None = None

    def values(self) -> dict[str, Any]:
        """Return the new values of the columns that change."""
        texts = {
            "preferred_contact_method": self.preferred_contact_method,
            "discord_username": self.discord_username,
            "profile_image_url": self.profile_image_url,
            "website_url": self.website_url,
            "display_name": self.display_name,
        }
        others = {
            "email": self.email or None,
            "auto_spotify_fetch_enabled": self.auto_spotify_fetch_enabled,
            "default_public_sharing": self.default_public_sharing,
        }
        changed: dict[str, Any] = {name: text or None for name, text in texts.items() if text is not None}
        return changed | {name: value for name, value in others.items() if value is not None}


@atomic
def change(actor: Actor, edit: SettingsEdit) -> None:
    """Save the caller's settings.

    A new address ends the reset tokens that were mailed to the old one. Raises RuleViolation for an address that is
    taken and for a contact method that is unknown or without what it needs. Emits SettingsChanged.
    """
    stored = db.session.execute(
        select(User.email, User.preferred_contact_method, User.discord_username)
        .where(User.id == actor.id)
        .with_for_update(key_share=True)
    ).first()
    if stored is None:
        raise NotFound(NO_SUCH_USER)
    values = edit.values()
    _refuse_unreachable(stored, values)
    if "email" in values and values["email"] != stored.email:
        _refuse_taken(values["email"])
        db.session.execute(delete(PasswordResetToken).where(PasswordResetToken.email == stored.email))
    if values:
        _store(actor.id, values)
    emit(SettingsChanged(actor.id))


def _refuse_unreachable(stored: Row[*tuple[Any, ...]], values: dict[str, Any]) -> None:
    """Check the contact method as it will be, if the request touches it or what it needs.

    What an older version stored otherwise does not stand in the way of changing the rest.
    """
    after = {**stored._mapping, **values}  # noqa: SLF001  (SQLAlchemy's public name for it)
    method = after["preferred_contact_method"]
    if "preferred_contact_method" in values:
        if method is not None and method not in CONTACT_METHODS:
            raise RuleViolation(_UNKNOWN_METHOD)
        if method == "email" and not after["email"]:
            raise RuleViolation(_NEEDS_EMAIL)
    if {"preferred_contact_method", "discord_username"} & values.keys() and (
        method == "discord" and not after["discord_username"]
    ):
        raise RuleViolation(_NEEDS_DISCORD)


def _refuse_taken(email: str) -> None:
    if db.session.execute(select(User.id).where(User.email == email)).first() is not None:
        raise RuleViolation(_TAKEN)


def _store(user_id: int, values: dict[str, Any]) -> None:
    try:
        db.session.execute(update(User).where(User.id == user_id).values(**values))
    except IntegrityError as error:
        if "email" not in values:
            raise
        raise RuleViolation(_TAKEN) from error  # somebody took the address a moment ago
