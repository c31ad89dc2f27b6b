"""`flask dlc`: the official songs, against which duplicates are found."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from trackflow.cli.group import Commands
from trackflow.services.rockband_dlc import commands
from trackflow.services.rockband_dlc.commands import Import

_SHOWN_FAULTS = 20
_LONGEST_LINE = 1 << 20
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)

dlc = Commands("dlc", help="The official songs of the games.")


@dlc.command("import")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Count what would happen and store nothing.")
@click.option("--skip-bad", is_flag=True, help="Leave rows out that cannot be read, instead of the whole file.")
@click.option("--link", is_flag=True, help="Then link official songs to the users' songs that contain their names.")
def import_file(file: Path, *, dry_run: bool, skip_bad: bool, link: bool) -> None:
    """Store the official songs of a CSV file; what is there already stays as it is.

    The file is in UTF-8, separated by commas, and its first line names the columns Song, Artist and Origin; others are
    ignored. Rows without song or artist are left out. Exit code 1 if nothing was stored because of bad rows.

    \b
    Example:
      flask --app wsgi dlc import songs.csv --dry-run
    """  # noqa: D301  (click reads the escape)
    hidden = not sys.stderr.isatty()
    with (
        file.open("rb") as source,
        click.progressbar(length=file.stat().st_size, label="official songs", file=sys.stderr, hidden=hidden) as bar,
    ):
        result = commands.load(_lines(source, bar.update), dry_run=dry_run, skip_bad=skip_bad, link=link)
    _report(result, dry_run=dry_run)
    if result.faults and not skip_bad:
        message = "The file has bad rows, so nothing was stored. Correct them, or leave them out by --skip-bad."
        raise click.ClickException(message)


def _lines(source: BinaryIO, advance: Callable[[int], object]) -> Iterator[bytes]:
    while line := source.readline(_LONGEST_LINE):
        advance(len(line))
        yield line


def _report(result: Import, *, dry_run: bool) -> None:
    for fault in result.faults[:_SHOWN_FAULTS]:
        click.echo(f"line {fault.line}: {fault.reason}", err=True)
    if len(result.faults) > _SHOWN_FAULTS:
        click.echo(f"... and {len(result.faults) - _SHOWN_FAULTS} more bad rows", err=True)
    click.echo(
        f"official songs: {result.processed} processed, {result.new} new, {result.duplicates} duplicates skipped, "
        f"{result.incomplete} without song or artist skipped, {len(result.faults)} errors"
    )
    if result.linking is not None:
        total, linked = result.linking.total, result.linking.linked
        click.echo(f"links: {total} without one, {linked} linked, {total - linked} not found")
    if dry_run:
        click.echo("dry run: nothing was stored")
