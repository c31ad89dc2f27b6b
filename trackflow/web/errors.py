"""Every error as one JSON shape: a sentence in `detail`, the members of RFC 9457, and the request's id."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

import marshmallow as ma
from flask import Flask, Response, g
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from trackflow import errors
from trackflow.unit_of_work import busy_from
from trackflow.web.json import json_response

_log = logging.getLogger(__name__)

STATUS_BY_ERROR: Mapping[type[errors.DomainError], HTTPStatus] = {
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Forbidden: HTTPStatus.FORBIDDEN,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.InvalidState: HTTPStatus.BAD_REQUEST,
    errors.RuleViolation: HTTPStatus.BAD_REQUEST,
    errors.InvalidShape: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.WrongCredentials: HTTPStatus.UNAUTHORIZED,
    errors.Throttled: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_MOST_FIELDS = 20  # of each level; more help nobody
_LOCATIONS = frozenset({"json", "query"})  # webargs files all messages under where the values came from
_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not support that method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The request body is larger than 1 MiB.",
    HTTPStatus.UNAUTHORIZED: "Please sign in.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side. Please try again later.",
}


class ErrorOut(ma.Schema):
    """The one shape of every refusal; `application/json`, because clients test for that text."""

    detail = ma.fields.String(required=True, metadata={"description": "One sentence for a person."})
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        metadata={"description": "Sentences per field; present when single fields are to blame."},
    )
    status = ma.fields.Integer(required=True, metadata={"description": "The HTTP status code."})
    title = ma.fields.String(required=True, metadata={"description": "The status code's phrase."})
    type = ma.fields.String(required=True, metadata={"description": "Always `about:blank` (RFC 9457)."})
    request_id = ma.fields.String(required=True, metadata={"description": "The id that the log line carries."})


def install(app: Flask) -> None:
    """Register the handlers of every exception on the application."""
    app.register_error_handler(errors.DomainError, _domain_error)
    app.register_error_handler(ma.ValidationError, _validation_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(Exception, _unexpected)


def problem(status: int, detail: str, field_errors: Mapping[str, Any] | None = None) -> Response:
    """Build the answer for a refusal."""
    body: dict[str, Any] = {
        "detail": detail,
        "status": int(status),
        "title": HTTPStatus(status).phrase,
        "type": "about:blank",
        "request_id": g.get("request_id", ""),
    }
    if field_errors:
        body["errors"] = field_errors
    response = json_response(body, int(status))
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _domain_error(error: errors.DomainError) -> Response:
    status = next(STATUS_BY_ERROR[kind] for kind in type(error).__mro__ if kind in STATUS_BY_ERROR)
    response = problem(status, error.detail, error.errors)
    if isinstance(error, errors.RetryableError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _validation_error(error: ma.ValidationError) -> Response:
    messages: Any = error.messages
    if isinstance(messages, Mapping) and len(messages) == 1:
        (location, inner), *_ = messages.items()
        messages = inner if location in _LOCATIONS else messages
    found = flatten(messages if isinstance(messages, Mapping) else {"_schema": messages})
    field, sentences = next(iter(found.items()), ("_schema", ["The request is not valid."]))
    detail = sentences[0] if field == "_schema" else f"{field}: {sentences[0]}"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, found)


def flatten(messages: Mapping[Any, Any], path: str = "") -> dict[str, list[str]]:
    """Turn nested validation messages into `{"steps.0.name": ["sentence"]}`."""
    flat: dict[str, list[str]] = {}
    for key, value in islice(messages.items(), _MOST_FIELDS):
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            flat.update(flatten(value, name))
        else:
            flat[name] = [str(sentence) for sentence in (value if isinstance(value, list) else [value])]
    return flat


def _http_error(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    own_words = error.description if error.description != type(error).description else None
    detail = own_words or _SENTENCES.get(HTTPStatus(status)) or type(error).description or HTTPStatus(status).phrase
    response = problem(status, detail)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted({*error.valid_methods, "OPTIONS"}))
    return response


def _database_error(error: DBAPIError) -> Response:
    busy = busy_from(error)
    if busy is None:
        return _unexpected(error)
    _log.warning("the database was busy: %s", type(error.orig).__name__)
    return _domain_error(busy)


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected error", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, _SENTENCES[HTTPStatus.INTERNAL_SERVER_ERROR])
