"""The file history of songs: links to files that people working on a song keep elsewhere.

One path has one name for its id, whatever the method: reading and adding mean a song, deleting means an entry.
"""

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
    "/<int:id>",
    method="GET",
    access=Access.USER,
    returns=schemas.FileLinkOut(many=True),
    refuses=(_FORBIDDEN,),
    hot=True,
)
def of_song(actor: Actor, id: int) -> Response:  # noqa: A002
    """List the file history of a song that the caller may see, newest first; the id is the song's."""
    return json_rows(queries.of_song(actor, id))


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
    "/<int:id>",
    method="POST",
    access=Access.USER,
    body=schemas.FileLinkIn,
    returns=schemas.FileLinkOut,
    refuses=(_FORBIDDEN,),
)
def add(actor: Actor, id: int, body: Body) -> Body:  # noqa: A002
    """Add a file to the history of a song that the caller may edit; the id is the song's."""
    return queries.written(commands.add(actor, id, body["file_url"], body["message"]))


@blp.endpoint("/<int:id>", method="DELETE", access=Access.USER, status=HTTPStatus.NO_CONTENT, refuses=(_FORBIDDEN,))
def remove(actor: Actor, id: int) -> Response:  # noqa: A002
    """Delete an entry: one's own, or any on one's own song; the id is the entry's."""
    commands.remove(actor, id)
    return no_content()
