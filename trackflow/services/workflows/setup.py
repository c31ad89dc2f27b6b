"""The rows of a user's workflow: made from chosen steps or the default template, and replaced with the progress."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select

from trackflow.extensions import db
from trackflow.models import UserWorkflow, UserWorkflowStep, WorkflowTemplate, WorkflowTemplateStep
from trackflow.services.workflows import carry
from trackflow.services.workflows.changes import difference
from trackflow.services.workflows.steps import PlacedStep, Step, numbered
from trackflow.services.workflows.template import DEFAULT_STEPS
from trackflow.unit_of_work import atomic
from trackflow.upsert import insert_if_absent

WORKFLOW_NAME = "My Workflow"
WORKFLOW_DESCRIPTION = "Custom workflow"

_OWN_WORKFLOW = select(UserWorkflow.id).where(UserWorkflow.user_id == bindparam("user_id"))
_OWN_WORKFLOW_LOCKED = _OWN_WORKFLOW.with_for_update(key_share=True)
_OWN_STEPS = (
    select(UserWorkflowStep.step_name, UserWorkflowStep.display_name, UserWorkflowStep.order_index)
    .where(UserWorkflowStep.workflow_id == bindparam("workflow_id"))
    .order_by(UserWorkflowStep.order_index)
)


def default_steps() -> tuple[int | None, tuple[Step, ...]]:
    """Return the id and the steps of the default template, in order; before it is loaded the steps it will have."""
    rows = db.session.execute(
        select(WorkflowTemplate.id, WorkflowTemplateStep.step_name, WorkflowTemplateStep.display_name)
        .join(WorkflowTemplateStep, WorkflowTemplateStep.template_id == WorkflowTemplate.id)
        .where(WorkflowTemplate.is_default)
        .order_by(WorkflowTemplateStep.order_index)
    ).all()
    if not rows:
        return None, DEFAULT_STEPS
    return rows[0][0], tuple(Step(name, label) for _, name, label in rows)


@atomic
def install(user_id: int, steps: Sequence[Step], *, template_id: int | None = None) -> tuple[int, bool]:
    """Give the user these steps; return the workflow's id and whether it is new.

    Steps that were there before, or the default template's by which the songs were measured, are replaced as by a save:
    the progress follows.
    """
    has_songs = carry.lock_songs(user_id)
    workflow_id = _insert_workflow(user_id, template_id)
    is_new = workflow_id is not None
    if workflow_id is None:
        workflow_id = locked_workflow(user_id)
        before = stored_steps(workflow_id)
    else:
        before = numbered(default_steps()[1]) if has_songs else ()
    replace_steps(user_id, workflow_id, before, numbered(steps), detect_renaming=True)
    return workflow_id, is_new


@atomic
def ensure_workflow(user_id: int) -> tuple[int, bool]:
    """Return the id of the user's workflow, made from the default template if there is none, and whether it is new."""
    workflow_id: int | None = db.session.execute(_OWN_WORKFLOW, {"user_id": user_id}).scalar()
    if workflow_id is not None:
        return workflow_id, False
    template_id, steps = default_steps()
    workflow_id = _insert_workflow(user_id, template_id)
    if workflow_id is None:  # another request was first; what it chose stays
        return locked_workflow(user_id), False
    _write_steps(workflow_id, numbered(steps))
    return workflow_id, True


@atomic
def locked_workflow(user_id: int) -> int:
    """Lock the user's workflow, which must exist; return its id."""
    workflow_id: int = db.session.execute(_OWN_WORKFLOW_LOCKED, {"user_id": user_id}).scalar_one()
    return workflow_id


@atomic
def replace_steps(
    user_id: int,
    workflow_id: int,
    before: Sequence[PlacedStep],
    after: Sequence[PlacedStep],
    *,
    detect_renaming: bool,
) -> None:
    """Give the workflow other steps, both lists in order; the progress of the songs, which are locked, follows."""
    _write_steps(workflow_id, after)
    change = difference(before, after, detect_renaming=detect_renaming)
    carry.carry_over(user_id, workflow_id, change, [step.step_name for step in before])


def stored_steps(workflow_id: int) -> tuple[PlacedStep, ...]:
    """Return the steps of a stored workflow, in order."""
    rows = db.session.execute(_OWN_STEPS, {"workflow_id": workflow_id})
    return tuple(PlacedStep(*row) for row in rows)


def _write_steps(workflow_id: int, steps: Sequence[PlacedStep]) -> None:
    db.session.execute(delete(UserWorkflowStep).where(UserWorkflowStep.workflow_id == workflow_id))
    db.session.execute(
        insert(UserWorkflowStep),
        [
            {
                "workflow_id": workflow_id,
                "step_name": step.step_name,
                "display_name": step.display_name,
                "order_index": step.order_index,
            }
            for step in steps
        ],
    )


def _insert_workflow(user_id: int, template_id: int | None) -> int | None:
    """Insert the user's workflow without steps; return its id, or None if there is one."""
    values = {
        "user_id": user_id,
        "name": WORKFLOW_NAME,
        "description": WORKFLOW_DESCRIPTION,
        "template_id": template_id,
    }
    return insert_if_absent(UserWorkflow, values)
