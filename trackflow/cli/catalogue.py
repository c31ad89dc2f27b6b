"""`flask catalogue`: the reference data that every server needs."""

from __future__ import annotations

import click

from trackflow.cli.group import Commands
from trackflow.services.achievements.commands import load_catalogue
from trackflow.services.workflows.reference import load_default_template

catalogue = Commands("catalogue", help="Achievements and the default workflow.")


@catalogue.command("load")
def load() -> None:
    """Load the achievements and the default workflow; a second time changes nothing.

    `flask prepare` does this too.

    \b
    Example:
      flask --app wsgi catalogue load
    """  # noqa: D301  (click reads the escape)
    click.echo(load_reference_data())


def load_reference_data() -> str:
    """Load what every server needs and say in one line what was missing."""
    is_new_template = load_default_template()
    loaded = load_catalogue()
    return (
        f"default workflow: {'loaded' if is_new_template else 'present'}; achievements: {loaded.added} added, "
        f"{loaded.changed} changed, points of {loaded.recounted} users recounted"
    )
