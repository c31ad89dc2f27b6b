"""Making packs, editing and finding them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.pack_rows import stored_pack
from tests.services.song_rows import actor, stats
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import Forbidden, InvalidState, NotFound, RuleViolation
from trackflow.extensions import Base
from trackflow.services.packs import commands, queries

LOGS = Base.metadata.tables["activity_logs"]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def alice(person: Person) -> Actor:
    return actor(person("alice"))


@pytest.fixture
def bobby(person: Person) -> Actor:
    return actor(person("bobby"))


def logged(database: Database) -> list[tuple[str, int, str]]:
    found = database.rows(LOGS.select().order_by(LOGS.c.id))
    return [(row["activity_type"], row["user_id"], row["description"]) for row in found]


def test_a_new_pack_counts_and_is_logged(alice: Actor, database: Database) -> None:
    pack_id = commands.create(alice, "Summer", 4)
    row = stored_pack(database, pack_id)
    assert (row["name"], row["user_id"], row["priority"], row["show_on_homepage"]) == ("Summer", alice.id, 4, True)
    assert stats(database, alice)["total_packs"] == 1
    assert logged(database) == [("create_pack", alice.id, "Created the pack Summer")]


def test_a_name_is_taken_in_any_spelling_by_its_owner_only(alice: Actor, bobby: Actor, database: Database) -> None:
    commands.create(alice, "Summer  Pack", None)
    for name in ("Summer  Pack", "SUMMER pack", "ｓummer pack"):  # noqa: RUF001
        with pytest.raises(RuleViolation):
            commands.create(alice, name, None)
    commands.create(bobby, "Summer Pack", None)
    commands.create(alice, "Summer_Pack", None)
    assert database.count("packs") == 3


def test_editing_one_thing_leaves_the_other(alice: Actor, database: Database, clock: Clock) -> None:
    pack_id = commands.create(alice, "Summer", 4)
    clock.advance(days=1)
    commands.edit(alice, pack_id, {"name": "Winter"})
    row = stored_pack(database, pack_id)
    assert (row["name"], row["name_key"], row["priority"], row["updated_at"]) == ("Winter", "winter", 4, clock.time)
    commands.edit(alice, pack_id, {"priority": None, "name": None})
    row = stored_pack(database, pack_id)
    assert (row["name"], row["priority"]) == ("Winter", None)
    assert [kind for kind, *_ in logged(database)] == ["create_pack", "update_pack", "update_pack"]


def test_a_pack_may_change_the_letters_of_its_own_name(alice: Actor, database: Database) -> None:
    pack_id = commands.create(alice, "Summer", None)
    commands.edit(alice, pack_id, {"name": "SUMMER"})
    assert stored_pack(database, pack_id)["name"] == "SUMMER"


def test_the_name_of_another_pack_of_the_owner_is_refused(alice: Actor, bobby: Actor, database: Database) -> None:
    pack_id, _ = commands.create(alice, "One", None), commands.create(alice, "Two", None)
    commands.create(bobby, "Three", None)
    rows.grant(database, bobby.id, "pack_edit", on=pack_id)
    with pytest.raises(RuleViolation):
        commands.edit(bobby, pack_id, {"name": "tWO", "priority": 3})
    assert stored_pack(database, pack_id)["priority"] is None
    commands.edit(bobby, pack_id, {"name": "Three"})  # the editor's own packs do not count
    assert stored_pack(database, pack_id)["user_id"] == alice.id


def test_who_may_not_edit(alice: Actor, bobby: Actor, database: Database) -> None:
    pack_id = commands.create(alice, "One", None)
    rows.grant(database, bobby.id, "pack_view", on=pack_id)
    rows.song(database, bobby.id, pack_id=pack_id)
    with pytest.raises(Forbidden):
        commands.edit(bobby, pack_id, {"name": "Mine"})
    with pytest.raises(NotFound):
        commands.edit(bobby, 12345, {"name": "Mine"})
    event = rows.pack(database, alice.id, "Event", is_community_event=True)
    with pytest.raises(InvalidState):
        commands.edit(alice, event, {"priority": 1})


def test_the_own_packs_come_last_changed_first(alice: Actor, bobby: Actor, database: Database, clock: Clock) -> None:
    shared = rows.pack(database, bobby.id, "Theirs")
    rows.grant(database, alice.id, "pack_edit", on=shared)
    first, second = commands.create(alice, "One", None), commands.create(alice, "Two", None)
    assert [pack["id"] for pack in queries.owned(alice)] == [second, first]
    clock.advance(days=1)
    commands.edit(alice, first, {"priority": 1})
    assert [pack["id"] for pack in queries.owned(alice)] == [first, second]


class TestNames:
    def test_the_equal_one_comes_first(self, alice: Actor, bobby: Actor, database: Database) -> None:
        for name in ("A Summer", "Summer", "Summertime", "Winter"):
            rows.pack(database, alice.id, name)
        rows.pack(database, bobby.id, "Summer of theirs")
        assert queries.suggestions(alice, " SUMMER ") == ["Summer", "A Summer", "Summertime"]

    def test_no_character_is_a_wildcard(self, alice: Actor, database: Database) -> None:
        for name in ("100% Rock", "1000 Rocks", "a_b", "acb", "x/y"):
            rows.pack(database, alice.id, name)
        assert queries.suggestions(alice, "100%") == ["100% Rock"]
        assert queries.suggestions(alice, "a_b") == ["a_b"]
        assert queries.suggestions(alice, "/") == ["x/y"]

    @pytest.mark.parametrize(("name", "number"), [("pack", 16), ("a pack", 15)])
    def test_there_are_fifteen_beside_the_equal_one(
        self, name: str, number: int, alice: Actor, database: Database
    ) -> None:
        for place in range(20):
            rows.pack(database, alice.id, f"Pack {place:02}")
        rows.pack(database, alice.id, name)
        found = queries.suggestions(alice, "Pack")
        assert (found[0], len(found)) == (name, number)

    def test_nothing_finds_nothing_and_much_is_refused(self, alice: Actor, database: Database) -> None:
        rows.pack(database, alice.id)
        assert queries.suggestions(alice, "  ") == []
        assert queries.suggestions(alice, "x" * 100) == []
        with pytest.raises(RuleViolation):
            queries.suggestions(alice, "x" * 101)
