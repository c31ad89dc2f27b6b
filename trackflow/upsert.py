"""INSERT with a conflict clause, in the dialect of the database at hand; SQLAlchemy has no common form of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from trackflow.extensions import Base, db

UpsertingInsert = postgresql.Insert | sqlite.Insert


def insert(model: type[Base]) -> UpsertingInsert:
    """Return an INSERT into the model's table that offers `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if db.session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(model)
    return postgresql.insert(model)


def insert_if_absent(model: type[Base], values: dict[str, Any]) -> int | None:
    """Insert one row unless a unique constraint already holds one; return its id, or None if it was there."""
    id_column = model.__table__.c.id
    statement = insert(model).values(values).on_conflict_do_nothing().returning(id_column)
    new_id: int | None = db.session.execute(statement).scalar()
    return new_id
