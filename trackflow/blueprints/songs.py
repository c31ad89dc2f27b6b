"""Songs: entering, listing, reading, saving and deleting them."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response

from trackflow.actor import Actor
from trackflow.schemas import song_lists
from trackflow.schemas import songs as schemas
from trackflow.schemas.base import MessageOut
from trackflow.services.songs import commands, queries
from trackflow.services.songs.drafts import Draft
from trackflow.services.songs.queries import Filters, Order
from trackflow.web.access import Access
from trackflow.web.api import Blueprint, no_content
from trackflow.web.json import json_rows

Body = dict[str, Any]
_FORBIDDEN = HTTPStatus.FORBIDDEN

blp = Blueprint("songs", __name__, description="Songs that users plan, work on or have released.")


@blp.endpoint(
    "",
    method="POST",
    access=Access.USER,
    body=schemas.SongIn,
    returns=schemas.SongOut,
    refuses=(_FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def create(actor: Actor, body: Body) -> Body:
    """Enter a song.

    In a pack that has songs it takes over the status that most of them have.
    """
    (song_id,) = commands.create(actor, [_draft(body)], follow_pack=True)
    return queries.written(actor, song_id)


@blp.endpoint(
    "",
    method="GET",
    access=Access.USER,
    query=schemas.SongsQuery,
    returns=schemas.SongOut(many=True),
    refuses=(HTTPStatus.BAD_REQUEST,),
    hot=True,
)
def visible(actor: Actor, query: Body) -> Response:
    """List the songs that the caller may see, the last changed first."""
    page = queries.visible_songs(actor, _filters(query))
    return json_rows(page.items, total=page.total)


@blp.endpoint("/<int:song_id>", method="GET", access=Access.USER, returns=schemas.SongOut, refuses=(_FORBIDDEN,))
def one(actor: Actor, song_id: int) -> Body:
    """Return a song."""
    return queries.song(actor, song_id)


@blp.endpoint(
    "/<int:song_id>/owner-id", method="GET", access=Access.USER, returns=schemas.OwnerOut, refuses=(_FORBIDDEN,)
)
def owner_id(actor: Actor, song_id: int) -> Body:
    """Return who owns a song."""
    return {"owner_id": queries.owner_id(actor, song_id)}


@blp.endpoint(
    "/<int:song_id>",
    method="PATCH",
    access=Access.USER,
    body=schemas.SongPatchIn,
    returns=schemas.SongOut,
    refuses=(_FORBIDDEN,),
)
def edit(actor: Actor, song_id: int, body: Body) -> Body:
    """Save changes of a song and return all of it.

    Visibility, collaborators and owner are changed by the owner only.
    """
    commands.edit(actor, song_id, body)
    return queries.written(actor, song_id)


@blp.endpoint(
    "/<int:song_id>", method="DELETE", access=Access.USER, status=HTTPStatus.NO_CONTENT, refuses=(_FORBIDDEN,)
)
def delete(actor: Actor, song_id: int) -> Response:
    """Delete a song of one's own."""
    commands.delete(actor, song_id)
    return no_content()


@blp.endpoint(
    "/batch",
    method="POST",
    access=Access.USER,
    body=schemas.SongIn(many=True),
    returns=schemas.SongOut(many=True),
    refuses=(_FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def create_many(actor: Actor, body: list[Body]) -> list[Body]:
    """Enter up to a hundred songs, all or none, each in the status that is sent with it.

    A refusal tells all that is wrong, with the places of the songs in the list from 1.
    """
    song_ids = commands.create_many(actor, [_draft(song) for song in body])
    return queries.songs(actor, song_ids)


@blp.endpoint(
    "/bulk-delete",
    method="POST",
    access=Access.USER,
    body=song_lists.BulkDeleteIn,
    returns=MessageOut,
    refuses=(HTTPStatus.NOT_FOUND,),
)
def delete_many(actor: Actor, body: Body) -> Body:
    """Delete songs of one's own, all or none."""
    return {"message": f"Songs deleted: {commands.delete_many(actor, body['ids'])}."}


@blp.endpoint(
    "/<int:song_id>/collaborations",
    method="POST",
    access=Access.USER,
    body=song_lists.CollaboratorsIn,
    returns=MessageOut,
    refuses=(_FORBIDDEN,),
)
def replace_collaborators(actor: Actor, song_id: int, body: Body) -> Body:
    """Say who may edit a song; everybody else loses the right. For the owners of the song and of its pack."""
    names = [person["author"] for person in body["collaborations"]]
    commands.replace_collaborators(actor, song_id, names)
    return {"message": "The collaborators are saved."}


def _draft(body: Body) -> Draft:
    return Draft(
        title=body["title"],
        artist=body["artist"],
        status=body["status"],
        album=body["album"],
        year=body["year"],
        album_cover=body["album_cover"],
        notes=body["notes"],
        pack_id=body["pack_id"],
        pack_name=body["pack"] or body["pack_name"],
        priority=body["priority"],
        optional=bool(body["optional"]),
        collaborators=body["collaborations"] or (),
    )


def _filters(query: Body) -> Filters:
    order = query["order"]
    return Filters(
        status=query.get("status"),
        pack_id=query.get("pack_id"),
        query=query["query"],
        order=Order(order) if order in set(Order) else Order.UPDATED,
        limit=query.get("limit"),
        offset=query["offset"],
    )
