"""Authoring: marking the steps of songs, and who does which part."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Response

from trackflow.actor import Actor
from trackflow.schemas import authoring as schemas
from trackflow.schemas.base import MessageOut
from trackflow.schemas.workflows import SongIdsQuery, song_ids_from
from trackflow.services.authoring import assignments, commands, queries
from trackflow.web.access import Access
from trackflow.web.api import Blueprint
from trackflow.web.json import json_response

Body = dict[str, Any]

blp = Blueprint("authoring", __name__, description="Marking the steps of songs, and who does which part.")


@blp.endpoint(
    "/recent", method="GET", access=Access.USER, query=schemas.RecentQuery, returns=schemas.RecentPartOut(many=True)
)
def recent(actor: Actor, query: Body) -> Sequence[object]:
    """List the steps that were completed last on songs that the caller may edit, newest first."""
    return queries.recent(actor, query["limit"])


@blp.endpoint(
    "/<int:song_id>",
    method="GET",
    access=Access.USER,
    returns=schemas.LegacyAuthoringOut,
    refuses=(HTTPStatus.FORBIDDEN,),
)
def legacy(actor: Actor, song_id: int) -> Body:
    """Return fifteen fixed steps of a song as booleans, for old callers."""
    return queries.legacy(actor, song_id)


@blp.endpoint(
    "/<int:song_id>",
    method="PUT",
    access=Access.USER,
    body=schemas.TogglesIn,
    returns=MessageOut,
    refuses=(HTTPStatus.FORBIDDEN,),
)
def set_steps(actor: Actor, song_id: int, body: dict[str, bool]) -> Body:
    """Mark steps of a song as done or open, by name; names that are no steps of its owner are ignored."""
    commands.set_steps(actor, song_id, body)
    return {"message": "The progress has been saved."}


@blp.endpoint(
    "/complete/<int:song_id>",
    method="POST",
    access=Access.USER,
    returns=schemas.SuccessOut,
    refuses=(HTTPStatus.FORBIDDEN,),
)
def complete(actor: Actor, song_id: int) -> Body:
    """Mark every step of a song as done."""
    commands.complete_all(actor, song_id)
    return {"success": True}


@blp.endpoint(
    "/wip-collaborations/bulk",
    method="GET",
    access=Access.USER,
    query=SongIdsQuery,
    returns=schemas.AssignmentsBySongOut,
    refuses=(HTTPStatus.BAD_REQUEST,),
)
def assignments_of_songs(actor: Actor, query: Body) -> Response:
    """Map those of the songs that have assignments, and that the caller sees, to these."""
    wanted = song_ids_from(query["song_ids"]).values()
    return json_response(queries.assignments_by_song(actor, [song_id for song_id in wanted if song_id is not None]))


@blp.endpoint(
    "/<int:song_id>/wip-collaborations",
    method="GET",
    access=Access.USER,
    returns=schemas.AssignmentsOut,
    refuses=(HTTPStatus.FORBIDDEN,),
)
def song_assignments(actor: Actor, song_id: int) -> Body:
    """Return who does which part of a song, oldest assignment first."""
    return {"assignments": queries.assignments(actor, song_id)}


@blp.endpoint(
    "/<int:song_id>/wip-collaborations",
    method="PUT",
    access=Access.USER,
    body=schemas.AssignmentsIn,
    returns=MessageOut,
    refuses=(HTTPStatus.FORBIDDEN,),
)
def replace_assignments(actor: Actor, song_id: int, body: Body) -> Body:
    """Replace the whole list of who does which part of a song."""
    pairs = [(item["collaborator"], item["field"]) for item in body["assignments"]]
    assignments.replace(actor, song_id, pairs)
    return {"message": "The assignments have been saved."}
