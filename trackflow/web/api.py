"""The blueprint and the API object: `endpoint` declares all that is known of an operation, the document shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, NoReturn

import flask_smorest
import marshmallow as ma
from flask import Flask, Request, Response
from flask_smorest.spec.plugins import FlaskPlugin
from webargs.flaskparser import FlaskParser

from trackflow.web.access import Access, guard
from trackflow.web.errors import ErrorOut
from trackflow.web.json import read_json

View = Callable[..., Any]
SchemaLike = type[ma.Schema] | ma.Schema

_TOKEN = "token"  # noqa: S105  (the name of the security scheme)
_AUDIENCE = {
    Access.PUBLIC: "Anybody may call this; a token is ignored.",
    Access.OPTIONAL: "Anybody may call this; a valid token may widen the answer.",
    Access.USER: "Needs the token of an active account.",
    Access.ADMIN: "Needs the token of an administrator.",
}
_UNREADABLE = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
MAX_ITEMS = 1000  # of a body that is a list; what the operation allows is told by its command


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint as declared; the tests walk these."""

    method: str
    rule: str
    access: Access
    endpoint: str
    returns: ma.Schema | None
    hot: bool
    is_list: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declaration:
    access: Access
    body: SchemaLike | None
    query: SchemaLike | None
    returns: SchemaLike | None
    status: int
    method: str
    refuses: Sequence[int] = field(default_factory=tuple)
    has_path_id: bool = False

    def refusals(self) -> set[int]:
        """Return each 4xx and 5xx that the operation can answer."""
        found = {int(status) for status in self.refuses} | {HTTPStatus.SERVICE_UNAVAILABLE}
        if self.access in (Access.USER, Access.ADMIN):
            found.add(HTTPStatus.UNAUTHORIZED)
        if self.access is Access.ADMIN:
            found.add(HTTPStatus.FORBIDDEN)
        if self.method != "GET":
            found.update(_UNREADABLE)
        if self.body is not None:
            found.add(HTTPStatus.UNPROCESSABLE_ENTITY)
        if self.query is not None:
            found.add(HTTPStatus.UNPROCESSABLE_ENTITY)
        if self.has_path_id:
            found.add(HTTPStatus.NOT_FOUND)
        return {int(status) for status in found}


class _Parser(FlaskParser):
    """Reads bodies by orjson and leaves validation errors to the application's handler."""

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        found = read_json()
        if schema.many and isinstance(found, list) and len(found) > MAX_ITEMS:
            message = f"Must have at most {MAX_ITEMS} items."
            raise ma.ValidationError(message)
        return found

    def handle_error(self, error: ma.ValidationError, *_args: object, **_kwargs: object) -> NoReturn:
        raise error


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A blueprint whose routes must say who may call them."""

    ARGUMENTS_PARSER = _Parser()

    def __init__(self, name: str, import_name: str, **kwargs: Any) -> None:
        """Keep a list of the declared operations besides what the base class needs."""
        super().__init__(name, import_name, **kwargs)
        self.operations: list[Operation] = []

    def endpoint(  # noqa: PLR0913  (keywords only: each says one thing about the operation)
        self,
        rule: str,
        *,
        method: str,
        access: Access,
        body: SchemaLike | None = None,
        query: SchemaLike | None = None,
        returns: SchemaLike | None = None,
        status: int = HTTPStatus.OK,
        refuses: Sequence[int] = (),
        hot: bool = False,
    ) -> Callable[[View], View]:
        """Declare an operation.

        The view is called with keywords only: `actor` (not on public operations), the path's parameters, `query` and
        `body` as validated dictionaries. It returns what `returns` dumps, or a finished Response. `refuses` names the
        status codes beyond those that access, body and query imply. `hot` enters the answer into the parity registry.
        """
        declared = _Declaration(
            access=access,
            body=body,
            query=query,
            returns=returns,
            status=int(status),
            method=method,
            refuses=refuses,
            has_path_id="<" in rule,
        )

        def decorate(view: View) -> View:
            self.operations.append(
                Operation(method, rule, access, view.__name__, _instance(returns), hot, _is_many(returns))
            )
            documented = self.doc(operationId=f"{self.name}.{view.__name__}", **_documentation(view, declared))(
                self._with_schemas(view, declared)
            )
            self.route(rule, methods=[method])(guard(access, documented))
            return view

        return decorate

    def _with_schemas(self, view: View, declared: _Declaration) -> View:
        """Validate what comes in, dump what goes out; parsed values reach the view as `query=` and `body=`."""
        names = [name for name, schema in (("query", declared.query), ("body", declared.body)) if schema is not None]

        @wraps(view)
        def called(*parsed: Any, **kwargs: Any) -> Any:
            return view(**kwargs, **dict(zip(names, parsed, strict=True)))

        wrapped: View = self.response(declared.status, declared.returns)(called)
        if declared.body is not None:
            wrapped = self.arguments(declared.body, location="json", required=_needs_body(declared.body))(wrapped)
        if declared.query is not None:
            wrapped = self.arguments(declared.query, location="query")(wrapped)
        return wrapped


class _ApiPaths(FlaskPlugin):  # type: ignore[misc]
    """Lists each path under `/api`, where the document's reader finds all operations alike."""

    def path_helper(self, rule: Any, operations: Any, parameters: Any, **kwargs: Any) -> str:
        path: str = super().path_helper(rule=rule, operations=operations, parameters=parameters, **kwargs)
        return f"/api{path}"


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest with this product's error shape; `web/errors.py` owns the handlers."""

    ERROR_SCHEMA = ErrorOut
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        """Bind to the application and describe the token."""
        self.operations: list[tuple[str, Operation]] = []
        super().__init__(app, spec_kwargs={"flask_plugin": _ApiPaths()})
        self.spec.components.security_scheme(_TOKEN, {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})

    def _register_error_handlers(self) -> None:
        """Leave errors to `web/errors.py`."""

    def register_blueprint(self, blp: Blueprint, *, url_prefix: str = "", **options: Any) -> None:
        """Register a domain's routes and remember their declarations with the full rule."""
        super().register_blueprint(blp, url_prefix=url_prefix or None, **options)
        self.operations.extend((url_prefix + operation.rule, operation) for operation in blp.operations)


def _documentation(view: View, declared: _Declaration) -> dict[str, Any]:
    security: Sequence[Mapping[str, list[str]]] = []
    if declared.access is Access.OPTIONAL:
        security = [{}, {_TOKEN: []}]
    elif declared.access is not Access.PUBLIC:
        security = [{_TOKEN: []}]
    summary, _, rest = (view.__doc__ or "").strip().partition("\n")
    description = "\n".join(line.strip() for line in rest.strip().splitlines())
    return {
        "summary": summary.rstrip("."),
        "description": f"{description}\n\n{_AUDIENCE[declared.access]}".strip(),
        "security": security,
        "x-access": declared.access.value,
        "responses": {str(code): HTTPStatus(code).name for code in sorted(declared.refusals())},
    }


def _instance(schema: SchemaLike | None) -> ma.Schema | None:
    return schema() if isinstance(schema, type) else schema


def _is_many(schema: SchemaLike | None) -> bool:
    return isinstance(schema, ma.Schema) and bool(schema.many)


def _needs_body(schema: SchemaLike) -> bool:
    instance = _instance(schema)
    return instance is not None and (bool(instance.many) or any(field.required for field in instance.fields.values()))


def no_content() -> Response:
    """Answer 204 with an empty body."""
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.headers.pop("Content-Type", None)
    return response
