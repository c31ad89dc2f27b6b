"""Settings under several writers at once."""

from __future__ import annotations

from tests.conftest import Concurrently, Person
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import RuleViolation
from trackflow.services.users import commands


def test_one_of_many_gets_an_address(database: Database, person: Person, concurrently: Concurrently) -> None:
    people = [person(f"user{index}") for index in range(8)]

    def change(index: int) -> None:
        actor = Actor(people[index].id, people[index].username)
        commands.change(actor, commands.SettingsEdit(email="wanted@example.org", display_name="x"))

    outcomes = concurrently(8, change)
    assert len(outcomes.results) == 1
    assert all(isinstance(error, RuleViolation) for error in outcomes.errors), outcomes.errors
    assert database.count("users", email="wanted@example.org") == database.count("users", display_name="x") == 1
