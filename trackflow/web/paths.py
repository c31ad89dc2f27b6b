"""One set of routes for all spellings of a path: `/api` and the trailing slash are cut off before routing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.routing import BaseConverter, IntegerConverter

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
    """A row id: ASCII digits within the column's 31 bits; anything else is no path of this product (404).

    The bound is part of the pattern. Checked after the match it would answer 405 where the path has several methods.
    """

    regex = (
        "(?:[0-9]{1,9}|1[0-9]{9}|20[0-9]{8}|21[0-3][0-9]{7}|214[0-6][0-9]{6}|2147[0-3][0-9]{5}|21474[0-7][0-9]{4}"
        "|214748[0-2][0-9]{3}|2147483[0-5][0-9]{2}|21474836[0-3][0-9]|214748364[0-7])"
    )


class TextConverter(BaseConverter):
    """One path segment of text that a database column can hold: no NUL."""

    regex = r"[^/\x00]+"
