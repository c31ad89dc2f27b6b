"""The file history of songs: links to files that people working on a song keep elsewhere."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response

from trackflow.actor import Actor
from trackflow.schemas import file_links as schemas
from trackflow.services.file_links import commands, queries
from trackflow.web.access import Access
from trackflow.web.api import Blueprint, no_content
from trackflow.web.json import json_rows

Body = dict[str, Any]
_FORBIDDEN = HTTPStatus.FORBIDDEN

blp = Blueprint("file_links", __name__, description="Links to files that people working on a song keep elsewhere.")


@blp.endpoint(
    "/<int:song_id>",
    method="GET",
    access=Access.USER,
    returns=schemas.FileLinkOut(many=True),
    refuses=(_FORBIDDEN,),
    hot=True,
)
def of_song(actor: Actor, song_id: int) -> Response:
    """List the file history of a song that the caller may see, newest first."""
    return json_rows(queries.of_song(actor, song_id))


@blp.endpoint(
    "/song/<int:song_id>",
    method="GET",
    access=Access.USER,
    returns=schemas.FileLinkOut(many=True),
    refuses=(_FORBIDDEN,),
    hot=True,
)
def of_song_by_long_path(actor: Actor, song_id: int) -> Response:
    """List the file history of a song, by an older path."""
    return json_rows(queries.of_song(actor, song_id))


@blp.endpoint(
    "/<int:song_id>",
    method="POST",
    access=Access.USER,
    body=schemas.FileLinkIn,
    returns=schemas.FileLinkOut,
    refuses=(_FORBIDDEN,),
)
def add(actor: Actor, song_id: int, body: Body) -> Body:
    """Add a file to the history of a song that the caller may edit."""
    return queries.written(commands.add(actor, song_id, body["file_url"], body["message"]))


@blp.endpoint(
    "/<int:link_id>", method="DELETE", access=Access.USER, status=HTTPStatus.NO_CONTENT, refuses=(_FORBIDDEN,)
)
def remove(actor: Actor, link_id: int) -> Response:
    """Delete an entry: one's own, or any on one's own song."""
    commands.remove(actor, link_id)
    return no_content()
