"""Marking the steps of a song. Who may edit the song may do so; the steps are those of the song's owner.

The song's row is locked first, so that of many equal requests one alone finds the step open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select, update

from trackflow import upsert
from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.errors import InvalidShape, NotFound
from trackflow.extensions import db
from trackflow.models import Song, SongProgress
from trackflow.services.authoring.events import StepsCompleted
from trackflow.services.authoring.marks import DONE, NOT_BEGUN, OPEN, Mark, StepState, marked, switched
from trackflow.services.completion.queries import steps_of
from trackflow.services.permissions.songs import EDIT, SongAccess, song_access
from trackflow.unit_of_work import atomic, emit

NO_SUCH_STEP = "The workflow of this song's owner has no such step."
States = Mapping[str, StepState | None]


def _states_statement() -> Select[*tuple[Any, ...]]:
    steps = steps_of("user_ids")
    is_of_step = (SongProgress.song_id == bindparam("song_id")) & (SongProgress.step_name == steps.c.step_name)
    return (
        select(
            steps.c.step_name,
            SongProgress.is_completed,
            SongProgress.completed_at,
            SongProgress.completed_by_user_id,
            SongProgress.notes,
        )
        .select_from(steps)
        .outerjoin(SongProgress, is_of_step)
        .order_by(steps.c.order_index)
    )


_STATES = _states_statement()


@atomic
def set_steps(actor: Actor, song_id: int, wanted: Mapping[str, object]) -> None:
    """Mark steps by name as done or open; names that are no step are ignored, whatever their values are.

    Raises NotFound, Forbidden, and InvalidShape for a step's value that is neither a boolean nor 0 or 1. Emits
    StepsCompleted.
    """
    access = _editable(actor, song_id)
    states = _states_of(access)
    switches = {name: switched(wanted[name]) for name in states if name in wanted}
    wrong = [name for name, is_done in switches.items() if is_done is None]
    if wrong:
        message = "The value of a step must be true or false."
        raise InvalidShape(message, errors={name: ["Must be true or false."] for name in wrong})
    marks = {name: DONE if is_done else OPEN for name, is_done in switches.items()}
    _mark(actor, access, states, marks, announced=True)


@atomic
def complete_all(actor: Actor, song_id: int) -> None:
    """Mark every step as done. Raises NotFound and Forbidden. Emits StepsCompleted, unannounced."""
    access = _editable(actor, song_id)
    states = _states_of(access)
    _mark(actor, access, states, dict.fromkeys(states, DONE), announced=False)


@atomic
def mark_step(actor: Actor, song_id: int, step_name: str, mark: Mark) -> None:
    """Mark one step. Raises NotFound, also for a name that is no step, and Forbidden. Emits StepsCompleted."""
    access = _editable(actor, song_id)
    states = _states_of(access)
    if step_name not in states:
        raise NotFound(NO_SUCH_STEP)
    _mark(actor, access, states, {step_name: mark}, announced=True)


@atomic
def mark_steps(actor: Actor, song_id: int, marks: Mapping[str, Mark]) -> None:
    """Mark several steps; names that are no step are ignored. Raises NotFound and Forbidden. Emits StepsCompleted."""
    access = _editable(actor, song_id)
    states = _states_of(access)
    _mark(actor, access, states, {name: marks[name] for name in states if name in marks}, announced=True)


def _editable(actor: Actor, song_id: int) -> SongAccess:
    access = song_access(actor.id, song_id, lock=True)
    access.require(EDIT)
    return access


def _states_of(access: SongAccess) -> States:
    """Return the steps of the song's owner in order, each with what is stored of it, None if nothing is."""
    rows = db.session.connection().execute(_STATES, {"user_ids": [access.user_id], "song_id": access.id})
    return {
        name: StepState(is_completed, *rest) if is_completed is not None else None for name, is_completed, *rest in rows
    }


def _mark(actor: Actor, access: SongAccess, before: States, marks: Mapping[str, Mark], *, announced: bool) -> None:
    """Write what the marks change; the names are known to be steps, in the workflow's order."""
    now = now_utc()
    after = {name: marked(before[name] or NOT_BEGUN, mark, actor_id=actor.id, now=now) for name, mark in marks.items()}
    _store(access.id, {name: state for name, state in after.items() if before[name] != state}, now)
    turned = [name for name in after if after[name].is_completed != (before[name] or NOT_BEGUN).is_completed]
    if turned:
        db.session.execute(update(Song).where(Song.id == access.id).values(updated_at=now))
    completed = tuple(name for name in turned if after[name].is_completed)
    if completed:
        emit(
            StepsCompleted(
                actor.id, access.id, access.user_id, access.pack_id, access.status, completed, announced=announced
            )
        )


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
