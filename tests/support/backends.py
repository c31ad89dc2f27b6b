"""The two databases that the suite runs on: made once, filled with reference data, put back after each test."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from tests.support import postgres, run

Fill = Callable[[str], None]


class Backend(Protocol):
    """The database of one worker."""

    url: str

    def build(self, fill: Fill) -> None:
        """Make the worker's database; `fill` migrates the database at a URL and loads its reference data."""

    def restore(self) -> None:
        """Put the worker's database back to how `build` left it; no connection may be in use."""

    def empty(self) -> Iterator[str]:
        """Lend the URL of a new, empty database."""


class Sqlite:
    """A file per worker, copied from one pristine file."""

    def __init__(self) -> None:
        """Name the files; nothing is made yet."""
        self._pristine = run.directory() / "pristine.db"
        self._path = run.directory() / f"{run.worker()}.db"
        self._stamp: tuple[int, ...] | None = None
        self.url = f"sqlite:///{self._path}"

    def build(self, fill: Fill) -> None:
        """Migrate the pristine file unless another worker has, and copy it."""
        with run.one_at_a_time("pristine"):
            if not self._pristine.exists():
                draft = run.directory() / "draft.db"
                fill(f"sqlite:///{draft}")
                with sqlite3.connect(draft) as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.close()
                draft.rename(self._pristine)
        self.restore()

    def restore(self) -> None:
        """Copy the pristine file back, unless nothing has touched the copy."""
        if self._stamp is not None and self._stamp == self._look():
            return
        _remove(self._path)
        shutil.copyfile(self._pristine, self._path)
        self._stamp = self._look()

    def _look(self) -> tuple[int, ...] | None:
        """Return what changes with every write: of the file, and whether it has a log beside it."""
        with suppress(FileNotFoundError):
            stat = self._path.stat()
            return stat.st_ino, stat.st_mtime_ns, stat.st_size, int(_beside(self._path, "-wal").exists())
        return None

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Lend a file that does not exist yet."""
        path = run.directory() / f"empty-{uuid.uuid4().hex}.db"
        try:
            yield f"sqlite:///{path}"
        finally:
            _remove(path)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        _beside(path, ending).unlink(missing_ok=True)


class Postgres:
    """A database per worker, copied from one template; a server function restores what differs from it."""

    _TEMPLATE = "trackflow_template"

    def __init__(self) -> None:
        """Name the worker's database; the server starts with `build`."""
        self._name = f"trackflow_{run.worker()}"
        self.url = postgres.url(self._name)

    def build(self, fill: Fill) -> None:
        """Start the server and migrate the template unless another worker has, and copy it."""
        with run.one_at_a_time("pristine"):
            if postgres.start():
                postgres.create(self._TEMPLATE)
                fill(postgres.url(self._TEMPLATE))
                postgres.remember(self._TEMPLATE)
        postgres.create(self._name, template=self._TEMPLATE)

    def restore(self) -> None:
        """Let the server put the tables and sequences back."""
        postgres.restore(self._name)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """Lend a database that is dropped afterwards."""
        name = f"empty_{uuid.uuid4().hex}"
        postgres.create(name)
        try:
            yield postgres.url(name)
        finally:
            postgres.drop(name)


def backend() -> Sqlite | Postgres:
    """Return the backend that TEST_DATABASE names."""
    return Postgres() if run.database_kind() == "postgresql" else Sqlite()
