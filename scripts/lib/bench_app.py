"""The product with what only measurements need: the endpoints of the floor, and a header that counts statements.

gunicorn loads `app` from here instead of from wsgi.py.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, g, has_app_context, request
from sqlalchemy import event
from werkzeug.exceptions import Forbidden, Unauthorized

from scripts.lib.bench_client import STATEMENTS_HEADER
from scripts.lib.bench_floor import Floor
from trackflow import create_app
from trackflow.extensions import db
from trackflow.services.auth.passwords import fingerprint
from trackflow.services.presence import buffer as presence
from trackflow.web import access
from trackflow.web.json import json_response, read_json

_COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


def make_app() -> Flask:
    """Make the product's application and add to it."""
    made = create_app()
    with made.app_context():
        _count_statements(made)
        _add_floor(made, Floor(db.engine.dialect.name))
    return made


def _count_statements(made: Flask) -> None:
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if has_app_context() and statement.lstrip(" \n(").upper().startswith(_COUNTED):
            g.statements = g.get("statements", 0) + 1

    def tell(response: Response) -> Response:
        response.headers[STATEMENTS_HEADER] = str(g.get("statements", 0))
        return response

    event.listen(db.engine, "before_cursor_execute", note)
    made.after_request(tell)


def _add_floor(made: Flask, floor: Floor) -> None:
    def caller() -> dict[str, Any]:
        """Check the token and load the account, as the product's guard does."""
        claims = access._claims()  # noqa: SLF001  (the same check of the same token)
        account = floor.account(int(claims["sub"])) if claims is not None else None
        if claims is None or account is None or not account["is_active"]:
            raise Unauthorized
        if fingerprint(account.pop("hashed_password")) != claims.get("pwf"):
            raise Unauthorized
        presence.touch(account["id"])
        return account

    def songs() -> Response:
        found = floor.songs(caller()["id"], request.args["status"])
        response = json_response(found)
        response.headers["X-Total-Count"] = str(len(found))
        return response

    def me() -> Response:
        return json_response(caller())

    def toggle(song_id: int) -> Response:
        user_id = caller()["id"]
        for step, is_done in read_json().items():
            if not floor.toggle(user_id, song_id, step, is_done=is_done):
                raise Forbidden
        return json_response({"message": "The progress has been saved."})

    made.add_url_rule("/bench/floor/songs", "bench_songs", songs)
    made.add_url_rule("/bench/floor/me", "bench_me", me)
    made.add_url_rule("/bench/floor/authoring/<int:song_id>", "bench_toggle", toggle, methods=["PUT"])


if __name__ != "__main__":
    app = make_app()
