"""How migrations run: on the application's own engine and models, one transaction for all of them."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask import current_app

from trackflow.extensions import Base
from trackflow.models.base import SafeDateTime

RenderedType = Literal["type", "server_default"]


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our column types as the plain types they store, so that old migrations never import today's models."""
    if kind == "type" and isinstance(item, SafeDateTime):
        return "sa.DateTime()"
    if kind == "type" and type(item).__module__.startswith("trackflow."):
        return f"sa.{item.impl!r}" if hasattr(item, "impl") else False
    return False


def run() -> None:
    """Run the migrations online; this project has no offline mode."""
    engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=is_sqlite,
            render_item=render_item,
            compare_type=True,
            compare_server_default=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
