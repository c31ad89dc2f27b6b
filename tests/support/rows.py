"""Rows of the common tables with as few values as a test cares about, inserted directly."""

from __future__ import annotations

from typing import Any

from tests.support.database import Database
from tests.support.http import Account


def song(database: Database, owner: Account | int, title: str = "Song", **values: Any) -> int:
    """Insert a song of this owner; return its id."""
    row = {"artist": "Artist", "status": "In Progress", **values}
    return database.insert("songs", user_id=_id(owner), title=title, **row)


def pack(database: Database, owner: Account | int, name: str = "Pack", **values: Any) -> int:
    """Insert a pack of this owner; return its id."""
    return database.insert("packs", user_id=_id(owner), name=name, **values)


def grant(database: Database, who: Account | int, right: str, *, on: int) -> int:
    """Insert a right: `song_edit` on a song's id, `pack_view` or `pack_edit` on a pack's; return the row's id."""
    target = "song_id" if right == "song_edit" else "pack_id"
    return database.insert("collaborations", user_id=_id(who), collaboration_type=right, **{target: on})


def workflow(database: Database, owner: Account | int, *steps: str) -> int:
    """Insert a workflow with these steps; return its id."""
    workflow_id = database.insert("user_workflows", user_id=_id(owner), name="My Workflow")
    database.insert_many(
        "user_workflow_steps",
        [
            {"workflow_id": workflow_id, "step_name": step, "display_name": step.title(), "order_index": position}
            for position, step in enumerate(steps)
        ],
    )
    return workflow_id


def progress(database: Database, song_id: int, **done: bool) -> None:
    """Insert the progress of a song, as in `progress(database, song_id, drums=True, bass=False)`."""
    database.insert_many(
        "song_progress",
        [{"song_id": song_id, "step_name": name, "is_completed": is_done} for name, is_done in done.items()],
    )


def _id(who: Account | int) -> int:
    return who if isinstance(who, int) else who.id
