"""The operations of no domain: is it running, is it ready."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.conftest import MakeApp
from tests.support import application
from tests.support.database import Database
from tests.support.http import Api
from tests.support.queries import QueryCounter
from tests.support.registry import covers


@covers("GET /", "GET /health")
def test_it_runs_without_asking_the_database(
    anonymous: Api, query_counter: Callable[[], AbstractContextManager[QueryCounter]]
) -> None:
    with query_counter() as sent:
        for path in ("/", "/health"):
            body = anonymous.get(path).ok()
            assert body["status"] == "healthy"
            assert set(body) == {"status", "message"}
            assert isinstance(body["message"], str)
    sent.at_most(0)


@pytest.mark.parametrize("authorization", ["Bearer null", "Bearer garbage", "nonsense"])
def test_it_runs_for_anybody(authorization: str, anonymous: Api) -> None:
    anonymous.get("/health", headers={"Authorization": authorization}).ok()


@covers("GET /ready")
def test_it_is_ready_when_the_database_is_up_to_date(anonymous: Api) -> None:
    assert anonymous.get("/ready").ok()["status"] == "ready"


def test_it_is_not_ready_on_an_empty_database(make_app: MakeApp, worker_database: Database) -> None:
    assert worker_database.url
    with application.worker_backend().empty() as url:
        app = make_app(database_url=url)
        answer = Api(app.test_client()).get("/ready")
        application.settle(app, close=True)
    answer.refused(503, "up to date")


def test_it_is_not_ready_when_the_tables_are_of_another_time(anonymous: Api, database: Database) -> None:
    database.execute("UPDATE alembic_version SET version_num = 'older'")
    answer = anonymous.get("/ready")
    answer.refused(503)


def test_it_is_not_ready_when_the_database_does_not_answer(make_app: MakeApp, database: Database) -> None:
    nowhere = {
        "sqlite": "sqlite:////nowhere/at/all.db",
        "postgresql": "postgresql+psycopg://postgres@127.0.0.1:1/nowhere",
    }[database.kind]
    app = make_app(database_url=nowhere)
    answer = Api(app.test_client()).get("/ready")
    answer.refused(503)
