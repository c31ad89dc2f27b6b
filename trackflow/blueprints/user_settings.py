"""A user's own settings, and how users reach each other."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from trackflow.actor import Actor
from trackflow.schemas.users import ContactOut, SettingsIn, SettingsOut
from trackflow.services.auth import queries as accounts
from trackflow.services.users import commands, queries
from trackflow.web.access import Access, current_account
from trackflow.web.api import Blueprint

blp = Blueprint("user_settings", __name__, description="A user's own settings.")


@blp.endpoint("/me", method="GET", access=Access.USER, returns=SettingsOut)
def settings(actor: Actor) -> accounts.Account:  # noqa: ARG001
    """Return the caller's account with all settings."""
    return current_account()


@blp.endpoint(
    "/me", method="PUT", access=Access.USER, body=SettingsIn, returns=SettingsOut, refuses=(HTTPStatus.BAD_REQUEST,)
)
def change_settings(actor: Actor, body: dict[str, Any]) -> accounts.Account | None:
    """Save the caller's settings and return the account as it is then."""
    commands.change(actor, commands.SettingsEdit(**body))
    return accounts.account_by_id(actor.id)


@blp.endpoint("/users/<username>/profile", method="GET", access=Access.USER, returns=ContactOut)
def contact(actor: Actor, username: str) -> queries.Contact:
    """Return how an active user can be reached; the name ignores case."""
    return queries.contact(actor, username)
