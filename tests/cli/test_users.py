"""`flask users`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Run
from tests.conftest import Person
from tests.support.database import Database
from tests.support.http import Account, Api

PASSWORD = "a good secret"
ADA = ("users", "create-admin", "--username", "Ada", "--email", " Ada@Example.org")


def test_an_administrator_can_sign_in_and_has_what_every_account_has(
    run: Run, anonymous: Api, database: Database
) -> None:
    result = run(*ADA, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert "The administrator Ada has the id" in result.output
    assert PASSWORD not in result.output
    user = anonymous.post("/auth/login", {"username": "ada", "password": PASSWORD}).ok()["user"]
    assert (user["username"], user["email"], user["is_admin"]) == ("Ada", "ada@example.org", True)
    assert database.count("user_stats", user_id=user["id"]) == 1
    steps = "SELECT count(*) FROM user_workflow_steps JOIN user_workflows w ON w.id = workflow_id WHERE user_id = :id"
    assert database.scalar(steps, id=user["id"]) == 13


def test_without_the_option_the_password_is_asked_for_twice(run: Run, database: Database) -> None:
    result = run(*ADA, stdin=f"{PASSWORD}\nsomething else\n{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert database.count("users", is_admin=True) == 1


@pytest.mark.parametrize(
    ("username", "email", "password", "complaint"),
    [
        ("a b", "ada@example.org", PASSWORD, "--username: Must be 3 to 50"),
        ("ada", "ada@example", PASSWORD, "--email: Must be an e-mail address."),
        ("ada", "ada@example.org", "short", "--password: Must be 6 to 128"),
        ("ada", "ada@example.org", "x" * 129, "--password: Must be 6 to 128"),
        ("ALICE", "ada@example.org", PASSWORD, "username already exists"),
        ("ada", "Alice@example.org", PASSWORD, "e-mail address already exists"),
    ],
)
def test_the_rules_of_registration_hold(  # noqa: PLR0913, PLR0917  (a row of the table)
    username: str, email: str, password: str, complaint: str, run: Run, person: Person, database: Database
) -> None:
    person("alice")
    options = ("--username", username, "--email", email, "--password-stdin")
    result = run("users", "create-admin", *options, stdin=f"{password}\n")
    assert result.exit_code == 1
    assert complaint in result.output
    assert database.count("users") == 1


def test_the_list(run: Run, person: Person) -> None:
    person("bob", is_active=False)
    person("Alice", is_admin=True)
    everybody = run("users", "list").output.splitlines()
    assert [line.split()[1] for line in everybody[:2]] == ["Alice", "bob"]
    assert everybody[0].endswith("admin")
    assert everybody[1].endswith("inactive")
    assert everybody[2] == "2 accounts"
    closed = run("users", "list", "--inactive").output.splitlines()
    assert closed[0].split()[1] == "bob"
    assert closed[1] == "1 account"


def test_an_account_is_closed_and_opened(run: Run, person: Person, as_user: Callable[[Account | None], Api]) -> None:
    alice = person("Alice")
    assert run("users", "deactivate", "alice").output == "Alice is inactive.\n"
    as_user(alice).get("/auth/me").refused(401)
    assert run("users", "activate", " ALICE ").output == "Alice is active.\n"
    as_user(alice).get("/auth/me").ok()
    for command in ("activate", "deactivate"):
        result = run("users", command, "nobody")
        assert (result.exit_code, result.output) == (1, "Error: There is no account named nobody.\n")
