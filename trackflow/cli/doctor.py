"""`flask doctor`: is this installation fit to serve, and if not, what to do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

import click
from flask import current_app
from flask.cli import with_appcontext

from trackflow.cli.group import plainly
from trackflow.config import Settings
from trackflow.services.auth import directory
from trackflow.services.installation import queries
from trackflow.services.installation.queries import DatabaseState
from trackflow.web.settings import settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says what to do, `is_problem` whether the server is unfit without it."""

    subject: str
    state: str
    advice: str = ""
    is_problem: bool = False


@click.command("doctor")
@with_appcontext
@plainly
def doctor() -> None:
    """Look at the installation; exit code 1 on a problem. Prints no secret.

    \b
    Example:
      flask --app wsgi doctor
    """  # noqa: D301  (click reads the escape)
    findings = list(_findings(settings()))
    for finding in findings:
        mark = "FAIL" if finding.is_problem else "note" if finding.advice else "ok"
        click.echo(f"{mark:<4}  {finding.subject:<14}  {finding.state}")
        if finding.advice:
            click.echo(f"{'':<22}{finding.advice}")
    problems = sum(finding.is_problem for finding in findings)
    if problems:
        message = f"{problems} problem{'' if problems == 1 else 's'} found."
        raise click.ClickException(message)


def _findings(current: Settings) -> Iterator[Finding]:
    yield _configuration(current)
    yield _instance(current)
    yield from _database()
    yield _mail(current)


def _configuration(current: Settings) -> Finding:
    state = f"{current.environment}; links in mails lead to {current.frontend_url}"
    if current.is_production and not current.frontend_url.startswith("https://"):
        return Finding("configuration", state, "Set FRONTEND_URL to the https:// address of the web application.")
    return Finding("configuration", state)


def _instance(current: Settings) -> Finding:
    folder = current.instance_dir
    if os.access(folder, os.W_OK | os.X_OK):
        return Finding("instance", f"{folder} is writable")
    advice = "Make it writable for this user, or set INSTANCE_DIR."
    return Finding("instance", f"{folder} is not writable", advice, is_problem=True)


def _database() -> Iterator[Finding]:
    name = queries.database_name()
    state = queries.database_state(current_app.extensions["trackflow.head"])
    if state is DatabaseState.SILENT:
        yield Finding("database", f"{name} does not answer", "Start it, or correct DATABASE_URL.", is_problem=True)
        return
    yield Finding("database", name)
    if state is DatabaseState.OUTDATED:
        yield Finding("migrations", state.value, "Run: flask --app wsgi prepare", is_problem=True)
        return
    yield Finding("migrations", state.value)
    yield from _contents()


def _contents() -> Iterator[Finding]:
    load = "Run: flask --app wsgi catalogue load"
    missing = queries.missing_achievements()
    yield Finding(
        "achievements", f"{missing} missing" if missing else "loaded", load if missing else "", is_problem=bool(missing)
    )
    has_template = queries.has_default_template()
    yield Finding(
        "workflow",
        "default loaded" if has_template else "no default",
        "" if has_template else load,
        is_problem=not has_template,
    )
    if directory.has_administrator():
        yield Finding("administrator", "there is one")
    else:
        yield Finding("administrator", "nobody is one", "Run: flask --app wsgi users create-admin --help")


def _mail(current: Settings) -> Finding:
    mail = current.mail
    if mail.server is not None:
        signs_in = "with a password" if mail.username and mail.password else "without a password"
        encrypted = "STARTTLS" if mail.starttls else "not encrypted"
        return Finding("mail", f"{mail.server}:{mail.port}, {encrypted}, {signs_in}, from {mail.sender}")
    if mail.directory is not None:
        return Finding(
            "mail", f"files in {mail.directory}", "Set SMTP_SERVER to send mail." if current.is_production else ""
        )
    return Finding(
        "mail",
        "dropped",
        "Nobody can reset a password: set SMTP_SERVER, or MAIL_DIR.",
        is_problem=current.is_production,
    )
