"""One run of the suite: which database it uses, where its files are, and how its processes find each other.

The first process makes a directory and names it in the environment, which the workers of pytest-xdist inherit.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

PROJECT = Path(__file__).resolve().parents[2]
_VARIABLE = "TRACKFLOW_TEST_RUN"
_MEMORY = Path("/dev/shm")  # noqa: S108  (a RAM disk, where there is one: no file survives the run anyway)
_ENOUGH_BYTES = 1 << 30

DatabaseKind = Literal["sqlite", "postgresql"]


def database_kind() -> DatabaseKind:
    """Return the database of this run, from the environment variable TEST_DATABASE."""
    kind = os.environ.get("TEST_DATABASE", "sqlite")
    if kind == "sqlite":
        return "sqlite"
    if kind == "postgresql":
        return "postgresql"
    message = f"TEST_DATABASE must be sqlite or postgresql, not {kind!r}."
    raise ValueError(message)


def worker() -> str:
    """Return the name of this worker of pytest-xdist, or `main`."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def directory() -> Path:
    """Return the directory that all processes of this run share."""
    return Path(os.environ[_VARIABLE])


def begin() -> None:
    """Make the directory of a new run."""
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES
    os.environ[_VARIABLE] = tempfile.mkdtemp(prefix="trackflow-tests-", dir=_MEMORY if roomy else None)


def end() -> None:
    """Remove the run's directory."""
    shutil.rmtree(os.environ.pop(_VARIABLE), ignore_errors=True)


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Let one process of the run into the block at a time."""
    with (directory() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
