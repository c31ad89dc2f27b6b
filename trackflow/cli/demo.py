"""`flask demo`: a community of invented people with songs in every state, to try the server and the client with."""

from __future__ import annotations

import sys

import click

from trackflow.cli.catalogue import load_reference_data
from trackflow.cli.group import Commands
from trackflow.services.demo import commands
from trackflow.services.demo.world import ADMIN_NAME, MAX_PEOPLE, MIN_PEOPLE
from trackflow.web.settings import settings

group = Commands("demo", help="Fill the database with sample data.")


@group.command("load")
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same community.")
@click.option(
    "--users", default=12, show_default=True, type=click.IntRange(MIN_PEOPLE, MAX_PEOPLE), help="How many people."
)
def load(seed: int, users: int) -> None:
    """Store a community of invented people with packs, songs and collaborations; a second time changes nothing.

    All accounts have the same password, which is printed. Refused in production.

    \b
    Example:
      flask --app wsgi demo load --users 20
    """  # noqa: D301  (click reads the escape)
    if settings().is_production:
        message = "Sample accounts have a password that everybody knows, so they are refused in production."
        raise click.ClickException(message)
    load_reference_data()
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=commands.STAGES, label="demo data", file=sys.stderr, hidden=hidden) as bar:
        world = commands.load(seed, users, bar.update)
    if world is None:
        click.echo("demo data: present, nothing changed")
    else:
        click.echo(
            f"demo data: {len(world.people)} people, {len(world.packs)} packs, {len(world.songs)} songs, "
            f"{len(world.rights)} collaborations"
        )
    name = next((person.username for person in world.people if not person.is_admin), "") if world else ""
    click.echo(f"sign in as  {ADMIN_NAME} (administrator){f' or {name}' if name else ''}, password {commands.PASSWORD}")
