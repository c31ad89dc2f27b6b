"""What came out: the feeds of packs and songs, and what else stands under `/songs` and is about packs."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response

from trackflow.actor import Actor
from trackflow.schemas import releases as schemas
from trackflow.schemas.packs import PackNamesOut, PackNamesQuery
from trackflow.services.pack_lifecycle import commands, queries
from trackflow.services.packs import queries as packs
from trackflow.web.access import Access
from trackflow.web.api import Blueprint
from trackflow.web.json import json_rows

Body = dict[str, Any]
_BAD = HTTPStatus.BAD_REQUEST

blp = Blueprint("releases", __name__, description="Packs and songs that came out.")


@blp.endpoint(
    "/recent-pack-releases",
    method="GET",
    access=Access.OPTIONAL,
    query=schemas.RecentPacksQuery,
    returns=schemas.RecentPackOut(many=True),
    hot=True,
)
def recent_packs(actor: Actor | None, query: Body) -> Response:
    """List the packs that came out lately, the last first, with their songs.

    With a token each song says whether the caller may edit its pack.
    """
    found, total = queries.recent_packs(
        actor, limit=query["limit"], offset=query["offset"], days_back=query["days_back"]
    )
    return json_rows(found, total=total)


@blp.endpoint(
    "/recent-pack-releases/count",
    method="GET",
    access=Access.PUBLIC,
    query=schemas.RecentPackCountQuery,
    returns=schemas.RecentPackCountOut,
)
def recent_pack_count(query: Body) -> Body:
    """Count the packs that came out lately."""
    return {"count": queries.recent_pack_count(days_back=query["days_back"])}


@blp.endpoint(
    "/recent-releases",
    method="GET",
    access=Access.PUBLIC,
    query=schemas.RecentSongsQuery,
    returns=schemas.ReleasedSongOut(many=True),
    hot=True,
)
def recent_songs(query: Body) -> Response:
    """List the songs that came out, the last first."""
    found, total = queries.recent_songs(limit=query["limit"], offset=query["offset"])
    return json_rows(found, total=total)


@blp.endpoint(
    "/release-pack",
    method="POST",
    access=Access.USER,
    query=schemas.ReleasePackQuery,
    returns=schemas.PackReleasedOut,
    refuses=(_BAD, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND),
)
def release_pack(actor: Actor, query: Body) -> Body:
    """Release a pack by its name."""
    outcome = commands.release_by_name(actor, query["pack_name"])
    return {
        "message": f"The pack {query['pack_name']} is released.",
        "completed_songs": outcome.released,
        "optional_songs": outcome.moved,
        "optional_pack_id": outcome.bonus_pack_id,
    }


@blp.endpoint(
    "/autocomplete/packs",
    method="GET",
    access=Access.USER,
    query=PackNamesQuery,
    returns=PackNamesOut,
    refuses=(_BAD,),
)
def pack_names(actor: Actor, query: Body) -> Body:
    """Suggest names of the caller's own packs."""
    return {"suggestions": packs.suggestions(actor, query["query"])}
