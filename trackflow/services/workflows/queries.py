"""Reads of workflows. Who has no own workflow reads, and is measured by, the steps of the default template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, and_, bindparam, select

from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import User, UserWorkflow, UserWorkflowStep, WorkflowTemplate, WorkflowTemplateStep
from trackflow.services.workflows.setup import WORKFLOW_DESCRIPTION, WORKFLOW_NAME

NO_SUCH_USER = "There is no such user."
NOT_STORED = 0
"""The id of a workflow that exists only as the default template."""


@dataclass(frozen=True, slots=True)
class WorkflowStep:
    """A step as it is read: its row's id, or that of the template's row."""

    id: int
    workflow_id: int
    step_name: str
    display_name: str
    order_index: int


@dataclass(frozen=True, slots=True)
class Workflow:
    """A user's workflow with its steps in order; `id` is 0 as long as it is only the default template."""

    id: int
    user_id: int
    name: str
    description: str | None
    template_id: int | None
    template_name: str | None
    created_at: datetime | None
    updated_at: datetime | None
    steps: tuple[WorkflowStep, ...]


_user_id: BindParameter[int] = bindparam("user_id")
_OWN = (
    select(
        UserWorkflow.id,
        UserWorkflow.user_id,
        UserWorkflow.name,
        UserWorkflow.description,
        UserWorkflow.template_id,
        WorkflowTemplate.name.label("template_name"),
        UserWorkflow.created_at,
        UserWorkflow.updated_at,
        UserWorkflowStep.id.label("step_id"),
        UserWorkflowStep.step_name,
        UserWorkflowStep.display_name,
        UserWorkflowStep.order_index,
    )
    .outerjoin(WorkflowTemplate, WorkflowTemplate.id == UserWorkflow.template_id)
    .outerjoin(UserWorkflowStep, UserWorkflowStep.workflow_id == UserWorkflow.id)
    .where(UserWorkflow.user_id == _user_id)
    .order_by(UserWorkflowStep.order_index, UserWorkflowStep.id)
)
_DEFAULT = (
    select(
        User.id.label("user_id"),
        WorkflowTemplate.id.label("template_id"),
        WorkflowTemplate.name.label("template_name"),
        WorkflowTemplate.created_at,
        WorkflowTemplateStep.id.label("step_id"),
        WorkflowTemplateStep.step_name,
        WorkflowTemplateStep.display_name,
        WorkflowTemplateStep.order_index,
    )
    .select_from(User)
    .outerjoin(WorkflowTemplate, and_(WorkflowTemplate.is_default))
    .outerjoin(WorkflowTemplateStep, WorkflowTemplateStep.template_id == WorkflowTemplate.id)
    .where(User.id == _user_id)
    .order_by(WorkflowTemplateStep.order_index, WorkflowTemplateStep.id)
)


def workflow_of(user_id: int) -> Workflow:
    """Return this user's workflow; raise NotFound for an unknown user."""
    own = db.session.connection().execute(_OWN, {"user_id": user_id}).all()
    if own:
        return _own(own)
    default = db.session.connection().execute(_DEFAULT, {"user_id": user_id}).all()
    if not default:
        raise NotFound(NO_SUCH_USER)
    return _default(default)


def _own(rows: Sequence[Row[*tuple[Any, ...]]]) -> Workflow:
    first = rows[0]
    return Workflow(
        id=first.id,
        user_id=first.user_id,
        name=first.name,
        description=first.description,
        template_id=first.template_id,
        template_name=first.template_name,
        created_at=first.created_at,
        updated_at=first.updated_at,
        steps=_steps(first.id, rows),
    )


def _default(rows: Sequence[Row[*tuple[Any, ...]]]) -> Workflow:
    first = rows[0]
    return Workflow(
        id=NOT_STORED,
        user_id=first.user_id,
        name=WORKFLOW_NAME,
        description=WORKFLOW_DESCRIPTION,
        template_id=first.template_id,
        template_name=first.template_name,
        created_at=first.created_at,
        updated_at=first.created_at,
        steps=_steps(NOT_STORED, rows),
    )


def _steps(workflow_id: int, rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[WorkflowStep, ...]:
    return tuple(
        WorkflowStep(row.step_id, workflow_id, row.step_name, row.display_name, row.order_index)
        for row in rows
        if row.step_id is not None
    )
