"""The activity log: one row per deed, written in the deed's transaction; texts hold no address and no secret."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, select

from trackflow.extensions import db
from trackflow.models import ActivityLog, Song
from trackflow.services.auth.events import AccountClaimed, AccountRegistered, PasswordReset, SignedIn
from trackflow.services.songs.events import SongEdited, SongsCreated
from trackflow.services.workflows.events import WorkflowChanged, WorkflowReset


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


def on_workflow_changed(event: WorkflowChanged) -> None:
    """Log that a workflow was saved, and which parts of it."""
    facts = {"updated_sections": list(event.sections) or ["none"], "workflow_id": event.workflow_id}
    _log("update_workflow", event.user_id, "Updated the workflow", facts)


def on_workflow_reset(event: WorkflowReset) -> None:
    """Log that a workflow was reset to the default."""
    facts = {"workflow_id": event.workflow_id, "template_id": event.template_id}
    _log("reset_workflow", event.user_id, "Reset the workflow to the default", facts)


def on_songs_created(event: SongsCreated) -> None:
    """Log each song that was entered."""
    _log_songs("create_song", event.actor_id, "Added the song", event.song_ids)


def on_song_edited(event: SongEdited) -> None:
    """Log that a song was saved."""
    _log_songs("update_song", event.actor_id, "Updated the song", (event.song_id,))


def _log_songs(kind: str, user_id: int, deed: str, song_ids: Collection[int]) -> None:
    songs = db.session.execute(
        select(Song.id, Song.title, Song.artist, Song.status).where(Song.id.in_(song_ids)).order_by(Song.id)
    )
    rows = [
        {
            "user_id": user_id,
            "activity_type": kind,
            "description": f"{deed} {song.title} by {song.artist}",
            "metadata_json": {
                "song_id": song.id,
                "title": song.title,
                "artist": song.artist,
                "status": song.status,
            },
        }
        for song in songs
    ]
    if rows:
        db.session.execute(insert(ActivityLog), rows)


def _log(kind: str, user_id: int, description: str, facts: dict[str, Any] | None = None) -> None:
    db.session.execute(
        insert(ActivityLog).values(user_id=user_id, activity_type=kind, description=description, metadata_json=facts)
    )
