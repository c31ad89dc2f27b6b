"""What helps to fill in a song: artists, albums and people that were named before. And a count for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from trackflow.actor import Actor
from trackflow.schemas import song_lists as schemas
from trackflow.services.songs import suggestions
from trackflow.web.access import Access
from trackflow.web.api import Blueprint

Body = dict[str, Any]
_TOO_LONG = (HTTPStatus.BAD_REQUEST,)

blp = Blueprint("song_lists", __name__, description="What helps to fill in a song.")


@blp.endpoint("/all-artists", method="GET", access=Access.USER, returns=schemas.ArtistsOut)
def artists(actor: Actor) -> Body:
    """List the artists of the catalogue, of all public songs and of the songs that the caller may see."""
    return {"artists": suggestions.artists(actor)}


@blp.endpoint(
    "/autocomplete/artists",
    method="GET",
    access=Access.USER,
    query=schemas.SuggestionsQuery,
    returns=schemas.SuggestionsOut,
    refuses=_TOO_LONG,
)
def own_artists(actor: Actor, query: Body) -> Body:
    """Suggest artists of the caller's songs."""
    return {"suggestions": suggestions.own_artists(actor, query["query"])}


@blp.endpoint(
    "/autocomplete/albums",
    method="GET",
    access=Access.USER,
    query=schemas.SuggestionsQuery,
    returns=schemas.SuggestionsOut,
    refuses=_TOO_LONG,
)
def own_albums(actor: Actor, query: Body) -> Body:
    """Suggest albums of the caller's songs."""
    return {"suggestions": suggestions.own_albums(actor, query["query"])}


@blp.endpoint(
    "/autocomplete/collaborators",
    method="GET",
    access=Access.USER,
    query=schemas.SuggestionsQuery,
    returns=schemas.SuggestionsOut,
    refuses=_TOO_LONG,
)
def collaborators(actor: Actor, query: Body) -> Body:
    """Suggest people who work with the caller on songs and packs."""
    return {"suggestions": suggestions.collaborators(actor, query["query"])}


@blp.endpoint("/debug-songs", method="GET", access=Access.ADMIN, returns=schemas.CensusOut)
def census(actor: Actor) -> Mapping[str, Any]:
    """Count all songs and those that the caller sees."""
    return suggestions.census(actor)
