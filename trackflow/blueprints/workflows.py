"""Workflows: a user's own list of steps, and how far songs are along their owner's."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Response

from trackflow.actor import Actor
from trackflow.schemas import workflows as schemas
from trackflow.services.authoring import commands as authoring
from trackflow.services.authoring import queries as progress
from trackflow.services.authoring.marks import Mark
from trackflow.services.workflows import commands, queries
from trackflow.services.workflows.steps import placed_from
from trackflow.web.access import Access
from trackflow.web.api import Blueprint
from trackflow.web.json import json_response

Body = dict[str, Any]

blp = Blueprint("workflows", __name__, description="The steps that finish a song, and how far songs are.")


@blp.endpoint("/my-workflow", method="GET", access=Access.USER, returns=schemas.WorkflowOut)
def my_workflow(actor: Actor) -> queries.Workflow:
    """Return the caller's workflow; without one, the default template's steps under the id 0."""
    return queries.workflow_of(actor.id)


@blp.endpoint("/my-workflow", method="PUT", access=Access.USER, body=schemas.WorkflowIn, returns=schemas.WorkflowOut)
def change_my_workflow(actor: Actor, body: Body) -> queries.Workflow:
    """Save the caller's workflow.

    New steps count as done on songs that were finished; a step that only got another name keeps its progress.
    """
    steps = None if body["steps"] is None else placed_from(body["steps"])
    commands.change(actor, commands.WorkflowEdit(name=body["name"], description=body["description"], steps=steps))
    return queries.workflow_of(actor.id)


@blp.endpoint("/reset-to-default", method="POST", access=Access.USER, returns=schemas.WorkflowOut)
def reset_to_default(actor: Actor) -> queries.Workflow:
    """Give the caller the default template's steps; the workflow keeps its name."""
    commands.reset(actor)
    return queries.workflow_of(actor.id)


@blp.endpoint("/my-workflow/summary", method="GET", access=Access.USER, returns=schemas.WorkflowSummaryOut)
def my_workflow_summary(actor: Actor) -> Body:
    """Return the caller's workflow in numbers."""
    workflow = queries.workflow_of(actor.id)
    total = len(workflow.steps)
    return {
        "id": workflow.id,
        "name": workflow.name,
        "total_steps": total,
        "required_steps": total,
        "enabled_steps": total,
        "template_name": workflow.template_name,
    }


@blp.endpoint("/user/<int:user_id>", method="GET", access=Access.USER, returns=schemas.WorkflowOut)
def workflow_of_user(actor: Actor, user_id: int) -> queries.Workflow:  # noqa: ARG001  (everybody may)
    """Return a user's workflow; without one, the default template's steps under the id 0."""
    return queries.workflow_of(user_id)


@blp.endpoint(
    "/user/<int:user_id>/workflow-fields", method="GET", access=Access.USER, returns=schemas.WorkflowFieldsOut
)
def workflow_fields(actor: Actor, user_id: int) -> Body:  # noqa: ARG001  (everybody may)
    """Return the names of a user's steps, in order."""
    return {"authoringFields": [step.step_name for step in queries.workflow_of(user_id).steps]}


@blp.endpoint(
    "/songs/<int:song_id>/progress",
    method="GET",
    access=Access.USER,
    returns=schemas.ProgressOut(many=True),
    refuses=(HTTPStatus.FORBIDDEN,),
)
def song_progress(actor: Actor, song_id: int) -> Sequence[Body]:
    """List the steps of the song's owner, in order, with the song's progress.

    For whoever sees the song, for public songs, and for songs of an album series that the caller sees.
    """
    return progress.progress(actor, song_id)


@blp.endpoint(
    "/songs/progress/bulk",
    method="GET",
    access=Access.USER,
    query=schemas.SongIdsQuery,
    returns=schemas.ProgressBySongOut,
    refuses=(HTTPStatus.BAD_REQUEST,),
)
def progress_of_songs(actor: Actor, query: Body) -> Response:
    """Map each id that is asked for to the song's progress; empty where there is none or the caller may not read it."""
    wanted = schemas.song_ids_from(query["song_ids"])
    found = progress.progress_by_song(actor, [song_id for song_id in wanted.values() if song_id is not None])
    return json_response(
        {spelled: {} if song_id is None else found.get(song_id, {}) for spelled, song_id in wanted.items()}
    )


@blp.endpoint(
    "/songs/<int:song_id>/progress/<step_name>",
    method="PUT",
    access=Access.USER,
    body=schemas.MarkIn,
    returns=schemas.ProgressOut,
    refuses=(HTTPStatus.FORBIDDEN,),
)
def mark_step(actor: Actor, song_id: int, step_name: str, body: Body) -> Body:
    """Mark one step of a song and return its row."""
    authoring.mark_step(actor, song_id, step_name, Mark(**body))
    return progress.progress_of_step(song_id, step_name)


@blp.endpoint(
    "/songs/<int:song_id>/progress/bulk",
    method="POST",
    access=Access.USER,
    body=schemas.MarksIn,
    returns=schemas.ProgressOut(many=True),
    refuses=(HTTPStatus.FORBIDDEN,),
)
def mark_steps(actor: Actor, song_id: int, body: Body) -> Sequence[Body]:
    """Mark several steps of a song and list their rows, in the workflow's order."""
    marks = {item["step_name"]: Mark(item["is_completed"], item["notes"]) for item in body["updates"]}
    authoring.mark_steps(actor, song_id, marks)
    return progress.progress_of_steps(song_id, marks)
