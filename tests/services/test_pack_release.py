"""Releasing a pack: songs, points, texts, links, visibility, bonus songs, series, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.pack_rows import THEN, a_release, points, song_in, status_of, stored_pack, texts
from tests.services.song_rows import LEDGER, actor, stats, stored
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import Forbidden, InvalidState, NotFound
from trackflow.extensions import Base
from trackflow.services.pack_lifecycle import commands
from trackflow.services.pack_lifecycle.rules import PackStatus, Release

LOGS = Base.metadata.tables["activity_logs"]
RELEASED, FUTURE, WIP = ("Released", True), ("Future Plans", False), ("In Progress", False)


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


@pytest.fixture
def pack(alice: Actor, database: Database) -> int:
    """Insert a pack of alice."""
    return rows.pack(database, alice.id, "Summer", priority=4)


def inbox(database: Database, who: Actor) -> list[tuple[str, str, int | None]]:
    found = database.rows("SELECT * FROM notifications WHERE user_id = :id ORDER BY id", id=who.id)
    return [(row["type"], row["message"], row["related_song_id"]) for row in found]


def of_type(database: Database, kind: str) -> list[int]:
    return database.column("SELECT user_id FROM notifications WHERE type = :kind ORDER BY user_id", kind=kind)


class TestSongs:
    def test_each_goes_where_it_should(
        self, alice: Actor, bobby: Actor, pack: int, database: Database, clock: Clock
    ) -> None:
        core = song_in(database, alice.id, pack, "Core")
        theirs = song_in(database, bobby.id, pack, "Theirs")
        optional = song_in(database, bobby.id, pack, "Optional", optional=True)
        dated = song_in(database, alice.id, pack, "Dated", status="Released", released_at=THEN)
        undated = song_in(database, bobby.id, pack, "Undated", status="Released")
        planned = song_in(database, alice.id, pack, "Planned", status="Future Plans")
        elsewhere = rows.song(database, alice.id, "Elsewhere")
        outcome = commands.release(alice, pack, a_release())
        assert {status_of(database, song_id) for song_id in (core, theirs, dated, undated)} == {RELEASED}
        assert stored(database, dated)["released_at"] == THEN
        assert stored(database, undated)["released_at"] == clock.time
        assert stored(database, core)["released_at"] == clock.time
        assert status_of(database, planned) == status_of(database, optional) == FUTURE
        assert status_of(database, elsewhere) == WIP
        assert (outcome.released, outcome.moved) == (2, 1)
        bonus = stored_pack(database, stored(database, optional)["pack_id"])
        assert bonus["id"] == outcome.bonus_pack_id
        assert (bonus["name"], bonus["user_id"], bonus["priority"]) == ("Summer (Bonus)", alice.id, 4)
        assert bonus["released_at"] is None
        assert stored(database, planned)["pack_id"] == pack
        assert points(database) == {alice.id: 20, bobby.id: 20}
        assert stats(database, alice)["total_packs"] == 2
        assert stats(database, bobby)["total_future_created"] == 1
        assert [tuple(row.values()) for row in database.rows(LEDGER)] == [
            (core, alice.id, "In Progress", "Released"),
            (theirs, bobby.id, "In Progress", "Released"),
            (optional, bobby.id, "In Progress", "Future Plans"),
        ]

    def test_the_bonus_pack_of_a_collaborators_release_is_the_owners_and_is_found_again(
        self, alice: Actor, bobby: Actor, pack: int, database: Database
    ) -> None:
        rows.grant(database, bobby.id, "pack_edit", on=pack)
        there = rows.pack(database, alice.id, "SUMMER  (bonus)", priority=1)
        optional = song_in(database, bobby.id, pack, "Optional", optional=True)
        assert commands.release(bobby, pack, a_release()).bonus_pack_id == there
        assert stored(database, optional)["pack_id"] == there
        assert stored_pack(database, there)["priority"] == 1
        assert stored_pack(database, pack)["released_by_user_id"] == bobby.id

    def test_an_event_takes_no_bonus_songs(self, alice: Actor, pack: int, database: Database) -> None:
        rows.pack(database, alice.id, "Summer (Bonus)", is_community_event=True)
        song_id = song_in(database, alice.id, pack, "Optional", optional=True)
        with pytest.raises(InvalidState):
            commands.release(alice, pack, a_release())
        assert status_of(database, song_id) == WIP
        assert stored_pack(database, pack)["released_at"] is None

    def test_an_empty_pack_is_released_and_nobody_is_told(self, alice: Actor, pack: int, database: Database) -> None:
        outcome = commands.release(alice, pack, a_release())
        assert (outcome.released, outcome.moved, outcome.bonus_pack_id) == (0, 0, None)
        row = stored_pack(database, pack)
        assert row["released_at"] is not None
        assert row["release_announced_at"] is None
        assert (database.count("notifications"), database.count("packs")) == (0, 1)

    def test_links_of_songs(self, alice: Actor, pack: int, database: Database) -> None:
        first, second = (song_in(database, alice.id, pack, title) for title in ("One", "Two"))
        done = song_in(database, alice.id, pack, "Done", status="Released", release_download_link="https://old.example")
        planned = song_in(database, alice.id, pack, "Planned", status="Future Plans")
        elsewhere = rows.song(database, alice.id, "Elsewhere")
        links = {first: "https://a.example", done: None, planned: "https://b.example", elsewhere: "https://c.example"}
        commands.release(alice, pack, a_release(song_links={**links, 99_999: "https://d.example"}))
        found = [stored(database, song_id)["release_download_link"] for song_id in (first, second, done)]
        assert found == ["https://a.example", None, None]
        assert [stored(database, song_id)["release_download_link"] for song_id in (planned, elsewhere)] == [None] * 2
        commands.release(alice, pack, a_release(song_links={second: "https://e.example"}))
        found = [stored(database, song_id)["release_download_link"] for song_id in (first, second)]
        assert found == ["https://a.example", "https://e.example"]


class TestEditing:
    def test_texts_are_overwritten_and_the_first_release_stays(
        self, alice: Actor, bobby: Actor, pack: int, database: Database, clock: Clock
    ) -> None:
        rows.grant(database, bobby.id, "pack_edit", on=pack)
        song_in(database, alice.id, pack, "Core")
        first = clock.time
        commands.release(alice, pack, a_release(texts=texts("T", "D", "https://d.example", "https://y.example")))
        clock.advance(days=1)
        commands.release(bobby, pack, a_release(texts=texts("T2")))
        row = stored_pack(database, pack)
        assert {name: row[name] for name in texts()} == texts("T2")
        assert (row["released_at"], row["released_by_user_id"], row["updated_at"]) == (first, alice.id, clock.time)
        assert points(database) == {alice.id: 10, bobby.id: 0}

    def test_songs_added_since_come_out_with_an_edit(self, alice: Actor, pack: int, database: Database) -> None:
        first = song_in(database, alice.id, pack, "One")
        commands.release(alice, pack, a_release())
        second = song_in(database, alice.id, pack, "Two")
        assert commands.release(alice, pack, a_release()).released == 1
        assert status_of(database, first) == status_of(database, second) == RELEASED
        logged = database.rows(LOGS.select().order_by(LOGS.c.id))
        assert [(row["activity_type"], row["metadata_json"]) for row in logged] == [
            ("release_pack", {"pack_id": pack, "released_songs": 1})
        ] * 2
        assert {row["description"] for row in logged} == {"Released the pack Summer"}

    def test_a_request_that_does_not_say_leaves_the_visibility(
        self, alice: Actor, pack: int, database: Database
    ) -> None:
        commands.release(alice, pack, a_release(is_shown=False))
        commands.release(alice, pack, a_release())
        assert stored_pack(database, pack)["show_on_homepage"] is False
        commands.release(alice, pack, a_release(is_shown=True))
        commands.release(alice, pack, a_release())
        assert stored_pack(database, pack)["show_on_homepage"] is True

    def test_the_first_release_of_a_hidden_one_shows_it(self, alice: Actor, database: Database) -> None:
        pack = rows.pack(database, alice.id, show_on_homepage=False)
        commands.release(alice, pack, a_release())
        assert stored_pack(database, pack)["show_on_homepage"] is True

    @pytest.mark.parametrize("back", [PackStatus.WIP, PackStatus.COMPLETE])
    def test_released_again_it_pays_nothing_more(
        self, back: PackStatus, alice: Actor, bobby: Actor, pack: int, database: Database
    ) -> None:
        rows.grant(database, bobby.id, "pack_edit", on=pack)
        song_in(database, alice.id, pack, "Core")
        for who in (alice, bobby, alice):
            commands.release(who, pack, a_release())
            assert stored_pack(database, pack)["released_by_user_id"] == who.id
            assert points(database) == {alice.id: 10, bobby.id: 0}
            commands.change_status(who, pack, back)
            assert stored_pack(database, pack)["released_at"] is None
            assert points(database) == {alice.id: 10, bobby.id: 0}
        assert of_type(database, "general") == [alice.id]
        assert of_type(database, "pack_release") == [bobby.id]


class TestWhoIsTold:
    def test_owners_by_a_summary_and_helpers_by_song(
        self, alice: Actor, bobby: Actor, pack: int, person: Person, database: Database
    ) -> None:
        helper = actor(person("helper"))
        songs = [song_in(database, bobby.id, pack, f"Song {number}") for number in range(2)]
        rows.grant(database, helper.id, "song_edit", on=songs[0])
        commands.release(alice, pack, a_release(is_shown=False))
        ((kind, message, related),) = inbox(database, bobby)
        assert (kind, related) == ("general", None)
        assert "2 of your songs" in message
        assert "20 points" in message
        assert [(kind, related) for kind, _, related in inbox(database, helper)] == [("collab_song_status", songs[0])]
        assert inbox(database, alice) == []

    def test_everybody_once_when_it_is_first_shown(
        self, alice: Actor, bobby: Actor, pack: int, person: Person, database: Database
    ) -> None:
        person("away", is_active=False)
        song_in(database, alice.id, pack, "Core")
        told = []
        for is_shown in (False, True, True, False, True):
            commands.release(alice, pack, a_release(is_shown=is_shown))
            told.append(of_type(database, "pack_release"))
        assert told == [[], *[[bobby.id]] * 4]

    def test_a_pack_without_released_song_waits_for_one(
        self, alice: Actor, bobby: Actor, pack: int, database: Database
    ) -> None:
        song_in(database, alice.id, pack, "Planned", status="Future Plans")
        commands.release(alice, pack, a_release())
        assert of_type(database, "pack_release") == []
        song_in(database, alice.id, pack, "Core")
        commands.release(alice, pack, a_release())
        assert of_type(database, "pack_release") == [bobby.id]


class TestSeries:
    def series(self, database: Database, name: str, **values: Any) -> int:
        return database.insert("album_series", album_name=name, artist_name="The Band", **values)

    def test_every_one_on_the_pack_gets_the_next_number(self, alice: Actor, pack: int, database: Database) -> None:
        self.series(database, "Old", series_number=7, status="released")
        done = self.series(database, "Done", series_number=3, status="released", pack_id=pack)
        first = self.series(database, "One", status="in_progress", pack_id=pack)
        second = self.series(database, "Two", pack_id=pack)
        other = self.series(database, "Elsewhere", status="in_progress")
        song_id = song_in(database, alice.id, pack, "Planned", status="Future Plans", album_series_id=first)
        optional = song_in(database, alice.id, pack, "Optional", optional=True, album_series_id=first)
        commands.release(alice, pack, a_release())
        commands.release(alice, pack, a_release())
        found = {
            row["id"]: (row["series_number"], row["status"]) for row in database.rows("SELECT * FROM album_series")
        }
        assert {key: found[key] for key in (done, first, second, other)} == {
            done: (3, "released"), first: (8, "released"), second: (9, "released"), other: (None, "in_progress"),
        }  # fmt: skip
        assert status_of(database, song_id) == status_of(database, optional) == FUTURE

    def test_the_very_first_gets_number_one(self, alice: Actor, pack: int, database: Database) -> None:
        self.series(database, "One", pack_id=pack)
        commands.release(alice, pack, a_release())
        assert database.column("SELECT series_number FROM album_series") == [1]


class TestRefusals:
    def test_an_event_an_unknown_pack_and_those_who_only_look(
        self, alice: Actor, bobby: Actor, pack: int, database: Database
    ) -> None:
        event = rows.pack(database, alice.id, "Event", is_community_event=True)
        with pytest.raises(InvalidState):
            commands.release(alice, event, a_release())
        with pytest.raises(NotFound):
            commands.release(alice, 12345, a_release())
        with pytest.raises(Forbidden):
            commands.release(bobby, pack, a_release())
        own = song_in(database, bobby.id, pack, "Theirs")
        rows.grant(database, bobby.id, "pack_view", on=pack)
        with pytest.raises(Forbidden):
            commands.release(bobby, pack, a_release())
        assert status_of(database, own) == WIP
        rows.grant(database, bobby.id, "pack_edit", on=pack)
        commands.release(bobby, pack, a_release())
        assert status_of(database, own) == RELEASED


class TestByName:
    def test_the_own_pack_first_and_its_texts_stay(
        self, alice: Actor, bobby: Actor, pack: int, database: Database
    ) -> None:
        other = rows.pack(database, bobby.id, "Summer")
        rows.grant(database, alice.id, "pack_edit", on=other)
        song_id = song_in(database, alice.id, pack, "Core")
        commands.release(alice, pack, Release(texts=texts("Title"), is_shown=False))
        assert commands.release_by_name(alice, " SUMMER ").released == 0
        row = stored_pack(database, pack)
        assert (row["release_title"], row["show_on_homepage"]) == ("Title", False)
        assert status_of(database, song_id) == RELEASED
        assert stored_pack(database, other)["released_at"] is None

    def test_then_one_that_the_actor_may_edit(self, alice: Actor, bobby: Actor, pack: int, database: Database) -> None:
        with pytest.raises(NotFound):
            commands.release_by_name(bobby, "Summer")
        song_in(database, bobby.id, pack, "Theirs")
        with pytest.raises(Forbidden):
            commands.release_by_name(bobby, "Summer")
        rows.grant(database, bobby.id, "pack_edit", on=pack)
        assert commands.release_by_name(bobby, "Summer").released == 1
