"""Reads of steps and of how far songs are, for many songs at once and a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Select, Subquery, bindparam, select, true, union_all

from trackflow.extensions import db
from trackflow.models import (
    Song,
    SongProgress,
    User,
    UserWorkflow,
    UserWorkflowStep,
    WorkflowTemplate,
    WorkflowTemplateStep,
)
from trackflow.services.completion.expressions import has_workflow
from trackflow.services.completion.rules import Completion, completion_of


def steps_of(user_ids: str) -> Subquery:
    """Return the steps that users are measured by, as rows of (user_id, step_name, order_index).

    `user_ids` names the expanding parameter that holds the users.
    """
    own = (
        select(UserWorkflow.user_id, UserWorkflowStep.step_name, UserWorkflowStep.order_index)
        .join(UserWorkflowStep, UserWorkflowStep.workflow_id == UserWorkflow.id)
        .where(UserWorkflow.user_id.in_(bindparam(user_ids, expanding=True)))
    )
    default = (
        select(User.id, WorkflowTemplateStep.step_name, WorkflowTemplateStep.order_index)
        .join_from(User, WorkflowTemplateStep, true())
        .join(WorkflowTemplate, WorkflowTemplate.id == WorkflowTemplateStep.template_id)
        .where(
            WorkflowTemplate.is_default,
            User.id.in_(bindparam(user_ids, expanding=True)),
            ~has_workflow(User.id),
        )
    )
    return union_all(own, default).subquery()


def _steps_statement() -> Select[*tuple[Any, ...]]:
    steps = steps_of("user_ids")
    return select(steps.c.user_id, steps.c.step_name).order_by(steps.c.user_id, steps.c.order_index)


_STEPS = _steps_statement()
_DONE = (
    select(Song.id, Song.user_id, SongProgress.step_name)
    .outerjoin(SongProgress, (SongProgress.song_id == Song.id) & SongProgress.is_completed)
    .where(Song.id.in_(bindparam("song_ids", expanding=True)))
)


def steps_by_user(user_ids: Collection[int]) -> Mapping[int, tuple[str, ...]]:
    """Return user id -> names of the steps that this user is measured by, in order; unknown users have none."""
    if not user_ids:
        return {}
    rows = db.session.connection().execute(_STEPS, {"user_ids": sorted(set(user_ids))}).all()
    by_user = groupby(rows, lambda row: row.user_id)
    found = {user_id: tuple(row.step_name for row in steps) for user_id, steps in by_user}
    return {user_id: found.get(user_id, ()) for user_id in user_ids}


def completion_by_song(song_ids: Collection[int]) -> Mapping[int, Completion]:
    """Return song id -> how far it is, measured by its owner's steps; unknown songs are left out."""
    if not song_ids:
        return {}
    owners: dict[int, int] = {}
    done: dict[int, set[str]] = {}
    for row in db.session.connection().execute(_DONE, {"song_ids": sorted(set(song_ids))}):
        owners[row.id] = row.user_id
        done.setdefault(row.id, set()).add(row.step_name)
    steps = steps_by_user(set(owners.values()))
    return {song_id: completion_of(steps[owner], done[song_id]) for song_id, owner in owners.items()}
