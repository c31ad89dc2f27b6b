"""Packs: making, listing, reading, editing, releasing and deleting them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response

from trackflow.actor import Actor
from trackflow.schemas import packs as schemas
from trackflow.schemas.base import MessageOut
from trackflow.services.pack_lifecycle import commands as lifecycle
from trackflow.services.pack_lifecycle.rules import PackStatus, Release, wanted_visibility
from trackflow.services.packs import commands, queries
from trackflow.services.packs.near_completion import near_completion as almost_done
from trackflow.web.access import Access
from trackflow.web.api import Blueprint
from trackflow.web.json import json_rows

Body = dict[str, Any]
_FORBIDDEN = HTTPStatus.FORBIDDEN
_BAD = HTTPStatus.BAD_REQUEST

blp = Blueprint("packs", __name__, description="Collections of songs, released together.")


@blp.endpoint("", method="GET", access=Access.USER, returns=schemas.PackOut(many=True), hot=True)
def owned(actor: Actor) -> Response:
    """List the caller's own packs, the last changed first."""
    return json_rows(queries.owned(actor))


@blp.endpoint("", method="POST", access=Access.USER, body=schemas.PackIn, returns=schemas.PackOut)
def create(actor: Actor, body: Body) -> Body:
    """Make a pack; one person has one of a name."""
    return queries.written(commands.create(actor, body["name"], body["priority"]))


@blp.endpoint(
    "/near-completion",
    method="GET",
    access=Access.USER,
    query=schemas.NearCompletionQuery,
    returns=schemas.PackNearCompletionOut(many=True),
)
def near_completion(actor: Actor, query: Body) -> list[Body]:
    """List the caller's packs that are almost done, the fullest first."""
    return almost_done(actor.id, limit=query["limit"], threshold=query["threshold"])


@blp.endpoint(
    "/autocomplete",
    method="GET",
    access=Access.USER,
    query=schemas.PackNamesQuery,
    returns=schemas.PackNamesOut,
    refuses=(_BAD,),
)
def autocomplete(actor: Actor, query: Body) -> Body:
    """Suggest names of the caller's own packs."""
    return {"suggestions": queries.suggestions(actor, query["query"])}


@blp.endpoint("/<int:pack_id>", method="GET", access=Access.USER, returns=schemas.PackOut, refuses=(_FORBIDDEN,))
def one(actor: Actor, pack_id: int) -> Body:
    """Return a pack that the caller owns, was let into, or has a song in."""
    return queries.pack(actor, pack_id)


@blp.endpoint(
    "/<int:pack_id>",
    method="PATCH",
    access=Access.USER,
    body=schemas.PackPatchIn,
    returns=schemas.PackOut,
    refuses=(_FORBIDDEN,),
)
def edit(actor: Actor, pack_id: int, body: Body) -> Body:
    """Change the name or the priority of a pack."""
    commands.edit(actor, pack_id, body)
    return queries.written(pack_id)


@blp.endpoint("/<int:pack_id>", method="DELETE", access=Access.USER, returns=MessageOut, refuses=(_FORBIDDEN, _BAD))
def delete(actor: Actor, pack_id: int) -> Body:
    """Delete a pack of one's own with one's own songs in it; the songs of others stay, without a pack."""
    return {"message": f"The pack {lifecycle.delete(actor, pack_id)} is deleted."}


@blp.endpoint(
    "/<int:pack_id>/status",
    method="PATCH",
    access=Access.USER,
    body=schemas.PackStatusIn,
    returns=schemas.PackOut,
    refuses=(_FORBIDDEN,),
)
def change_status(actor: Actor, pack_id: int, body: Body) -> Body:
    """Start the planned songs of a pack or put them back, or take its release back; released songs stay."""
    lifecycle.change_status(actor, pack_id, PackStatus(body["status"]))
    return queries.written(pack_id)


@blp.endpoint(
    "/<int:pack_id>/release",
    method="POST",
    access=Access.USER,
    body=schemas.PackReleaseIn,
    returns=schemas.PackOut,
    refuses=(_FORBIDDEN,),
)
def release(actor: Actor, pack_id: int, body: Body) -> Body:
    """Release a pack with its songs in progress, or save the release again.

    Optional songs go to the pack of bonus songs.
    """
    lifecycle.release(actor, pack_id, _release(body))
    return queries.written(pack_id)


def _release(body: Body) -> Release:
    return Release(
        texts={
            "release_title": body["title"] or None,
            "release_description": body["description"] or None,
            "release_download_link": body["download_link"],
            "release_youtube_url": body["youtube_url"],
        },
        song_links=body["song_download_links"] or {},
        is_shown=wanted_visibility(show=body.get("show_on_homepage"), hide=body.get("hide_from_homepage")),
    )
