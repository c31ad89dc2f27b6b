"""What marking a step does to its row: pure rules, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Mark:
    """What is wanted of a step; None leaves it as it is, and an empty note clears the note."""

    is_completed: bool | None = None
    notes: str | None = None


DONE = Mark(is_completed=True)
OPEN = Mark(is_completed=False)


@dataclass(frozen=True, slots=True)
class StepState:
    """What is stored of a step of a song."""

    is_completed: bool = False
    completed_at: datetime | None = None
    completed_by_user_id: int | None = None
    notes: str | None = None


NOT_BEGUN = StepState()


def switched(value: object) -> bool | None:
    """Return what a boolean, or 0 or 1, says; None for any other value."""
    return bool(value) if isinstance(value, int) and value in (0, 1) else None


def marked(state: StepState, mark: Mark, *, actor_id: int, now: datetime) -> StepState:
    """Return the state after the mark; a step that was done already keeps when and by whom."""
    notes = state.notes if mark.notes is None else mark.notes or None
    if mark.is_completed is None or mark.is_completed == state.is_completed:
        return StepState(state.is_completed, state.completed_at, state.completed_by_user_id, notes)
    if mark.is_completed:
        return StepState(is_completed=True, completed_at=now, completed_by_user_id=actor_id, notes=notes)
    return StepState(notes=notes)
