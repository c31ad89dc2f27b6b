"""What operators and probes ask: is it running, is it ready."""

from __future__ import annotations

from typing import Any

from flask import current_app

from trackflow.schemas.system import ProbeOut, ReadyOut
from trackflow.services.system import readiness
from trackflow.web.access import Access
from trackflow.web.api import Blueprint

blp = Blueprint("system", __name__, description="Probes.")


@blp.endpoint("/", method="GET", access=Access.PUBLIC, returns=ProbeOut)
def root() -> dict[str, Any]:
    """Answer that the server runs, without asking the database."""
    return {"message": "TrackFlow API", "status": "healthy"}


@blp.endpoint("/health", method="GET", access=Access.PUBLIC, returns=ProbeOut)
def health() -> dict[str, Any]:
    """Answer that the server runs, without asking the database."""
    return {"message": "The server is running.", "status": "healthy"}


@blp.endpoint("/ready", method="GET", access=Access.PUBLIC, returns=ReadyOut)
def ready() -> dict[str, Any]:
    """Answer 200 when the database answers and its tables are up to date, else 503."""
    readiness.require_ready(current_app.extensions["trackflow.head"])
    return {"status": "ready", "message": "The database answers and is up to date."}
