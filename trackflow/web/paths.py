"""One set of routes for all spellings of a path: `/api` and the trailing slash are cut off before routing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.routing import IntegerConverter, UnicodeConverter, ValidationError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MAX_ID = 2**31 - 1
_PREFIX = "/api"


class CanonicalPaths:
    """WSGI middleware: `/api/songs/`, `/api/songs`, `/songs/` and `/songs` all arrive as `/songs`."""

    def __init__(self, application: WSGIApplication) -> None:
        """Wrap the application."""
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Rewrite the path and pass the request on."""
        environ["PATH_INFO"] = canonical(environ.get("PATH_INFO", ""))
        return self._application(environ, start_response)


def canonical(path: str) -> str:
    """Return the path without one leading `/api` and without one trailing slash."""
    if path == _PREFIX or path.startswith(_PREFIX + "/"):
        path = path[len(_PREFIX) :]
    path = path.removesuffix("/")
    return path or "/"


class IdConverter(IntegerConverter):
    """A row id: ASCII digits within the column's 31 bits; anything else is no path of this product (404)."""

    regex = "[0-9]{1,10}"

    def to_python(self, value: str) -> int:
        """Read the digits; beyond the column's range no route matches."""
        number: int = super().to_python(value)
        if number > MAX_ID:
            raise ValidationError
        return number


class TextConverter(UnicodeConverter):
    """One path segment of text that a database column can hold: no NUL."""

    def to_python(self, value: str) -> str:
        """Refuse the character that no database stores."""
        if "\x00" in value:
            raise ValidationError
        text: str = super().to_python(value)
        return text
