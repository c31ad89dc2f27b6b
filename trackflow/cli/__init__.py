"""The command line; each group in a file of its own."""

from __future__ import annotations

from flask import Flask


def install(app: Flask) -> None:
    """Register the command groups on the application."""
