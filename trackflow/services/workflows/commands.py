"""Saving and resetting one's workflow; what it means for the progress of one's songs is in `carry`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import UserWorkflow
from trackflow.services.workflows import carry, setup
from trackflow.services.workflows.events import WorkflowChanged, WorkflowReset
from trackflow.services.workflows.steps import PlacedStep, numbered
from trackflow.unit_of_work import atomic, emit


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowEdit:
    """What to change; None leaves it as it is, and an empty description clears it."""

    name: str | None = None
    description: str | None = None
    steps: tuple[PlacedStep, ...] | None = None

    def sections(self) -> tuple[str, ...]:
        """Return the words for what is changed, as the activity log has them."""
        meta = ("meta",) if self.name is not None or self.description is not None else ()
        return (*meta, *(("steps",) if self.steps is not None else ()))


@atomic
def change(actor: Actor, edit: WorkflowEdit) -> None:
    """Save the caller's workflow, made from the default template if there is none yet; the progress follows.

    Emits WorkflowChanged.
    """
    if edit.steps is not None:
        carry.lock_songs(actor.id)
    workflow_id = _own_workflow(actor)
    values: dict[str, Any] = {}
    if edit.name is not None:
        values["name"] = edit.name
    if edit.description is not None:
        values["description"] = edit.description or None
    if edit.steps is not None:
        before = setup.stored_steps(workflow_id)
        setup.replace_steps(actor.id, workflow_id, before, edit.steps, detect_renaming=True)
    if edit.sections():
        _touch(workflow_id, values)
    emit(WorkflowChanged(actor.id, workflow_id, edit.sections()))


@atomic
def reset(actor: Actor) -> None:
    """Give the caller the default template's steps, keeping the workflow's name. Emits WorkflowReset."""
    carry.lock_songs(actor.id)
    workflow_id = _own_workflow(actor)
    template_id, steps = setup.default_steps()
    before = setup.stored_steps(workflow_id)
    setup.replace_steps(actor.id, workflow_id, before, numbered(steps), detect_renaming=False)
    _touch(workflow_id, {"template_id": template_id})
    emit(WorkflowReset(actor.id, workflow_id, template_id))


def _own_workflow(actor: Actor) -> int:
    """Lock the caller's workflow, so that two saves follow each other; return its id."""
    setup.ensure_workflow(actor.id)
    return setup.locked_workflow(actor.id)


def _touch(workflow_id: int, values: dict[str, Any]) -> None:
    db.session.execute(
        update(UserWorkflow).where(UserWorkflow.id == workflow_id).values(**values, updated_at=now_utc())
    )
