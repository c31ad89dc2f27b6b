"""Log lines as JSON with the request's id, one line per request, and nothing personal or secret in any of them."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from typing import TextIO

import orjson
from flask import Flask, Response, g, has_request_context, request

REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECRETS = (
    (re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"), "<e-mail>"),
    (re.compile(r"eyJ[\w-]+\.[\w-]*\.?[\w-]*"), "<token>"),
    (re.compile(r"(?i)(bearer\s+)\S+"), r"\1<token>"),
    (re.compile(r"(?i)(token=)[^&\s\"']+"), r"\1<token>"),
    (re.compile(r"(?i)(://[^:/@\s]*:)[^@\s]+@"), r"\1<password>@"),
    (re.compile(r"(?i)(password[\"']?\s*[:=]\s*[\"']?)[^\s,\"'}]+"), r"\1<password>"),
)
_log = logging.getLogger("trackflow.request")


def scrub(text: str) -> str:
    """Replace e-mail addresses, tokens, passwords and reset links by a word in angle brackets."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time, level, logger, message, request id, and the fields of `extra={"fields": ...}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Serialize the record, scrubbed."""
        line: dict[str, object] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": scrub(record.getMessage()),
        }
        if has_request_context():
            line["request_id"] = g.get("request_id", "")
        fields: dict[str, object] = getattr(record, "fields", {})
        line |= {name: scrub(value) if isinstance(value, str) else value for name, value in fields.items()}
        if record.exc_info:
            line["exception"] = scrub(self.formatException(record.exc_info))
        return orjson.dumps(line, default=str).decode()


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send the log to standard error; a second call replaces the first."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old.formatter, JsonFormatter)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def install(app: Flask) -> None:
    """Give each request an id and a log line; the line names the route, never the path or the query."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.started = time.perf_counter()
    sent = request.headers.get(REQUEST_ID_HEADER, "")
    g.request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex


def _end(response: Response) -> Response:
    response.headers[REQUEST_ID_HEADER] = g.get("request_id", "")
    fields = {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "status": response.status_code,
        "ms": round((time.perf_counter() - g.get("started", time.perf_counter())) * 1000, 1),
        "user_id": actor.id if (actor := g.get("actor")) else None,
    }
    _log.info("request", extra={"fields": fields})
    return response
