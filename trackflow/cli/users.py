"""`flask users`: accounts, for the operator."""

from __future__ import annotations

import sys

import click
import marshmallow as ma

from trackflow.cli.group import Commands
from trackflow.schemas.auth import RegisterIn
from trackflow.services.auth import commands, directory
from trackflow.services.users import removal
from trackflow.unit_of_work import release

users = Commands("users", help="Make, list, close, open and delete accounts.")


@users.command("create-admin")
@click.option("--username", required=True, help="3 to 50 letters, digits, hyphens or underscores.")
@click.option("--email", required=True, help="Where reset mails go.")
@click.option("--password-stdin", is_flag=True, help="Read the password from the first line of standard input.")
def create_admin(username: str, email: str, *, password_stdin: bool) -> None:
    """Open an account with the rights of an administrator.

    Without --password-stdin the password is asked for, twice. It has 6 to 128 characters.

    \b
    Examples:
      flask --app wsgi users create-admin --username ada --email ada@example.org
      pass show trackflow | flask --app wsgi users create-admin --username ada --email ada@example.org --password-stdin
    """  # noqa: D301  (click reads the escape)
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", type=str, hide_input=True, confirmation_prompt=True)
    try:
        body = RegisterIn().load({"username": username, "email": email, "password": password})
    except ma.ValidationError as error:
        raise click.ClickException(_sentences(error)) from error
    user_id = commands.register(body["username"], body["email"], body["password"], None, is_admin=True)
    click.echo(f"The administrator {body['username']} has the id {user_id}.")


@users.command("list")
@click.option("--inactive", is_flag=True, help="Only accounts that are closed.")
def list_accounts(*, inactive: bool) -> None:
    """List the accounts by name.

    \b
    Example:
      flask --app wsgi users list --inactive
    """  # noqa: D301  (click reads the escape)
    found = directory.accounts(inactive_only=inactive)
    for account in found:
        marks = [word for word, holds in (("admin", account.is_admin), ("inactive", not account.is_active)) if holds]
        seen = f"{account.last_login_at:%Y-%m-%d %H:%M}" if account.last_login_at else "never"
        email = account.email or "-"
        click.echo(f"{account.id:>6}  {account.username:<24}  {email:<36}  {seen:<16}  {' '.join(marks)}".rstrip())
    click.echo(f"{len(found)} account{'' if len(found) == 1 else 's'}")


@users.command("deactivate")
@click.argument("username")
def deactivate(username: str) -> None:
    """Close an account: its owner is signed out at once and cannot sign in any more.

    \b
    Example:
      flask --app wsgi users deactivate ada
    """  # noqa: D301  (click reads the escape)
    account = directory.account_named(username)
    commands.set_active(account.id, active=False)
    click.echo(f"{account.username} is inactive.")


@users.command("activate")
@click.argument("username")
def activate(username: str) -> None:
    """Open a closed account again.

    \b
    Example:
      flask --app wsgi users activate ada
    """  # noqa: D301  (click reads the escape)
    account = directory.account_named(username)
    commands.set_active(account.id, active=True)
    click.echo(f"{account.username} is active.")


@users.command("delete")
@click.argument("username")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(username: str, *, yes: bool) -> None:
    """Delete an account with its songs and packs; this cannot be undone.

    Packs with songs of others pass to one of them. What administrators look after passes to one of those. Whoever
    should only be kept out is better deactivated.

    \b
    Examples:
      flask --app wsgi users delete ada
      flask --app wsgi users delete ada --yes
    """  # noqa: D301  (click reads the escape)
    account = directory.account_named(username)
    owned = removal.holdings(account.id)
    release()
    if not yes:
        question = f"Delete {account.username} with {_count(owned.songs, 'song')} and {_count(owned.packs, 'pack')}?"
        click.confirm(f"{question} This cannot be undone", abort=True)
    removal.remove(account.id)
    click.echo(f"{account.username} is deleted.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _sentences(error: ma.ValidationError) -> str:
    """Put what is wrong with each option into one line."""
    found: dict[str, list[str]] = error.messages_dict
    return " ".join(f"--{field}: {' '.join(texts)}" for field, texts in sorted(found.items()))
