"""The activity log: one row per deed, written in the deed's transaction; texts hold no address and no secret."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from trackflow.extensions import db
from trackflow.models import ActivityLog
from trackflow.services.auth.events import AccountClaimed, AccountRegistered, PasswordReset, SignedIn


def on_signed_in(event: SignedIn) -> None:
    """Log a sign-in."""
    _log("login", event.user_id, "Signed in")


def on_registered(event: AccountRegistered) -> None:
    """Log a registration and the workflow that came with it."""
    _log("workflow_created", event.user_id, "Created a workflow", {"workflow_id": event.workflow_id})
    _log("register", event.user_id, "Registered")


def on_claimed(event: AccountClaimed) -> None:
    """Log the claim of a placeholder account and its workflow."""
    created = event.workflow_created
    _log(
        "workflow_created" if created else "workflow_updated",
        event.user_id,
        "Created a workflow" if created else "Updated the workflow",
        {"workflow_id": event.workflow_id},
    )
    _log("claim_user", event.user_id, "Claimed the account")


def on_password_reset(event: PasswordReset) -> None:
    """Log a new password."""
    _log("password_reset", event.user_id, "Set a new password")


def _log(kind: str, user_id: int, description: str, facts: dict[str, Any] | None = None) -> None:
    db.session.execute(
        insert(ActivityLog).values(user_id=user_id, activity_type=kind, description=description, metadata_json=facts)
    )
