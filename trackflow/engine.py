"""How connections of both databases behave: how transactions begin, how long a lock is awaited, what counts as busy.

SQLite: the driver's own transaction handling is off. Readers begin deferred; a connection that carries the execution
option `WRITES` begins immediate, so that a write never starts from a stale read.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

WRITES = "trackflow_writes"
LOCK_WAIT_SECONDS = 5
# A lock not available, a deadlock, a serialization failure, a statement cancelled; and a broken foreign key: somebody
# deleted the row that this command had just checked.
_RETRYABLE_SQLSTATES = frozenset({"55P03", "40P01", "40001", "57014", "23503"})
_SQLITE_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    f"PRAGMA busy_timeout={LOCK_WAIT_SECONDS * 1000}",
    "PRAGMA journal_size_limit=67108864",
)


def engine_options(database_url: str, threads: int) -> dict[str, Any]:
    """Return the options of `create_engine` for this database and this many threads that may ask at once."""
    options: dict[str, Any] = {"hide_parameters": True, "pool_size": threads + 4, "max_overflow": 4}
    if database_url.startswith("sqlite"):
        options["connect_args"] = {"isolation_level": None, "check_same_thread": False}
    else:
        options["pool_pre_ping"] = True
        options["pool_recycle"] = 1800
        options["connect_args"] = {
            "connect_timeout": 5,
            # Parallel workers take longer to start than our largest list takes to read.
            "options": f"-c lock_timeout={LOCK_WAIT_SECONDS}s -c timezone=UTC -c max_parallel_workers_per_gather=0",
        }
    return options


def prepare(engine: Engine) -> None:
    """Attach the connection rules to an SQLite engine; other engines need none."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _configure_sqlite(connection: Any, _record: object) -> None:
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def transaction_is_lost(session: Session) -> bool:
    """Say whether the database ended the session's transaction by itself, which a full disk or a lost line brings."""
    try:
        connection = session.connection()
    except SQLAlchemyError:
        return True
    if connection.dialect.name != "sqlite":
        return False
    driver = connection.connection.dbapi_connection
    return driver is None or not driver.in_transaction


def is_busy(error: DBAPIError) -> bool:
    """Say whether the same request may succeed in a moment: a lock, a deadlock, a lost race, no connection."""
    sqlstate = getattr(error.orig, "sqlstate", None)
    if sqlstate in _RETRYABLE_SQLSTATES or error.connection_invalidated:
        return True
    if isinstance(error, OperationalError):
        text = str(error.orig)
        return "locked" in text or "busy" in text or (sqlstate is None and "connection" in text)
    return False
