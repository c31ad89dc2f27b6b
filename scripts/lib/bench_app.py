"""The product with what only measurements need: the endpoints of the floor, and a header that counts statements.

gunicorn loads `app` from here instead of from wsgi.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, has_app_context, request
from sqlalchemy import event
from werkzeug.exceptions import Forbidden, Unauthorized

from scripts.lib.bench_client import STATEMENTS_HEADER
from scripts.lib.bench_floor import Floor
from scripts.lib.bench_floor_dashboard import Dashboard
from scripts.lib.bench_floor_reads import Reads
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
        dialect = db.engine.dialect.name
        caller = _add_floor(made, Floor(dialect))
        _add_more(made, Reads(dialect), Dashboard(dialect), caller)
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


def _add_floor(made: Flask, floor: Floor) -> Callable[[], dict[str, Any]]:
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
        found = floor.songs(caller()["id"], request.args.get("status"))
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
    return caller


def _add_more(made: Flask, reads: Reads, dashboard: Dashboard, caller: Callable[[], dict[str, Any]]) -> None:
    def packs() -> Response:
        return json_response(reads.packs(caller()["id"]))

    def recent_packs() -> Response:
        found, total = reads.recent_packs(caller()["id"])
        response = json_response(found)
        response.headers["X-Total-Count"] = str(total)
        return response

    def counts() -> Response:
        return json_response(reads.counts(caller()["id"]))

    def suggestions() -> Response:
        return json_response(dashboard.suggestions(caller()["id"], int(request.args["limit"])))

    def dlc() -> Response:
        return json_response(reads.dlc(request.args["title"], request.args["artist"]))

    def batch(form: str) -> Response:
        reads.batch(caller()["id"], request.get_json(), form=form)
        return json_response({"message": "The songs are there."})

    def unbatch(song_id: int) -> Response:
        reads.unbatch(caller()["id"], song_id)
        return json_response({"message": "The songs are gone."})

    for name, view in (
        ("packs", packs),
        ("recent-packs", recent_packs),
        ("counts", counts),
        ("suggestions", suggestions),
        ("dlc", dlc),
    ):
        made.add_url_rule(f"/bench/floor/{name}", f"bench_{name}", view)
    made.add_url_rule("/bench/floor/batch/<form>", "bench_batch", batch, methods=["POST"])
    made.add_url_rule("/bench/floor/songs-after/<int:song_id>", "bench_unbatch", unbatch, methods=["DELETE"])


if __name__ != "__main__":
    app = make_app()
