"""Maintenance of one's own songs, many at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trackflow.actor import Actor
from trackflow.schemas import tools as schemas
from trackflow.schemas.songs import SongOut
from trackflow.services.songs import queries
from trackflow.services.tools import commands
from trackflow.web.access import Access
from trackflow.web.api import Blueprint, View

Body = dict[str, Any]

blp = Blueprint("tools", __name__, description="Maintenance of one's own songs, many at once.")
_takes_song_ids: Callable[[View], View] = blp.doc(
    requestBody={"content": {"application/json": {"schema": schemas.SONG_IDS}}}
)


@blp.endpoint("/bulk-clean", method="POST", access=Access.USER, body=schemas.SongIdsIn, returns=SongOut(many=True))
@_takes_song_ids
def bulk_clean(actor: Actor, body: Body) -> list[Body]:
    """Remove the tags of reissues from titles and albums of own songs and return those that changed.

    At most 1000 songs; ids of other songs are passed over.
    """
    return queries.songs(actor, commands.clean_songs(actor, body["song_ids"]))


@blp.endpoint("/fix-broken-titles", method="POST", access=Access.USER, returns=SongOut(many=True))
def fix_broken_titles(actor: Actor) -> list[Body]:
    """Clean the titles of all own songs that hold ` - 20`, and return those that changed."""
    return queries.songs(actor, commands.fix_broken_titles(actor))
