"""Routes of a throw-away application that answer in every way there is, declared as real ones are."""

from __future__ import annotations

import sqlite3
from http import HTTPStatus
from typing import Any, NoReturn

import marshmallow as ma
from flask import Flask, Response
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.exceptions import Gone

from trackflow.errors import (
    Busy,
    Conflict,
    Forbidden,
    InvalidShape,
    InvalidState,
    NotFound,
    RuleViolation,
    Throttled,
    Unavailable,
    WrongCredentials,
)
from trackflow.schemas.base import Integer, QueryInteger, Schema, Text
from trackflow.web.access import Access
from trackflow.web.api import Blueprint, no_content
from trackflow.web.json import json_response

SECRET = "alice@example.org eyJhbGciOi.eyJzdWIi.c2ln password=hunter2 SELECT * FROM users"
FAILURES: dict[str, tuple[Exception, HTTPStatus]] = {
    "not-found": (NotFound("No such thing."), HTTPStatus.NOT_FOUND),
    "forbidden": (Forbidden("Not for you."), HTTPStatus.FORBIDDEN),
    "conflict": (Conflict("Contradiction."), HTTPStatus.CONFLICT),
    "state": (InvalidState("Not now."), HTTPStatus.BAD_REQUEST),
    "rule": (RuleViolation("A duplicate.", errors={"name": ["Taken."]}), HTTPStatus.BAD_REQUEST),
    "shape": (InvalidShape("Odd.", errors={"steps.0.name": ["Odd."]}), HTTPStatus.UNPROCESSABLE_ENTITY),
    "credentials": (WrongCredentials("Wrong."), HTTPStatus.UNAUTHORIZED),
    "throttled": (Throttled("Slowly.", retry_after=7), HTTPStatus.TOO_MANY_REQUESTS),
    "busy": (Busy("Busy.", retry_after=7), HTTPStatus.SERVICE_UNAVAILABLE),
    "unavailable": (Unavailable("Elsewhere."), HTTPStatus.SERVICE_UNAVAILABLE),
    "gone": (Gone("It was here."), HTTPStatus.GONE),
    "validation": (ma.ValidationError({"name": ["Odd."]}), HTTPStatus.UNPROCESSABLE_ENTITY),
    "locked": (
        OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked")),
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
    "database": (
        ProgrammingError(SECRET, {}, sqlite3.ProgrammingError(SECRET)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    ),
    "bug": (ValueError(SECRET), HTTPStatus.INTERNAL_SERVER_ERROR),
    "lookup": (KeyError(SECRET), HTTPStatus.INTERNAL_SERVER_ERROR),
}

blp = Blueprint("trial", __name__, description="Only for tests.")


class ThingIn(Schema):
    """What the trial takes."""

    name = Text()
    number = Integer()


class ThingQuery(Schema):
    """What the trial asks for."""

    size = QueryInteger(load_default=0)


class ThingOut(Schema):
    """What the trial answers."""

    name = ma.fields.String()
    number = ma.fields.Integer()


@blp.endpoint("/fail/<name>", method="GET", access=Access.PUBLIC, returns=ThingOut)
def fail(name: str) -> NoReturn:
    """Fail in the way of this name."""
    raise FAILURES[name][0]


@blp.endpoint("/things", method="POST", access=Access.PUBLIC, body=ThingIn, returns=ThingOut)
def echo(body: dict[str, Any]) -> dict[str, Any]:
    """Answer with what was sent."""
    return body


@blp.endpoint("/things", method="DELETE", access=Access.PUBLIC, status=HTTPStatus.NO_CONTENT)
def nothing() -> Response:
    """Answer with nothing."""
    return no_content()


@blp.endpoint("/sized", method="GET", access=Access.PUBLIC, query=ThingQuery, returns=ThingOut)
def sized(query: dict[str, Any]) -> Response:
    """Answer with a body of so many bytes."""
    return json_response("x" * (query["size"] - 2))


@blp.endpoint("/things/<int:thing_id>", method="GET", access=Access.PUBLIC, returns=ThingOut)
def thing(thing_id: int) -> dict[str, Any]:
    """Answer with the id."""
    return {"number": thing_id}


@blp.endpoint("/named/<string:name>", method="GET", access=Access.PUBLIC, returns=ThingOut)
def named(name: str) -> dict[str, Any]:
    """Answer with the name."""
    return {"name": name}


@blp.endpoint("/user", method="POST", access=Access.USER, body=ThingIn, returns=ThingOut)
def user(actor: Any, body: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    """Answer to accounts."""
    return body


@blp.endpoint("/admin", method="GET", access=Access.ADMIN, returns=ThingOut)
def admin(actor: Any) -> dict[str, Any]:
    """Answer to administrators."""
    return {"number": actor.id}


def install(app: Flask) -> None:
    """Add the routes under `/trial`."""
    app.extensions["trackflow.api"].register_blueprint(blp, url_prefix="/trial")
