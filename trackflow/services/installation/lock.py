"""One at a time: what prepares a database waits here for others that do the same.

On PostgreSQL this is an advisory lock of the database, which also keeps other machines out; otherwise an exclusive
transaction on a small SQLite file beside the database, which ends with its process on every operating system.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from trackflow.engine import is_busy
from trackflow.extensions import db

WAIT_SECONDS = 120
_KEY = 0x7261636B  # any number that is ours


@contextmanager
def exclusively(directory: Path) -> Iterator[None]:
    """Hold the lock of this installation; raises TimeoutError when it is not free within two minutes."""
    if db.engine.dialect.name == "postgresql":
        with _advisory_lock():
            yield
    else:
        with _file_lock(directory / "prepare.lock"):
            yield


@contextmanager
def _advisory_lock() -> Iterator[None]:
    with db.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(text("SELECT set_config('lock_timeout', :wait, false)"), {"wait": f"{WAIT_SECONDS}s"})
        try:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _KEY})
        except DBAPIError as error:
            if not is_busy(error):
                raise
            message = "Another process prepares this database."
            raise TimeoutError(message) from error
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _KEY})
            connection.execute(text("RESET lock_timeout"))


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            message = f"Another process holds {path}."
            raise TimeoutError(message) from error
        yield
