"""Accounts: opened through the application as people do, or inserted directly where only their existence counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import bcrypt
from flask import Flask
from flask.testing import FlaskClient
from flask_jwt_extended import create_access_token

from tests.support.database import Database
from tests.support.http import Account, Api
from trackflow.services.auth import queries
from trackflow.services.auth.passwords import fingerprint
from trackflow.web.access import issue_token

PASSWORD = "correct horse"
HASHED = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
STEPS = ("drums", "bass", "vocals")


def register(client: FlaskClient, username: str = "alice", *, email: str | None = None, **more: Any) -> Account:
    """Open an account by POST /auth/register with a workflow of three steps; `more` goes into the body."""
    body = {
        "username": username,
        "email": email or f"{username.lower()}@example.org",
        "password": PASSWORD,
        "workflow_steps": [{"step_name": name, "display_name": name.title()} for name in STEPS],
        **more,
    }
    answer = Api(client).post("/auth/register", body).ok()
    user = answer["user"]
    return Account(user["id"], user["username"], user["email"], answer["access_token"], body["password"])


def person(app: Flask, database: Database, username: str, **values: Any) -> Account:
    """Insert an account with its counters directly, without workflow or events, and give it a token."""
    with database.together():
        user_id = insert_person(database, username, **values)
    return account(app, user_id)


def insert_person(database: Database, username: str, **values: Any) -> int:
    """Insert an account with its counters; return its id."""
    row = {"email": f"{username.lower()}@example.org", "hashed_password": HASHED, **values}
    user_id = database.insert("users", username=username, **row)
    database.insert("user_stats", user_id=user_id)
    return user_id


def account(app: Flask, user_id: int) -> Account:
    """Return the account with the token that signing in would give."""
    with app.app_context():
        found = queries.account_by_id(user_id)
        assert found is not None
        return Account(found.id, found.username, found.email, issue_token(found), PASSWORD)


def expired_token_of(app: Flask, user_id: int) -> str:
    """Make a token whose lifetime has ended, right in every other way."""
    with app.app_context():
        found = queries.account_by_id(user_id)
        assert found is not None
        claims = {"pwf": fingerprint(found.hashed_password)}
        lifetime = timedelta(seconds=-60)
        return str(create_access_token(str(user_id), expires_delta=lifetime, additional_claims=claims))
