"""What every answer carries: cross-origin permission by exact list, security headers, compression."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

from trackflow.config import Settings
from trackflow.extensions import cors
from trackflow.web.json import TOTAL_HEADER
from trackflow.web.log import REQUEST_ID_HEADER

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_NOTHING = "default-src 'none'; frame-ancestors 'none'"
_DOCUMENTATION = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'"
)


def install(app: Flask, settings: Settings) -> None:
    """Register the hooks; compression comes last in the chain, so it sees the finished answer."""
    app.config.update(COMPRESS_MIN_SIZE=1000, COMPRESS_ALGORITHM=["gzip"], COMPRESS_LEVEL=4)
    app.config["COMPRESS_MIMETYPES"] = ["application/json", "text/html", "text/css", "application/javascript"]
    Compress(app)
    cors.init_app(
        app,
        origins=list(settings.cors_origins),
        methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        allow_headers=[
            "Authorization",
            "Content-Type",
            "Accept",
            "Origin",
            "X-Requested-With",
            REQUEST_ID_HEADER,
        ],
        expose_headers=["Content-Length", "Retry-After", TOTAL_HEADER, REQUEST_ID_HEADER],
        supports_credentials=False,
        always_send=False,
        vary_header=False,
        max_age=600,
    )
    app.after_request(_harden)
    if settings.is_production:
        app.after_request(_require_tls)


def _harden(response: Response) -> Response:
    for name, value in _ALWAYS.items():
        response.headers[name] = value
    is_documentation = request.path == "/docs" or request.path.startswith("/docs/")
    response.headers["Content-Security-Policy"] = _DOCUMENTATION if is_documentation else _NOTHING
    if not is_documentation:
        response.headers["Cache-Control"] = "no-store"
    response.vary.add("Origin")
    if request.method == "OPTIONS" and response.allow:
        response.headers["Allow"] = ", ".join(sorted(response.allow))
    return response


def _require_tls(response: Response) -> Response:
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
