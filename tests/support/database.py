"""A look at the database behind the application's back: own connections, no session, no unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, Executable, create_engine, func, insert, select, text

from tests.support import application, run
from tests.support.backends import Postgres, Sqlite
from trackflow import engine as connection_rules
from trackflow.extensions import Base

Row = dict[str, Any]


class Database:
    """The worker's database. SQL text gives what the driver gives; Core statements give typed values."""

    def __init__(self, backend: Sqlite | Postgres, apps: list[Flask], *, url: str | None = None) -> None:
        """Take the backend, and the applications whose connections end when the database is put back."""
        self._backend = backend
        self._apps = apps
        self.url = url or backend.url
        self.kind = run.database_kind()
        self.engine: Engine = create_engine(self.url, **connection_rules.engine_options(self.url, 4))
        connection_rules.prepare(self.engine)
        self._open: Connection | None = None

    def rows(self, statement: str | Executable, **values: Any) -> list[Row]:
        """Return the rows of a query as dictionaries."""
        with self.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(_executable(statement), values)]  # noqa: SLF001

    def row(self, statement: str | Executable, **values: Any) -> Row:
        """Return the only row of a query."""
        (only,) = self.rows(statement, **values)
        return only

    def column(self, statement: str | Executable, **values: Any) -> list[Any]:
        """Return the first column of a query."""
        return [next(iter(row.values())) for row in self.rows(statement, **values)]

    def scalar(self, statement: str | Executable, **values: Any) -> Any:
        """Return the single value of a query."""
        (only,) = self.column(statement, **values)
        return only

    def count(self, table: str, **equal: Any) -> int:
        """Return how many rows of a table have these values."""
        columns = Base.metadata.tables[table].c
        statement = select(func.count()).select_from(Base.metadata.tables[table])
        for name, value in equal.items():
            statement = statement.where(columns[name].is_(None) if value is None else columns[name] == value)
        return int(self.scalar(statement))

    def execute(self, statement: str | Executable, **values: Any) -> int:
        """Run a writing statement in a transaction of its own; return the number of rows it touched."""
        with self._writing() as connection:
            return connection.execute(_executable(statement), values).rowcount

    def insert(self, table: str, **values: Any) -> int:
        """Insert one row, with the defaults of the model; return its id."""
        with self._writing() as connection:
            key = connection.execute(insert(Base.metadata.tables[table]).values(**values)).inserted_primary_key
            assert key is not None
            return int(key[0])

    def insert_many(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Insert rows that all have the same keys."""
        with self._writing() as connection:
            connection.execute(insert(Base.metadata.tables[table]), [dict(row) for row in rows])

    @contextmanager
    def serving(self, app: Flask) -> Iterator[Flask]:
        """Let `reset` end the connections of this application too, as long as the block lasts."""
        self._apps.append(app)
        try:
            yield app
        finally:
            self._apps.remove(app)

    def reset(self) -> None:
        """Put the database and what the process remembers back to the start of a test."""
        application.forget()
        for app in self._apps:
            application.settle(app)
        if isinstance(self._backend, Sqlite):
            self.engine.dispose()
        self._backend.restore()

    @contextmanager
    def together(self) -> Iterator[Connection]:
        """Make all writes of the block one transaction: quicker for many rows."""
        with self.engine.execution_options(**{connection_rules.WRITES: True}).begin() as connection:
            self._open = connection
            try:
                yield connection
            finally:
                self._open = None

    def _writing(self) -> AbstractContextManager[Connection]:
        """Begin a transaction as a writer, which on SQLite waits for its turn, or join the open one."""
        return nullcontext(self._open) if self._open is not None else self.together()


def _executable(statement: str | Executable) -> Executable:
    return text(statement) if isinstance(statement, str) else statement
