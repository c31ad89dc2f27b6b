"""Completion in SQL: who is measured by which steps, and whether a song is complete, from `song_progress` alone.

A step is complete when the song has a row of its name that says so. Somebody without a workflow of their own is
measured by the default template. Two named rules stand on that: a song is measured by its owner's steps, and what a
pack's owner has achieved with a pack by the steps of the pack's owner.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Exists, Select, SQLColumnExpression, and_, exists, func, or_, select

from trackflow.models import (
    Pack,
    Song,
    SongProgress,
    UserWorkflow,
    UserWorkflowStep,
    WorkflowTemplate,
    WorkflowTemplateStep,
)

Steps = type[UserWorkflowStep] | type[WorkflowTemplateStep]


def own_steps(user_id: SQLColumnExpression[int]) -> Select[int]:
    """Select the steps of this user's own workflow, as rows for EXISTS or a count."""
    return (
        select(UserWorkflowStep.id)
        .join_from(UserWorkflowStep, UserWorkflow, UserWorkflow.id == UserWorkflowStep.workflow_id)
        .where(UserWorkflow.user_id == user_id)
        .correlate_except(UserWorkflow, UserWorkflowStep)
    )


def default_steps() -> Select[int]:
    """Select the steps of the default template, as rows for EXISTS or a count."""
    return (
        select(WorkflowTemplateStep.id)
        .join_from(WorkflowTemplateStep, WorkflowTemplate, WorkflowTemplate.id == WorkflowTemplateStep.template_id)
        .where(WorkflowTemplate.is_default)
        .correlate_except(WorkflowTemplate, WorkflowTemplateStep)
    )


def has_workflow(user_id: SQLColumnExpression[int]) -> Exists:
    """Return the condition that this user has a workflow of their own."""
    return exists().where(UserWorkflow.user_id == user_id).correlate_except(UserWorkflow)


def complete_by(user_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Return the condition on `songs` that every step by which this user is measured is complete."""
    own, default = own_steps(user_id), default_steps()
    return or_(
        and_(own.exists(), ~own.where(_open(UserWorkflowStep)).exists()),
        and_(~has_workflow(user_id), default.exists(), ~default.where(_open(WorkflowTemplateStep)).exists()),
    )


def completed_steps() -> ColumnElement[int]:
    """Return how many of its owner's steps are complete on a song."""
    own = own_steps(Song.user_id).where(_is_done(UserWorkflowStep))
    default = default_steps().where(~has_workflow(Song.user_id), _is_done(WorkflowTemplateStep))
    return _count(own) + _count(default)


def total_steps() -> ColumnElement[int]:
    """Return how many steps the owner of a song is measured by."""
    return _count(own_steps(Song.user_id)) + _count(default_steps().where(~has_workflow(Song.user_id)))


def _count(steps: Select[int]) -> ColumnElement[int]:
    return steps.with_only_columns(func.count()).scalar_subquery()


def _open(steps: Steps) -> ColumnElement[bool]:
    return ~_is_done(steps)


def _is_done(steps: Steps) -> Exists:
    return (
        exists()
        .where(
            SongProgress.song_id == Song.id,
            SongProgress.step_name == steps.step_name,
            SongProgress.is_completed,
        )
        .correlate_except(SongProgress)
    )


SONG_COMPLETE = complete_by(Song.user_id)
COMPLETE_FOR_PACK_OWNER = complete_by(Pack.user_id)
