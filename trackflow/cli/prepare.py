"""`flask prepare`: everything between a fresh checkout, or a new version, and a server that can start."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from trackflow.cli.catalogue import load_reference_data
from trackflow.cli.group import plainly
from trackflow.config import PORT
from trackflow.services.auth import directory
from trackflow.services.installation import lock, queries
from trackflow.services.installation.queries import DatabaseState
from trackflow.web.settings import settings


@click.command("prepare")
@click.option("--demo", is_flag=True, help="Load the sample data too.")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="The address to print.")
@click.pass_context
@with_appcontext
@plainly
def prepare(context: click.Context, host: str, *, demo: bool) -> None:
    """Bring the database up to date, load what must be in it, and say where everything is.

    May be repeated, also by two processes at once: the second waits, and then finds nothing to do.

    \b
    Example:
      flask --app wsgi prepare --demo
    """  # noqa: D301  (click reads the escape)
    _require_database()
    try:
        with lock.exclusively(settings().instance_dir):
            _upgrade()
            load_reference_data()
    except TimeoutError as error:
        raise click.ClickException(str(error)) from error
    if demo:
        _load_demo(context)
    _print_banner(host)


def _require_database() -> None:
    if _database_state() is DatabaseState.SILENT:
        message = f"The database {queries.database_name()} does not answer. Start it, or correct DATABASE_URL."
        raise click.ClickException(message)


def _upgrade() -> None:
    if _database_state() is not DatabaseState.CURRENT:
        flask_migrate.upgrade()


def _database_state() -> DatabaseState:
    return queries.database_state(current_app.extensions["trackflow.head"])


def _load_demo(context: click.Context) -> None:
    group = current_app.cli.commands.get("demo")
    command = group.get_command(context, "load") if isinstance(group, click.Group) else None
    if command is None:
        message = "There is no sample data in this version."
        raise click.ClickException(message)
    context.invoke(command)


def _print_banner(host: str) -> None:
    base = f"http://{f'[{host}]' if ':' in host else host}:{PORT}"
    click.echo(f"TrackFlow   {base}\ndocs        {base}/docs\ndatabase    {queries.database_name()}")
    if not directory.has_administrator():
        command = f"{_python()} -m flask --app wsgi users create-admin --username NAME --email ADDRESS"
        click.echo(f"first administrator:\n            {command}")


def _python() -> Path:
    """Return this interpreter, as it is called from the current folder."""
    python = Path(sys.executable)
    return python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python
