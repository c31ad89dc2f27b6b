"""`flask jobs`: what runs by itself, and running it by hand."""

from __future__ import annotations

import click
from flask import Flask, current_app

from trackflow.cli.group import Commands
from trackflow.jobs.runner import Outcome, run_job
from trackflow.jobs.table import jobs_of
from trackflow.services.job_slots import queries

jobs = Commands("jobs", help="Look at the timed jobs and run them by hand.")


@jobs.command("list")
def list_jobs() -> None:
    """List the timed jobs: when they run, how the last run ended, what they do.

    Jobs that run in every process keep no record.

    \b
    Example:
      flask --app wsgi jobs list
    """  # noqa: D301  (click reads the escape)
    runs = queries.last_runs()
    for job in jobs_of(_app()).values():
        last = runs.get(job.name)
        if job.per_process:
            state = "in every process"
        elif last is None:
            state = "never ran"
        else:
            ended = {True: "ok", False: f"failed: {last.error}", None: "not finished"}[last.ok]
            state = f"{last.claimed_at:%Y-%m-%d %H:%M} {ended}"
        click.echo(f"{job.name:<22}  {job.rhythm:<14}  {state:<26}  {job.description}")


@jobs.command("run")
@click.argument("name")
def run(name: str) -> None:
    """Run one job now, whenever it last ran; exit code 1 if it fails.

    \b
    Example:
      flask --app wsgi jobs run send_outbox
    """  # noqa: D301  (click reads the escape)
    known = jobs_of(_app())
    if name not in known:
        message = f"There is no job {name}; there are: {', '.join(known)}."
        raise click.ClickException(message)
    if run_job(_app(), known[name], slot=None) is Outcome.FAILED:
        message = f"The job {name} failed; the log says why."
        raise click.ClickException(message)
    click.echo(f"{name}: done")


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  (Flask's documented way)
    return app
