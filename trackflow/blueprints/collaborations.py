"""Sharing packs and songs with single people."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Response

from trackflow.actor import Actor
from trackflow.schemas import collaborations as schemas
from trackflow.schemas.base import MessageOut
from trackflow.services.collaborations import commands, queries
from trackflow.web.access import Access
from trackflow.web.api import Blueprint
from trackflow.web.json import json_rows

Body = dict[str, Any]
_FORBIDDEN = HTTPStatus.FORBIDDEN

blp = Blueprint("collaborations", __name__, description="Rights on the packs and songs of others.")


@blp.endpoint(
    "/packs/<int:pack_id>/collaborate",
    method="POST",
    access=Access.USER,
    body=schemas.SharePackIn,
    returns=schemas.CollaborationOut(many=True),
    refuses=(_FORBIDDEN,),
)
def share_pack(actor: Actor, pack_id: int, body: Body) -> Sequence[object]:
    """Give somebody rights on a pack of one's own and return all that this person has on it."""
    commands.share_pack(actor, pack_id, body["user_id"], body["permissions"])
    return queries.on_pack_of(pack_id, body["user_id"])


@blp.endpoint(
    "/packs/<int:pack_id>/collaborate/<int:user_id>",
    method="DELETE",
    access=Access.USER,
    returns=MessageOut,
    refuses=(_FORBIDDEN,),
)
def unshare_pack(actor: Actor, pack_id: int, user_id: int) -> Body:
    """Take the rights on a pack and on the songs in it from somebody, or give up one's own."""
    return {"message": f"Rights removed: {commands.unshare_pack(actor, pack_id, user_id)}."}


@blp.endpoint(
    "/packs/<int:pack_id>/collaborators",
    method="GET",
    access=Access.USER,
    returns=schemas.CollaborationOut(many=True),
    refuses=(_FORBIDDEN,),
    hot=True,
)
def on_pack(actor: Actor, pack_id: int) -> Response:
    """List who has rights on a pack, each person's strongest right first."""
    return json_rows(queries.on_pack(actor, pack_id))


@blp.endpoint(
    "/songs/<int:song_id>/collaborate",
    method="POST",
    access=Access.USER,
    body=schemas.ShareSongIn,
    returns=schemas.CollaborationOut,
    refuses=(_FORBIDDEN,),
)
def share_song(actor: Actor, song_id: int, body: Body) -> object:
    """Let somebody edit a song; who may already keeps the right as it is."""
    commands.share_song(actor, song_id, body["user_id"])
    return queries.on_song_of(song_id, body["user_id"])


@blp.endpoint(
    "/songs/<int:song_id>/collaborate/<int:user_id>",
    method="DELETE",
    access=Access.USER,
    returns=MessageOut,
    refuses=(_FORBIDDEN,),
)
def unshare_song(actor: Actor, song_id: int, user_id: int) -> Body:
    """Take the right to edit a song from somebody, or give up one's own."""
    return {"message": f"Rights removed: {commands.unshare_song(actor, song_id, user_id)}."}


@blp.endpoint(
    "/songs/<int:song_id>/collaborators",
    method="GET",
    access=Access.USER,
    returns=schemas.CollaborationOut(many=True),
    refuses=(_FORBIDDEN,),
    hot=True,
)
def on_song(actor: Actor, song_id: int) -> Response:
    """List who may edit a song by a right on the song itself."""
    return json_rows(queries.on_song(actor, song_id))


@blp.endpoint(
    "/available-users", method="GET", access=Access.USER, returns=schemas.AvailableUserOut(many=True), hot=True
)
def available_users(actor: Actor) -> Response:
    """List every other active user by name: all of them, because clients find ids with it."""
    return json_rows(queries.others(actor))


@blp.endpoint(
    "/my-collaborations", method="GET", access=Access.USER, returns=schemas.CollaborationOut(many=True), hot=True
)
def mine(actor: Actor) -> Response:
    """List the rights that others have given the caller."""
    return json_rows(queries.mine(actor))


@blp.endpoint("/on-my-packs", method="GET", access=Access.USER, returns=schemas.CollaborationOut(many=True), hot=True)
def on_own_packs(actor: Actor) -> Response:
    """List the rights of others on the caller's packs."""
    return json_rows(queries.on_own_packs(actor))
