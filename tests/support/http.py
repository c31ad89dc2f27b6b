"""Calls to the application as a client makes them, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can call the application."""

    id: int
    username: str
    email: str | None
    token: str
    password: str = field(default="", repr=False)

    @property
    def headers(self) -> dict[str, str]:
        """Return the header that proves who calls."""
        return {"Authorization": f"Bearer {self.token}"}


class Answer:
    """An answer; `ok()` and `refused()` check it and return its body."""

    def __init__(self, response: TestResponse, call: str) -> None:
        """Keep the response and, for messages, which call it answers."""
        self.response = response
        self.call = call
        self.status = response.status_code
        self.headers = response.headers

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.response.get_data(as_text=True)

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        assert self.response.mimetype == "application/json", f"{self}: not JSON"
        return self.response.get_json()

    @property
    def total(self) -> int:
        """Return the header that counts all objects of a list."""
        return int(self.headers["X-Total-Count"])

    def ok(self, status: int = 200) -> Any:
        """Check that the call succeeded; return its JSON, or None for 204."""
        assert self.status == status, f"{self}: not {status}"
        if status == 204:
            assert self.text == ""
            return None
        return self.json

    def refused(self, status: int, contains: str = "") -> dict[str, Any]:
        """Check the refusal's status, its one shape and, ignoring case, its sentence; return its body."""
        assert self.status == status, f"{self}: not {status}"
        body = self.json
        check_error_shape(body, status)
        assert contains.lower() in body["detail"].lower(), f"{self}: does not say {contains!r}"
        return dict(body)

    def __repr__(self) -> str:
        """Show the call, the status and the start of the body."""
        return f"{self.call} -> {self.status} {self.text[:500]}"


ERROR_MEMBERS = {"detail", "status", "title", "type", "request_id"}


def check_error_shape(body: Any, status: int) -> None:
    """Check the one shape of errors."""
    assert isinstance(body, dict), body
    assert set(body) - {"errors"} == ERROR_MEMBERS, body
    assert isinstance(body["detail"], str), body
    assert body["detail"].strip(), body
    assert body["status"] == status, body
    assert all(isinstance(body[name], str) and body[name] for name in ERROR_MEMBERS - {"status"}), body
    for name, sentences in body.get("errors", {}).items():
        assert isinstance(name, str), body
        assert sentences, body
        assert all(isinstance(sentence, str) and sentence for sentence in sentences), body


class Api:
    """A client that speaks for one account, or for nobody."""

    def __init__(self, client: FlaskClient, account: Account | None = None) -> None:
        """Take the client to call with and the account to call as."""
        self.client = client
        self.account = account

    def get(self, path: str, query: Mapping[str, Any] | None = None, **options: Any) -> Answer:
        """Send a GET."""
        return self.call("GET", path, query=query, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a POST with a JSON body; without one as the client does, with the content type and no body."""
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a PUT with a JSON body."""
        return self.call("PUT", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a PATCH with a JSON body."""
        return self.call("PATCH", path, body, **options)

    def delete(self, path: str, body: Any = None, **options: Any) -> Answer:
        """Send a DELETE."""
        return self.call("DELETE", path, body, **options)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Answer:
        """Send a request; `options` go to the test client of Werkzeug."""
        if body is not None:
            options["json"] = body
        elif "data" not in options:
            options.setdefault("content_type", "application/json")
        own = self.account.headers if self.account else {}
        response = self.client.open(
            path, method=method, query_string=query, headers={**own, **(headers or {})}, **options
        )
        return Answer(response, f"{method} {path}")
