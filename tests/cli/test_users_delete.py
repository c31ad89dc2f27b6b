"""`flask users delete`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Run
from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api

ASKED = "Delete Zoe with 1 song and 0 packs? This cannot be undone [y/N]: "


@pytest.fixture
def zoe(person: Person, database: Database) -> Account:
    zoe = person("Zoe")
    rows.song(database, zoe)
    return zoe


def test_it_asks_and_deletes(
    run: Run, zoe: Account, database: Database, as_user: Callable[[Account | None], Api]
) -> None:
    result = run("users", "delete", " ZOE ", stdin="y\n")
    assert (result.exit_code, result.output) == (0, f"{ASKED}y\nZoe is deleted.\n")
    assert database.count("users") == database.count("songs") == 0
    as_user(zoe).get("/auth/me").refused(401)


@pytest.mark.usefixtures("zoe")
@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_whoever_does_not_say_yes_keeps_everything(answer: str, run: Run, database: Database) -> None:
    result = run("users", "delete", "zoe", stdin=answer)
    assert result.exit_code == 1
    assert ASKED in result.output
    assert "Aborted!\n" in result.output
    assert database.count("users") == database.count("songs") == 1


@pytest.mark.usefixtures("zoe")
def test_with_yes_nobody_is_asked(run: Run, database: Database) -> None:
    result = run("users", "delete", "zoe", "--yes")
    assert (result.exit_code, result.output) == (0, "Zoe is deleted.\n")
    assert database.count("users") == 0


def test_unknown_names_and_the_only_administrator(run: Run, person: Person, database: Database) -> None:
    person("adam", is_admin=True)
    unknown = run("users", "delete", "nobody", "--yes")
    assert (unknown.exit_code, unknown.output) == (1, "Error: There is no account named nobody.\n")
    only = run("users", "delete", "adam", "--yes")
    assert only.exit_code == 1
    assert only.output == "Error: This is the only administrator; make another one first.\n"
    assert run("users", "delete").exit_code == 2
    assert database.count("users") == 1


def test_the_help_has_examples(run: Run) -> None:
    result = run("users", "delete", "--help")
    assert result.exit_code == 0
    assert "flask --app wsgi users delete ada --yes" in result.output
