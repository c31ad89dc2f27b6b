"""The command line; each group in a file of its own."""

from __future__ import annotations

from importlib.util import find_spec

from flask import Flask

from trackflow.cli.catalogue import catalogue
from trackflow.cli.dlc import dlc
from trackflow.cli.doctor import doctor
from trackflow.cli.group import LazyGroup
from trackflow.cli.jobs import jobs
from trackflow.cli.prepare import prepare
from trackflow.cli.users import users

_DEMO = "trackflow.cli.demo"


def install(app: Flask) -> None:
    """Register the commands on the application; sample data is imported only by whoever asks for it."""
    for command in (catalogue, dlc, doctor, jobs, prepare, users):
        app.cli.add_command(command)
    if find_spec(_DEMO) is not None:
        app.cli.add_command(LazyGroup("demo", module=_DEMO, help="Fill the database with sample data."))
