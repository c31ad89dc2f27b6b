"""The fixtures of the whole suite; `tests/README.md` says what they are for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support import application, network, people, postgres, registry, run, threads
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.queries import QueryCounter, counted
from tests.support.world import World
from trackflow.extensions import db

T = TypeVar("T")


def pytest_configure(config: pytest.Config) -> None:
    """Open the run's directory, in the first process only, and name the marks."""
    if not hasattr(config, "workerinput"):
        run.begin()
    for name in registry.CLAIMS:
        config.addinivalue_line("markers", f"{name}(*operations): see tests/support/registry.py")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the run's servers and remove its files, in the first process only."""
    postgres.close()
    if not hasattr(config, "workerinput"):
        postgres.stop()
        run.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Hold tests to what their marks claim."""
    with registry.checked_claims(item):
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def _no_outside_world() -> Iterator[None]:
    with network.only_this_machine():
        yield


@pytest.fixture(scope="session")
def worker_database() -> Iterator[Database]:
    """Build this worker's database, once."""
    backend = application.worker_backend()
    backend.build(application.fill)
    database = Database(backend, [application.application()])
    yield database
    database.engine.dispose()
    application.settle(application.application(), close=True)


@pytest.fixture
def database(worker_database: Database) -> Iterator[Database]:
    """Look at the database directly; it is put back after the test."""
    yield worker_database
    worker_database.reset()


@pytest.fixture
def app(database: Database) -> Flask:  # noqa: ARG001  (puts the database back)
    """Return the worker's application; its settings are in `tests/support/application.py`."""
    return application.application()


class MakeApp(Protocol):
    """Makes a second application on the same database, with some settings changed."""

    def __call__(self, **changes: Any) -> Flask:
        """Name the settings to change."""


@pytest.fixture
def make_app(database: Database) -> Iterator[MakeApp]:
    """Make a second application: `make_app(throttle=ThrottleSettings())`, `make_app(environment="production")`."""
    with ExitStack() as stack:

        def make(**changes: Any) -> Flask:
            other = stack.enter_context(application.other_application(**changes))
            return stack.enter_context(database.serving(other))

        yield make


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application."""
    return app.test_client()


@pytest.fixture
def anonymous(client: FlaskClient) -> Api:
    """Return a caller without a token."""
    return Api(client)


class Register(Protocol):
    """Opens an account through the application."""

    def __call__(self, username: str = "alice", *, email: str | None = None, **more: Any) -> Account:
        """Name the account; `more` goes into the request's body."""


@pytest.fixture
def register(client: FlaskClient) -> Register:
    """Open accounts by POST /auth/register."""

    def call(username: str = "alice", *, email: str | None = None, **more: Any) -> Account:
        return people.register(client, username, email=email, **more)

    return call


class Person(Protocol):
    """Inserts an account directly."""

    def __call__(self, username: str, **values: Any) -> Account:
        """Name the account; `values` are columns of `users`."""


@pytest.fixture
def person(app: Flask, database: Database) -> Person:
    """Insert accounts directly, without workflow or events: quicker where only their existence counts."""

    def call(username: str, **values: Any) -> Account:
        return people.person(app, database, username, **values)

    return call


@pytest.fixture
def as_user(client: FlaskClient) -> Callable[[Account | None], Api]:
    """Speak for an account: `as_user(alice).get("/songs/").ok()`."""

    def call(account: Account | None) -> Api:
        return Api(client, account)

    return call


@pytest.fixture
def make_admin(database: Database) -> Callable[[Account], Account]:
    """Make an account an administrator."""

    def call(account: Account) -> Account:
        database.execute("UPDATE users SET is_admin = true WHERE id = :id", id=account.id)
        return account

    return call


@pytest.fixture
def deactivate(database: Database) -> Callable[[Account], Account]:
    """Make an account inactive."""

    def call(account: Account) -> Account:
        database.execute("UPDATE users SET is_active = false WHERE id = :id", id=account.id)
        return account

    return call


@pytest.fixture
def world(app: Flask, database: Database) -> World:
    """Return a pack with songs and everybody who can stand in a relation to them, see `tests/support/world.py`."""
    return World.build(app, database)


@pytest.fixture
def query_counter(app: Flask) -> Callable[[], AbstractContextManager[QueryCounter]]:
    """Count the application's statements: `with query_counter() as sent: ...; sent.at_most(3)`."""
    with app.app_context():
        engine = db.engine
    return lambda: counted(engine)


class Concurrently(Protocol):
    """Calls a function in several threads at once."""

    def __call__(self, number: int, function: Callable[[int], T]) -> threads.Outcomes[T]:
        """Give each thread its number from 0."""


@pytest.fixture
def concurrently(app: Flask) -> Concurrently:
    """Call a function in n threads at once, each in an application context of its own."""

    def call(number: int, function: Callable[[int], T]) -> threads.Outcomes[T]:
        return threads.concurrently(app, number, function)

    return call


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Hold the application's clock still; tokens keep living by the real time."""
    held = Clock()
    monkeypatch.setattr("trackflow.clock.datetime", held)
    return held
