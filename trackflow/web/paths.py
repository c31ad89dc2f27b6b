"""One set of routes for all spellings of a path: `/api` and the trailing slash are cut off before routing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.routing import IntegerConverter, UnicodeConverter

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
    if path.endswith("/"):
        path = path[:-1]
    return path or "/"


class IdConverter(IntegerConverter):
    """A row id: ASCII digits within the column's 31 bits; anything else is no path of this product (404)."""

    regex = "[0-9]{1,10}"

    def __init__(self, map, fixed_digits: int = 0, min: int | None = None, max: int | None = MAX_ID, signed: bool = False) -> None:  # type: ignore[no-untyped-def]  # noqa: A002, ANN001, E501, FBT001, FBT002, PLR0913
        """Bound the number by the column's range."""
        super().__init__(map, fixed_digits=fixed_digits, min=min, max=max, signed=signed)


class TextConverter(UnicodeConverter):
    """One path segment of text that a database column can hold: no NUL."""

    def __init__(self, map, minlength: int = 1, maxlength: int | None = None, length: int | None = None) -> None:  # type: ignore[no-untyped-def]  # noqa: A002, ANN001
        """Take the length bounds of the base class and forbid NUL."""
        super().__init__(map, minlength=minlength, maxlength=maxlength, length=length)
        self.regex = self.regex.replace("[^/]", r"[^/\x00]")
