"""Whether the database answers and its tables are those that the code expects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from trackflow.extensions import db


def check(head: str) -> dict[str, Any]:
    """Compare the database's migration with the newest one of the code."""
    try:
        current = db.session.connection().execute(text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        answered = not error.connection_invalidated and "alembic_version" in str(error.orig)
        return _report(database=answered, migrations=False)
    except SQLAlchemyError:
        return _report(database=False, migrations=False)
    return _report(database=True, migrations=current == head)


def _report(*, database: bool, migrations: bool) -> dict[str, Any]:
    detail = "Ready."
    if not database:
        detail = "The database does not answer."
    elif not migrations:
        detail = "The database is not up to date: run flask db upgrade."
    return {
        "status": "ready" if database and migrations else "unavailable",
        "database": database,
        "migrations": migrations,
        "detail": detail,
    }
