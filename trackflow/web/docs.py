"""The interactive documentation at `/docs`: its files come from this machine, nothing is fetched from elsewhere."""

from __future__ import annotations

from flask import Flask
from flask_swagger_ui import get_swaggerui_blueprint

DOCS_PATH = "/docs"
OPENAPI_PATH = "/api/openapi.json"


def install(app: Flask) -> None:
    """Serve the documentation page and its files."""
    page = get_swaggerui_blueprint(
        DOCS_PATH,
        OPENAPI_PATH,
        config={"app_name": "TrackFlow API", "persistAuthorization": True, "validatorUrl": None},
    )
    app.register_blueprint(page)
    app.add_url_rule(DOCS_PATH, "docs", app.view_functions["swagger_ui.show"])
