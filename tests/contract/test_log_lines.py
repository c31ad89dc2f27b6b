"""Log lines are JSON, name the request, and hold nothing secret or personal."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.conftest import MakeApp, Person
from tests.contract import trial
from tests.support.application import globals_kept
from tests.support.http import Api
from trackflow.config import Settings
from trackflow.jobs.mail import send_outbox
from trackflow.web import log
from trackflow.web.settings import EXTENSION

PASSWORD = "Zebra-crossing-17"
NEW_PASSWORD = "Yellow-submarine-18"
EMAIL = "very.private@example.org"
REAL_NAME = "veryprivate"


@pytest.fixture
def logging_app(make_app: MakeApp) -> Flask:
    app = make_app(log_level="INFO")
    trial.install(app)
    return app


@pytest.fixture
def lines(logging_app: Flask) -> Iterator[io.StringIO]:
    """Return the stream of the log as the server writes it."""
    assert logging_app.extensions[EXTENSION].log_level == "INFO"
    stream = io.StringIO()
    with globals_kept():
        log.configure("DEBUG", stream)
        yield stream


def parsed(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_has_one_line_with_its_id(logging_app: Flask, lines: io.StringIO, person: Person) -> None:
    alice = person("alice")
    api = Api(logging_app.test_client(), alice)
    api.get("/trial/things/17?token=secret", headers={"X-Request-ID": "abc"}).ok()
    api.post("/trial/user", {}).ok()
    first, second = [line for line in parsed(lines) if line["logger"] == "trackflow.request"]
    assert {
        name: first[name] for name in ("level", "message", "method", "route", "status", "request_id", "user_id")
    } == {
        "level": "INFO",
        "message": "request",
        "method": "GET",
        "route": "/trial/things/<int:thing_id>",
        "status": 200,
        "request_id": "abc",
        "user_id": None,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert first["ms"] >= 0
    assert second["user_id"] == alice.id


def test_an_unexpected_error_has_a_line_with_the_requests_id(logging_app: Flask, lines: io.StringIO) -> None:
    answer = Api(logging_app.test_client()).get("/trial/fail/bug")
    (line,) = [line for line in parsed(lines) if line["level"] == "ERROR"]
    assert line["request_id"] == answer.refused(500)["request_id"]
    assert "Traceback" in line["exception"]
    assert "ValueError" in line["exception"]


def test_what_people_send_is_in_no_line(logging_app: Flask, lines: io.StringIO) -> None:
    api = Api(logging_app.test_client())
    settings: Settings = logging_app.extensions[EXTENSION]
    secrets = [PASSWORD, NEW_PASSWORD, EMAIL, EMAIL.upper(), "veryprivate", "very.private"]

    def registered(**changes: Any) -> Any:
        return api.post("/auth/register", {"username": REAL_NAME, "email": EMAIL, "password": PASSWORD, **changes})

    token = registered().ok()["access_token"]
    secrets.append(token)
    registered().refused(400)
    registered(username=EMAIL).refused(422)
    registered(password="x").refused(422)
    api.post("/auth/login", {"username": REAL_NAME, "password": PASSWORD}).ok()
    api.post("/auth/login", {"username": REAL_NAME, "password": NEW_PASSWORD}).refused(401)
    api.post("/auth/login", {"username": EMAIL, "password": PASSWORD}).refused(401)
    api.post("/auth/login", data=f'{{"password": "{PASSWORD}"', content_type="application/json").refused(400)
    api.get("/auth/me", headers={"Authorization": f"Bearer {token}"}).ok()
    api.get("/auth/me", headers={"Authorization": f"Bearer {token}x"}).refused(401)
    api.get(f"/nowhere/{EMAIL}?token={token}&password={PASSWORD}").refused(404)
    api.get(f"/trial/fail/{EMAIL}").refused(500)
    for name in ("bug", "database", "lookup"):
        api.get(f"/trial/fail/{name}", headers={"Authorization": f"Bearer {token}"}).refused(500)

    api.post("/auth/forgot-password", {"email": EMAIL}).ok()
    api.post("/auth/forgot-password", {"email": f"unknown.{EMAIL}"}).ok()
    with logging_app.app_context():
        send_outbox(settings)
    assert settings.mail.directory is not None
    (mail,) = [path for path in settings.mail.directory.iterdir() if "reset-password" in path.read_text()]
    content = mail.read_text().replace("=\n", "").replace("=3D", "=")
    mail.unlink()
    found = re.search(r"reset-password\?token=([\w-]+)", content)
    assert found is not None
    secrets.append(found[1])
    api.post("/auth/reset-password", {"token": found[1], "new_password": "x"}).refused(422)
    api.post("/auth/reset-password", {"token": found[1], "new_password": NEW_PASSWORD}).ok()
    api.post("/auth/reset-password", {"token": found[1], "new_password": NEW_PASSWORD}).refused(400)

    text = lines.getvalue()
    assert len(parsed(lines)) > 20
    assert [secret for secret in secrets if secret in text] == []
    assert "hunter2" not in text
    assert not re.search(r"eyJ[\w-]{10,}", text)
    assert "@example" not in text


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("mail to some.body+x@mail.example.co.uk failed", "some.body"),
        ("Authorization: Bearer abc.def", "abc.def"),
        ("header bearer   abc", "abc"),
        ("https://app.example/reset-password?token=AbC-1_2&x=1", "AbC-1_2"),
        ("postgresql://me:hunter2@host/db", "hunter2"),
        ("{'password': 'hunter2'}", "hunter2"),
        ('{"new_password": "hunter2"}', "hunter2"),
        ("password=hunter2 next", "hunter2"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
    ],
)
def test_secrets_in_texts_are_replaced(text: str, secret: str) -> None:
    assert secret not in log.scrub(text)
    stream = io.StringIO()
    with globals_kept():
        log.configure("INFO", stream)
        logging.getLogger("trackflow.anywhere").warning("About %s", text)
        error = ValueError(text)
        logging.getLogger("trackflow.anywhere").error("failed", exc_info=error)
    assert len(parsed(stream)) == 2
    assert secret not in stream.getvalue()
