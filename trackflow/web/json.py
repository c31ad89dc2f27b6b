"""JSON in and out, by orjson: the application's provider, the request body, and answers made of selected columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import Response, current_app, request
from flask.json.provider import JSONProvider
from sqlalchemy import Row
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

MAX_BODY_BYTES = 1024 * 1024
JSON_TYPE = "application/json"
TOTAL_HEADER = "X-Total-Count"
_OPTIONS = orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class OrjsonProvider(JSONProvider):
    """Flask's JSON by orjson; naive datetimes are UTC and end in `Z`."""

    mimetype = JSON_TYPE

    def dumps(self, obj: Any, *, indent: int | None = None, **_options: Any) -> str:
        """Serialize to text; with any `indent` over several lines."""
        return orjson.dumps(obj, option=_OPTIONS | (orjson.OPT_INDENT_2 if indent else 0)).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Parse text or bytes."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Answer with one value, or with the keywords as an object."""
        return json_response(self._prepare_response_obj(args, kwargs))


def json_response(value: object, status: int = 200) -> Response:
    """Answer with any value that orjson can serialize."""
    body = orjson.dumps(value, option=_OPTIONS)
    return current_app.response_class(body, status=status, mimetype=JSON_TYPE)


def json_rows(
    rows: Sequence[Row[*tuple[Any, ...]]] | Sequence[Mapping[str, Any]], *, total: int | None = None
) -> Response:
    """Answer with selected rows whose labels are the schema's field names; `total` goes into `X-Total-Count`.

    Nothing filters fields here, so each endpoint that uses it stands in the parity registry (`hot=True`).
    """
    items: Sequence[object] = rows
    if rows and isinstance(rows[0], Row):
        names = rows[0]._fields
        items = [dict(zip(names, row, strict=True)) for row in rows]
    response = json_response(items)
    response.headers[TOTAL_HEADER] = str(len(items) if total is None else total)
    return response


def read_body() -> bytes:
    """Read the whole request body; raise 413 also where a chunked body was cut at the limit."""
    try:
        body = request.get_data(cache=True)
    except OSError:  # the server's reader: a broken chunk, or a sender that went away or took too long
        detail = "The request body could not be read."
        raise BadRequest(detail) from None
    if len(body) > MAX_BODY_BYTES:
        raise RequestEntityTooLarge
    return body


def read_json() -> Any:
    """Parse the request body: empty is `{}`, another content type 415, unreadable text 400."""
    body = read_body()
    if not body.strip():
        return {}
    if not request.is_json:
        detail = "The request body must be JSON (Content-Type: application/json)."
        raise UnsupportedMediaType(detail)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        detail = "The request body is not readable JSON."
        raise BadRequest(detail) from None
