"""Whether the database answers and its tables are those that the code expects."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from trackflow.errors import Unavailable
from trackflow.extensions import db


def check(head: str) -> dict[str, Any]:
    """Compare the database's migration with the newest one of the code, `head`.

    Return `{"database": answers, "migrations": up to date, "status": "ready" or "unavailable", "detail": sentence}`.
    """
    try:
        version = _version()
    except SQLAlchemyError:
        return _report("The database does not answer.", database=False)
    if version != head:
        return _report("The database is not up to date: run flask db upgrade.", database=True)
    return _report("The database answers and is up to date.", database=True, migrations=True)


def require_ready(head: str) -> None:
    """Raise Unavailable unless the database answers and is up to date."""
    report = check(head)
    if report["status"] != "ready":
        raise Unavailable(report["detail"])


def _version() -> str | None:
    connection = db.session.connection()
    if not db.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _report(detail: str, *, database: bool, migrations: bool = False) -> dict[str, Any]:
    status = "ready" if database and migrations else "unavailable"
    return {"status": status, "database": database, "migrations": migrations, "detail": detail}
