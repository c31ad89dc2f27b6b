"""What `scripts/smoke` speaks with: the server, over plain HTTP, and the folder that its mails are written to."""

from __future__ import annotations

import email
import email.policy
import http.client
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_LINK = re.compile(r"/reset-password\?token=([\w-]+)")
_MAIL_SECONDS = 45.0

Check = Callable[[Any], bool]


class SmokeError(Exception):
    """A step did not do what it should; the text says what was expected and what came."""


@dataclass(slots=True)
class Person:
    """An account made for this run."""

    name: str
    password: str
    token: str = ""

    @property
    def email(self) -> str:
        """Return the account's address."""
        return f"{self.name}@example.org"


class Server:
    """The server under test; each call is a step with a line of its own."""

    def __init__(self, url: str) -> None:
        """Take where it listens."""
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname is None:
            message = f"{url} is no address of the form http://host:port."
            raise SmokeError(message)
        self._host, self._port = parts.hostname, parts.port or 80
        self.steps = 0

    def step(  # noqa: PLR0913  (one for each part of a request and of what is expected)
        self,
        label: str,
        method: str,
        path: str,
        body: object = None,
        *,
        by: Person | None = None,
        status: int = 200,
        check: Check | None = None,
    ) -> Any:
        """Send a request, print its line and return its JSON; raise SmokeError unless the answer is as it must be."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if by is not None:
            headers["Authorization"] = f"Bearer {by.token}"
        payload = None if body is None else json.dumps(body)
        started = time.perf_counter()
        found, text = self._send(method, path, payload, headers)
        milliseconds = (time.perf_counter() - started) * 1000
        answer = _parsed(text)
        is_right = found == status and (check is None or _passes(check, answer))
        self.steps += 1
        print(f"{'ok  ' if is_right else 'FAIL'} {milliseconds:8.1f} ms  {found}  {label}", flush=True)
        if found != status:
            message = f"{method} {path}: expected {status}, got {found}: {text[:400]}"
            raise SmokeError(message)
        if not is_right:
            message = f"{method} {path}: {label}: the answer is not as expected: {text[:400]}"
            raise SmokeError(message)
        return answer

    def _send(self, method: str, path: str, payload: str | None, headers: Mapping[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=30)
        try:
            connection.request(method, path, payload, dict(headers))
            response = connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except OSError as error:
            message = f"http://{self._host}:{self._port} does not answer ({error}). Start it with scripts/serve."
            raise SmokeError(message) from error
        finally:
            connection.close()


def _passes(check: Check, answer: Any) -> bool:
    """Ask the check; an answer of another shape than it reads does not pass."""
    try:
        return check(answer)
    except (KeyError, IndexError, TypeError, AttributeError):
        return False


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return None


def reset_token_from(folder: Path, address: str) -> str:
    """Wait for the mail to this address and return the token of its link."""
    until = time.monotonic() + _MAIL_SECONDS
    while time.monotonic() < until:
        for path in sorted(folder.glob("*.eml"), reverse=True):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if address not in str(message["To"]):
                continue
            part = message.get_body(("plain",))
            link = _LINK.search(part.get_content() if part is not None else "")
            if link is not None:
                return link[1]
        time.sleep(0.1)
    message_text = f"no mail to {address} came into {folder} within {_MAIL_SECONDS:.0f} s"
    raise SmokeError(message_text)
