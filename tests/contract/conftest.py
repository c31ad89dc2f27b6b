"""The throw-away application of the contract's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.contract import trial
from tests.support import application
from tests.support.database import Database
from tests.support.http import Api


@pytest.fixture(scope="module")
def trial_app(worker_database: Database) -> Iterator[Flask]:
    """Return an application that also has the routes of `trial`."""
    with application.other_application() as app, worker_database.serving(app):
        trial.install(app)
        yield app


@pytest.fixture
def trial_api(trial_app: Flask, database: Database) -> Api:  # noqa: ARG001  (puts the database back)
    """Call the application that also has the routes of `trial`, without a token."""
    return Api(trial_app.test_client())
