"""An application on a database of its own, filled with the demo community, that nobody misses afterwards."""

from __future__ import annotations

from pathlib import Path

import flask_migrate
from flask import Flask

from trackflow import create_app
from trackflow.cli.catalogue import load_reference_data
from trackflow.config import MailSettings, Settings, ThrottleSettings
from trackflow.services.auth import queries
from trackflow.services.demo import commands as demo
from trackflow.web.access import issue_token

SECRET_KEY = "scratch-0123456789-abcdefghijklmnopqrstuvwxyz"  # noqa: S105  (protects nothing)


def scratch_app(folder: Path) -> Flask:
    """Make the application with all its files in this folder, and its database up to date."""
    app = create_app(
        Settings(
            environment="testing",
            instance_dir=folder,
            database_url=f"sqlite:///{folder / 'scratch.db'}",
            secret_key=SECRET_KEY,
            bcrypt_rounds=4,
            log_level="ERROR",
            mail=MailSettings(directory=folder / "mail"),
            throttle=ThrottleSettings(enabled=False),
        )
    )
    with app.app_context():
        flask_migrate.upgrade()
        load_reference_data()
        demo.load(seed=7, people=12)
    return app


def token_of(app: Flask, user_id: int) -> str:
    """Return the token that signing in as this account would give."""
    with app.app_context():
        account = queries.account_by_id(user_id)
        if account is None:
            message = f"there is no account {user_id}"
            raise LookupError(message)
        return issue_token(account)
