"""The official songs of the games, for warnings of duplicates."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from trackflow.schemas import rockband_dlc as schemas
from trackflow.services.rockband_dlc import queries
from trackflow.web import throttle
from trackflow.web.access import Access
from trackflow.web.api import Blueprint
from trackflow.web.settings import settings

Body = dict[str, Any]

blp = Blueprint("rockband_dlc", __name__, description="The official songs of the games, for warnings of duplicates.")


@blp.endpoint(
    "/check",
    method="GET",
    access=Access.PUBLIC,
    query=schemas.CheckQuery,
    returns=schemas.CheckOut,
    refuses=(HTTPStatus.TOO_MANY_REQUESTS,),
)
def check(query: Body) -> Body:
    """Say whether a song is official, or much like official ones."""
    throttle.limit("dlc-check", settings().throttle.dlc_checks_per_minute)
    return queries.check(query["title"], query["artist"])


@blp.endpoint("/search", method="GET", access=Access.PUBLIC, query=schemas.SearchQuery, returns=schemas.SearchOut)
def search(query: Body) -> Body:
    """Find official songs by a part of title or artist; an empty text finds nothing."""
    results = queries.search(query["q"], query["limit"])
    return {"query": query["q"], "count": len(results), "results": results}


@blp.endpoint("/stats", method="GET", access=Access.PUBLIC, returns=schemas.StatsOut)
def stats() -> Body:
    """Count the official songs, all and by origin."""
    return queries.stats()
