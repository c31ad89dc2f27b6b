"""The application under test: one per worker, on the worker's database, and throw-away ones with other settings."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import flask_migrate
from flask import Flask

from tests.support import run
from tests.support.backends import Postgres, Sqlite, backend
from trackflow import create_app, unit_of_work
from trackflow.cli.catalogue import load_reference_data
from trackflow.config import MailSettings, Settings, ThrottleSettings
from trackflow.extensions import db
from trackflow.services.auth import passwords
from trackflow.services.mail import listeners as mail
from trackflow.services.presence import buffer as presence
from trackflow.web.api import Operation

SECRET_KEY = "only-for-tests-0123456789-abcdefghijklmnop"


@cache
def worker_backend() -> Sqlite | Postgres:
    """Return this worker's database; it is built by the fixture that first needs it."""
    return backend()


def plain_settings() -> Settings:
    """Return the settings of tests: cheap hashes, no throttle, mail into a folder of the run."""
    instance = run.directory() / f"instance-{run.worker()}"
    return Settings(
        environment="testing",
        instance_dir=instance,
        database_url=worker_backend().url,
        secret_key=SECRET_KEY,
        bcrypt_rounds=4,
        log_level="WARNING",
        mail=MailSettings(directory=instance / "mail"),
        throttle=ThrottleSettings(enabled=False),
    )


@cache
def application() -> Flask:
    """Return this worker's application; it is also asked for its operations while tests are collected."""
    return create_app(plain_settings())


def operations(app: Flask | None = None) -> list[tuple[str, Operation]]:
    """Return each registered operation with its full rule."""
    found: list[tuple[str, Operation]] = (app or application()).extensions["trackflow.api"].operations
    return found


def fill(database_url: str) -> None:
    """Migrate the database at this URL and load its reference data."""
    with other_application(database_url=database_url) as app, app.app_context():
        flask_migrate.upgrade()
        load_reference_data()


@contextmanager
def other_application(**changes: Any) -> Iterator[Flask]:
    """Lend a second application whose settings differ in these fields; afterwards the process is as it was."""
    with globals_kept():
        app = create_app(dataclasses.replace(plain_settings(), **changes))
        try:
            yield app
        finally:
            settle(app, close=True)


def settle(app: Flask, *, close: bool = False) -> None:
    """Fail if a connection is still in use; close the idle ones where the database is a file, or when asked to."""
    with app.app_context():
        engine = db.engine
    in_use = engine.pool.checkedout()  # type: ignore[attr-defined]
    if close or in_use or engine.dialect.name == "sqlite":
        engine.dispose()
    assert not in_use, f"{in_use} connections were never given back: a test left a session or a transaction open."


@contextmanager
def globals_kept() -> Iterator[None]:
    """Put back what `create_app` sets for the whole process: event table, hasher, bound on mails, log."""
    handlers = dict(unit_of_work._handlers)  # noqa: SLF001
    lists: list[list[Any]] = [passwords._current, mail._bound]  # noqa: SLF001
    contents = [list(some) for some in lists]
    root = logging.getLogger()
    outputs, level = list(root.handlers), root.level
    try:
        yield
    finally:
        unit_of_work.use_handlers(handlers)
        for some, content in zip(lists, contents, strict=True):
            some[:] = content
        root.handlers[:] = outputs
        root.setLevel(level)


def forget() -> None:
    """Empty what outlives a request beside the database: who was seen, and the mails."""
    presence.drain()
    directory = plain_settings().mail.directory
    if directory is not None and directory.exists():
        shutil.rmtree(directory)
