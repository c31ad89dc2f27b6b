"""What the caller may want to continue with."""

from __future__ import annotations

from typing import Any

from trackflow.actor import Actor
from trackflow.schemas import dashboard as schemas
from trackflow.services.dashboard import queries
from trackflow.web.access import Access
from trackflow.web.api import Blueprint

Values = dict[str, Any]

blp = Blueprint("dashboard", __name__, description="What to continue with.")


@blp.endpoint(
    "/suggestions",
    method="GET",
    access=Access.USER,
    query=schemas.SuggestionsQuery,
    returns=schemas.SuggestionOut(many=True),
)
def suggestions(actor: Actor, query: Values) -> list[Values]:
    """Suggest songs and packs to continue with, in an order of chance; the song of an open event comes first."""
    return queries.suggestions(actor, limit=query["limit"])
