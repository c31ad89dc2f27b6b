"""The file history on a database: what is stored, in which order it is shown, what goes with what."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account
from tests.support.world import EVERYBODY, Who, World
from trackflow.actor import Actor
from trackflow.errors import DomainError, Forbidden, NotFound, RuleViolation
from trackflow.services.file_links import commands, queries
from trackflow.services.workflows.template import DEFAULT_STEPS
from trackflow.unit_of_work import release

URL = "https://files.example/take3.zip"


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def alice(person: Person) -> Actor:
    return actor(person("alice"))


@pytest.fixture
def song(alice: Actor, database: Database) -> int:
    return rows.song(database, alice.id)


def actor(account: Account) -> Actor:
    return Actor(account.id, account.username, is_admin=account.username == "admin")


def history(who: Actor, song_id: int) -> list[int]:
    try:
        return [item["id"] for item in queries.of_song(who, song_id)]
    finally:
        release()


def test_the_newest_comes_first_and_of_equals_the_last(alice: Actor, song: int, clock: Clock) -> None:
    first = commands.add(alice, song, URL, "one")
    second = commands.add(alice, song, URL, "two")
    third = commands.add(alice, song, URL, "three")
    clock.advance(days=-1)
    older = commands.add(alice, song, URL, "four")
    assert history(alice, song) == [third, second, first, older]


def test_every_song_has_its_own(alice: Actor, song: int, database: Database) -> None:
    other = rows.song(database, alice.id, "Other")
    link_id = commands.add(alice, song, URL, "one")
    assert history(alice, other) == []
    assert history(alice, song) == [link_id]


class TestFinished:
    def may_be_silent(self, who: Actor, song_id: int) -> bool:
        try:
            commands.add(who, song_id, URL, " ")
        except RuleViolation:
            return False
        return True

    def test_all_steps_of_the_owner_count(self, alice: Actor, song: int, database: Database) -> None:
        rows.workflow(database, alice.id, "drums", "bass")
        assert not self.may_be_silent(alice, song)
        rows.progress(database, song, drums=True, bass=False, vocals=True)
        assert not self.may_be_silent(alice, song)
        database.execute("UPDATE song_progress SET is_completed = true")
        assert self.may_be_silent(alice, song)

    def test_the_steps_of_who_writes_do_not_count(
        self, alice: Actor, song: int, database: Database, person: Person
    ) -> None:
        bobby = actor(person("bobby"))
        rows.workflow(database, alice.id, "drums", "bass")
        rows.workflow(database, bobby.id, "drums")
        rows.grant(database, bobby.id, "song_edit", on=song)
        rows.progress(database, song, drums=True)
        assert not self.may_be_silent(bobby, song)
        rows.progress(database, song, bass=True)
        assert self.may_be_silent(bobby, song)

    def test_without_a_workflow_the_default_one_counts(self, alice: Actor, song: int, database: Database) -> None:
        rows.progress(database, song, **{step.step_name: True for step in DEFAULT_STEPS[1:]})
        assert not self.may_be_silent(alice, song)
        rows.progress(database, song, **{DEFAULT_STEPS[0].step_name: True})
        assert self.may_be_silent(alice, song)

    @pytest.mark.parametrize(
        ("status", "is_finished"), [("Released", True), ("In Progress", False), ("Future Plans", False)]
    )
    def test_a_released_song_is_finished(
        self, status: str, is_finished: object, alice: Actor, database: Database
    ) -> None:
        assert self.may_be_silent(alice, rows.song(database, alice.id, status=status)) is is_finished

    def test_the_refusal_stores_nothing(self, alice: Actor, song: int, database: Database) -> None:
        with pytest.raises(RuleViolation, match="only a finished song"):
            commands.add(alice, song, URL, "")
        assert database.count("file_links") == 0


class TestRights:
    @pytest.mark.parametrize("who", EVERYBODY)
    def test_who_may_do_what(self, who: Who, world: World, database: Database) -> None:
        caller, owner = actor(world.people[who]), world.people["owner"]
        foreign = database.insert("file_links", song_id=world.song, user_id=owner.id, file_url=URL, message="m")
        sees = {
            "owner",
            "song_edit",
            "pack_edit",
            "pack_view",
            "pack_owner",
            "sibling_edit",
            "viewing_owner",
            "inactive",
        }
        edits = {"owner", "song_edit", "pack_edit", "inactive"}  # an inactive account is stopped before

        if who in sees:
            assert history(caller, world.song) == [foreign]
        else:
            with pytest.raises(Forbidden):
                history(caller, world.song)
        if who in edits:
            own = commands.add(caller, world.song, URL, "m")
            if who != "owner":
                commands.remove(caller, own)
                assert database.count("file_links") == 1
        else:
            with pytest.raises(Forbidden):
                commands.add(caller, world.song, URL, "m")
        if who == "owner":
            commands.remove(caller, foreign)
            assert database.count("file_links") == 1
        else:
            with pytest.raises(Forbidden):
                commands.remove(caller, foreign)

    def test_the_owner_of_the_song_may_delete_what_others_wrote(self, world: World, database: Database) -> None:
        editor = actor(world.people["song_edit"])
        link_id = commands.add(editor, world.song, URL, "m")
        commands.remove(actor(world.people["owner"]), link_id)
        assert database.count("file_links") == 0

    def test_who_wrote_an_entry_may_delete_it_without_any_right_left(self, world: World, database: Database) -> None:
        editor = actor(world.people["song_edit"])
        link_id = commands.add(editor, world.song, URL, "m")
        database.execute("DELETE FROM collaborations")
        commands.remove(editor, link_id)
        assert database.count("file_links") == 0

    def test_a_song_without_a_pack_is_not_of_every_pack(self, world: World) -> None:
        with pytest.raises(Forbidden):
            history(actor(world.people["pack_edit"]), world.loose_song)

    def test_what_does_not_exist(self, alice: Actor) -> None:
        for call in (
            lambda: history(alice, 99),
            lambda: commands.add(alice, 99, URL, "m"),
            lambda: commands.remove(alice, 99),
        ):
            with pytest.raises(NotFound):
                call()

    def test_rights_come_before_what_was_sent(self, world: World) -> None:
        with pytest.raises(Forbidden):
            commands.add(actor(world.people["stranger"]), world.song, "javascript:x", "")


class TestDeletion:
    def test_entries_go_with_their_song_and_their_writer(
        self, alice: Actor, song: int, database: Database, person: Person
    ) -> None:
        bobby = actor(person("bobby"))
        rows.grant(database, bobby.id, "song_edit", on=song)
        commands.add(bobby, song, URL, "b")
        kept = commands.add(alice, song, URL, "a")
        database.execute("DELETE FROM users WHERE id = :id", id=bobby.id)
        assert history(alice, song) == [kept]
        database.execute("DELETE FROM songs")
        assert database.count("file_links") == 0
        assert history(alice, rows.song(database, alice.id)) == []

    def test_of_two_who_delete_an_entry_one_is_told_that_it_is_gone(
        self, alice: Actor, song: int, database: Database, concurrently: Concurrently
    ) -> None:
        link_id = commands.add(alice, song, URL, "a")
        outcomes = concurrently(4, lambda _: commands.remove(alice, link_id))
        assert len(outcomes.results) == 1
        assert all(isinstance(error, NotFound) for error in outcomes.errors), outcomes.errors
        assert database.count("file_links") == 0

    def test_adding_to_a_song_that_is_being_deleted(
        self, alice: Actor, song: int, database: Database, concurrently: Concurrently
    ) -> None:
        def call(number: int) -> None:
            if number:
                commands.add(alice, song, URL, "a")
            else:
                database.execute("DELETE FROM songs")

        outcomes = concurrently(5, call)
        assert all(isinstance(error, DomainError) for error in outcomes.errors), outcomes.errors
        assert database.count("file_links") == 0
