"""Marking the steps of a song. Who may edit the song may do so; the steps are those of the song's owner.

The song's row is locked first, so that of many equal requests one alone finds the step open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select, update

from trackflow import upsert
from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import Song, SongProgress
from trackflow.services.authoring.events import StepsCompleted
from trackflow.services.authoring.marks import DONE, NOT_BEGUN, OPEN, Mark, StepState, marked
from trackflow.services.completion.queries import steps_by_user
from trackflow.services.permissions.songs import EDIT, SongAccess, song_access
from trackflow.unit_of_work import atomic, emit

NO_SUCH_STEP = "The workflow of this song's owner has no such step."
_STORED = select(
    SongProgress.step_name,
    SongProgress.is_completed,
    SongProgress.completed_at,
    SongProgress.completed_by_user_id,
    SongProgress.notes,
).where(SongProgress.song_id == bindparam("song_id"))


@atomic
def set_steps(actor: Actor, song_id: int, wanted: Mapping[str, bool]) -> None:
    """Mark steps by name as done or open; names that are no step of the owner's workflow are ignored.

    Raises NotFound and Forbidden. Emits StepsCompleted.
    """
    mark_steps(actor, song_id, {name: DONE if is_done else OPEN for name, is_done in wanted.items()})


@atomic
def complete_all(actor: Actor, song_id: int) -> None:
    """Mark every step as done. Raises NotFound and Forbidden. Emits StepsCompleted, unannounced."""
    access = _editable(actor, song_id)
    marks = dict.fromkeys(_steps_of(access), DONE)
    _mark(actor, access, marks, announced=False)


@atomic
def mark_step(actor: Actor, song_id: int, step_name: str, mark: Mark) -> None:
    """Mark one step. Raises NotFound, also for a name that is no step, and Forbidden. Emits StepsCompleted."""
    access = _editable(actor, song_id)
    if step_name not in _steps_of(access):
        raise NotFound(NO_SUCH_STEP)
    _mark(actor, access, {step_name: mark}, announced=True)


@atomic
def mark_steps(actor: Actor, song_id: int, marks: Mapping[str, Mark]) -> None:
    """Mark several steps; names that are no step are ignored. Raises NotFound and Forbidden. Emits StepsCompleted."""
    access = _editable(actor, song_id)
    known = {name: marks[name] for name in _steps_of(access) if name in marks}
    _mark(actor, access, known, announced=True)


def _editable(actor: Actor, song_id: int) -> SongAccess:
    access = song_access(actor.id, song_id, lock=True)
    access.require(EDIT)
    return access


def _steps_of(access: SongAccess) -> tuple[str, ...]:
    return steps_by_user([access.user_id])[access.user_id]


def _mark(actor: Actor, access: SongAccess, marks: Mapping[str, Mark], *, announced: bool) -> None:
    """Write what the marks change; the names are known to be steps, in the workflow's order."""
    if not marks:
        return
    now = now_utc()
    before = _stored(access.id)
    after = {
        name: marked(before.get(name, NOT_BEGUN), mark, actor_id=actor.id, now=now) for name, mark in marks.items()
    }
    _store(access.id, {name: state for name, state in after.items() if before.get(name) != state}, now)
    turned = [name for name in after if after[name].is_completed != before.get(name, NOT_BEGUN).is_completed]
    if turned:
        db.session.execute(update(Song).where(Song.id == access.id).values(updated_at=now))
    completed = tuple(name for name in turned if after[name].is_completed)
    if completed:
        emit(
            StepsCompleted(
                actor.id, access.id, access.user_id, access.pack_id, access.status, completed, announced=announced
            )
        )


def _stored(song_id: int) -> dict[str, StepState]:
    rows = db.session.connection().execute(_STORED, {"song_id": song_id})
    return {row.step_name: StepState(*row[1:]) for row in rows}


def _store(song_id: int, states: Mapping[str, StepState], now: datetime) -> None:
    if not states:
        return
    rows = [
        {
            "song_id": song_id,
            "step_name": name,
            "is_completed": state.is_completed,
            "completed_at": state.completed_at,
            "completed_by_user_id": state.completed_by_user_id,
            "notes": state.notes,
            "created_at": now,
            "updated_at": now,
        }
        for name, state in states.items()
    ]
    statement = upsert.insert(SongProgress).values(rows)
    kept = ("is_completed", "completed_at", "completed_by_user_id", "notes", "updated_at")
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[SongProgress.song_id, SongProgress.step_name],
            set_={name: statement.excluded[name] for name in kept},
        )
    )
