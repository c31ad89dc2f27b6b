"""The settings of the application that serves this request."""

from __future__ import annotations

from flask import current_app

from trackflow.config import Settings

EXTENSION = "trackflow.settings"


def settings() -> Settings:
    """Return the settings that `create_app` was given."""
    found: Settings = current_app.extensions[EXTENSION]
    return found
