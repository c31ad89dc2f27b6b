"""What the tests of the command line share."""

from __future__ import annotations

from typing import Protocol

import pytest
from click.testing import Result
from flask import Flask


class Run(Protocol):
    """Calls the command line of an application."""

    def __call__(self, *args: str, on: Flask | None = None, stdin: str | None = None) -> Result:
        """Name the command; `on` is another application than the worker's."""


@pytest.fixture
def run(app: Flask) -> Run:
    """Call `flask ...` within this process: `run("users", "list")`."""

    def call(*args: str, on: Flask | None = None, stdin: str | None = None) -> Result:
        return (on or app).test_cli_runner().invoke(args=list(args), input=stdin)

    return call
