"""The activity log: one row per deed, written in the deed's transaction; texts hold no address and no secret."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, literal, select

from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import ActivityLog, Pack, Song
from trackflow.services.auth.events import AccountClaimed, AccountRegistered, PasswordReset, SignedIn
from trackflow.services.collaborations.events import (
    PackCollaboratorAdded,
    PackCollaboratorRemoved,
    SongCollaboratorAdded,
    SongCollaboratorRemoved,
)
from trackflow.services.pack_lifecycle.events import PackReleased, PackStatusChanged
from trackflow.services.packs.events import PackCreated, PackDeleted, PackEdited
from trackflow.services.songs.events import SongCollaboratorsReplaced, SongEdited, SongsCreated
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


def on_pack_collaborator_added(event: PackCollaboratorAdded) -> None:
    """Log that a pack was shared with somebody."""
    facts = {"pack_id": event.pack_id, "target_user_id": event.user_id, "permissions": list(event.permissions)}
    _log("add_pack_collaborator", event.actor_id, "Shared a pack", facts)


def on_pack_collaborator_removed(event: PackCollaboratorRemoved) -> None:
    """Log that somebody lost or gave up the rights on a pack."""
    facts = {"pack_id": event.pack_id, "target_user_id": event.user_id}
    _log("remove_pack_collaborator", event.actor_id, "Ended the sharing of a pack", facts)


def on_song_collaborator_added(event: SongCollaboratorAdded) -> None:
    """Log that a song was shared with somebody."""
    _log_people("add_song_collaborator", event.actor_id, event.song_id, (event.user_id,))


def on_song_collaborator_removed(event: SongCollaboratorRemoved) -> None:
    """Log that somebody lost or gave up the right on a song."""
    _log_people("remove_song_collaborator", event.actor_id, event.song_id, (event.user_id,))


def on_song_collaborators_replaced(event: SongCollaboratorsReplaced) -> None:
    """Log each person who got or lost the right on a song."""
    _log_people("add_song_collaborator", event.actor_id, event.song_id, event.added)
    _log_people("remove_song_collaborator", event.actor_id, event.song_id, event.removed)


def on_pack_created(event: PackCreated) -> None:
    """Log a new pack, also one that was made by naming it on a song."""
    _log_pack("create_pack", event.actor_id, "Created the pack", event.pack_id)


def on_pack_edited(event: PackEdited) -> None:
    """Log that a pack was saved."""
    _log_pack("update_pack", event.actor_id, "Updated the pack", event.pack_id)


def on_pack_deleted(event: PackDeleted) -> None:
    """Log that a pack was deleted, by the name that it had."""
    _log("delete_pack", event.actor_id, f"Deleted the pack {event.name}", {"pack_id": event.pack_id})


def on_pack_status_changed(event: PackStatusChanged) -> None:
    """Log that a pack was set to a status."""
    deed = f"Set to {event.status.value} the pack"
    _log_pack("update_pack_status", event.actor_id, deed, event.pack_id, status=event.status.value)


def on_pack_released(event: PackReleased) -> None:
    """Log a release, also one saved again, with the number of songs that came out by it."""
    _log_pack("release_pack", event.actor_id, "Released the pack", event.pack_id, released_songs=len(event.song_ids))


def _log_pack(kind: str, user_id: int, deed: str, pack_id: int, **facts: Any) -> None:
    columns = ActivityLog.__table__.c
    named = select(
        literal(user_id),
        literal(kind),
        literal(f"{deed} ").concat(Pack.name),
        literal({"pack_id": pack_id, **facts}, columns.metadata_json.type),
        literal(now_utc(), columns.created_at.type),
    ).where(Pack.id == pack_id)
    names = ["user_id", "activity_type", "description", "metadata_json", "created_at"]
    db.session.execute(insert(ActivityLog).from_select(names, named))


def _log_people(kind: str, user_id: int, song_id: int, people: Collection[int]) -> None:
    deed = "Shared a song" if kind == "add_song_collaborator" else "Ended the sharing of a song"
    rows = [
        {
            "user_id": user_id,
            "activity_type": kind,
            "description": deed,
            "metadata_json": {"song_id": song_id, "target_user_id": person},
        }
        for person in people
    ]
    if rows:
        db.session.execute(insert(ActivityLog), rows)


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
