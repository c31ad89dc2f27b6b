"""Moving songs between packs, and into and out of community events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.song_rows import LEDGER, PACKS, SONGS, actor, stats, stored
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import Forbidden, InvalidState, NotFound
from trackflow.services.songs import commands


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
def song_id(alice: Actor, database: Database) -> int:
    """Insert a song of alice that lies in no pack."""
    return rows.song(database, alice.id, status="Future Plans")


class TestPacks:
    def test_by_name_the_owners_pack_comes_first(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        theirs = rows.pack(database, bobby.id, "Summer")
        rows.grant(database, alice.id, "pack_view", on=theirs)
        commands.edit(alice, song_id, {"pack": "SUMMER"})
        assert stored(database, song_id)["pack_id"] == theirs
        commands.edit(alice, song_id, {"pack": ""})
        own = rows.pack(database, alice.id, "summer")
        commands.edit(alice, song_id, {"pack": " Summer "})
        assert stored(database, song_id)["pack_id"] == own

    def test_an_unknown_name_makes_a_pack_of_the_owner(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        rows.pack(database, bobby.id, "Summer")  # alice may not add to it
        commands.edit(alice, song_id, {"pack": "Summer"})
        made = stored(database, song_id)["pack_id"]
        assert database.scalar("SELECT user_id FROM packs WHERE id = :id", id=made) == alice.id
        assert stats(database, alice)["total_packs"] == 1

    @pytest.mark.parametrize("empty", [{"pack": ""}, {"pack": None}, {"pack_id": None}])
    def test_nothing_takes_it_out(
        self, empty: Mapping[str, Any], alice: Actor, song_id: int, database: Database
    ) -> None:
        database.execute(SONGS.update().values(pack_id=rows.pack(database, alice.id)))
        commands.edit(alice, song_id, empty)
        assert stored(database, song_id)["pack_id"] is None

    def test_by_id_only_where_the_owner_may_add(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        theirs = rows.pack(database, bobby.id)
        with pytest.raises(Forbidden):
            commands.edit(alice, song_id, {"pack_id": theirs})
        with pytest.raises(NotFound):
            commands.edit(alice, song_id, {"pack_id": 12345})
        rows.grant(database, alice.id, "pack_edit", on=theirs)
        commands.edit(alice, song_id, {"pack_id": theirs})
        assert stored(database, song_id)["pack_id"] == theirs

    def test_the_pack_that_it_lies_in_needs_no_right(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        theirs = rows.pack(database, bobby.id, "Theirs")
        database.execute(SONGS.update().values(pack_id=theirs))
        commands.edit(alice, song_id, {"pack_id": theirs})
        commands.edit(alice, song_id, {"pack": "theirs"})
        assert stored(database, song_id)["pack_id"] == theirs
        assert database.count("packs") == 1

    def test_an_editor_moves_it_among_the_owners_packs(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        rows.grant(database, bobby.id, "song_edit", on=song_id)
        first, second = rows.pack(database, alice.id, "One"), rows.pack(database, alice.id, "Two")
        commands.edit(bobby, song_id, {"pack_id": first})
        commands.edit(bobby, song_id, {"pack": "two"})
        assert stored(database, song_id)["pack_id"] == second

    def test_but_never_into_a_pack_of_their_own_or_a_new_one(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        rows.grant(database, bobby.id, "song_edit", on=song_id)
        own = rows.pack(database, bobby.id, "Mine")
        rows.grant(database, alice.id, "pack_edit", on=own)
        for changes in ({"pack_id": own}, {"pack": "Mine"}, {"pack": "Unknown"}):
            with pytest.raises(Forbidden):
                commands.edit(bobby, song_id, changes)
        assert stored(database, song_id)["pack_id"] is None
        assert database.count("packs") == 1

    def test_and_a_pack_of_their_own_hides_no_other_of_that_name(
        self, alice: Actor, bobby: Actor, song_id: int, person: Person, database: Database
    ) -> None:
        rows.grant(database, bobby.id, "song_edit", on=song_id)
        _, theirs = (rows.pack(database, owner, "Shared") for owner in (bobby.id, person("carol").id))
        for pack_id in (theirs - 1, theirs):
            rows.grant(database, alice.id, "pack_view", on=pack_id)
        commands.edit(bobby, song_id, {"pack": "shared"})
        assert stored(database, song_id)["pack_id"] == theirs


class TestChangeOfOwner:
    def test_takes_the_song_out_of_a_pack_to_which_the_new_owner_may_not_add(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        pack_id = rows.pack(database, alice.id)
        database.execute("UPDATE songs SET pack_id = :pack WHERE id = :id", pack=pack_id, id=song_id)
        commands.edit(alice, song_id, {"user_id": bobby.id})
        assert (stored(database, song_id)["user_id"], stored(database, song_id)["pack_id"]) == (bobby.id, None)

    def test_leaves_it_where_the_new_owner_may_add(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        pack_id = rows.pack(database, alice.id)
        rows.grant(database, bobby.id, "pack_view", on=pack_id)
        database.execute("UPDATE songs SET pack_id = :pack WHERE id = :id", pack=pack_id, id=song_id)
        commands.edit(alice, song_id, {"user_id": bobby.id})
        assert (stored(database, song_id)["user_id"], stored(database, song_id)["pack_id"]) == (bobby.id, pack_id)


class TestCommunityEvents:
    @pytest.fixture
    def event(self, bobby: Actor, database: Database) -> int:
        return rows.pack(database, bobby.id, "Event", is_community_event=True)

    def test_joining_starts_work_and_empties_the_submission(
        self, alice: Actor, song_id: int, event: int, database: Database
    ) -> None:
        database.insert("community_event_registrations", pack_id=event, user_id=alice.id)
        database.execute(SONGS.update().values(is_event_submitted=True, rhythmverse_link="https://r.example"))
        commands.edit(alice, song_id, {"pack_id": event})
        after = stored(database, song_id)
        assert (after["status"], after["is_event_submitted"], after["rhythmverse_link"]) == ("In Progress", False, None)
        assert database.count("community_event_registrations") == 0
        assert database.count("song_progress") > 0
        assert database.rows(LEDGER)[0]["to_status"] == "In Progress"

    def test_saving_in_the_event_keeps_the_submission(
        self, alice: Actor, song_id: int, event: int, database: Database
    ) -> None:
        commands.edit(alice, song_id, {"pack": "Event"})
        database.execute(SONGS.update().values(is_event_submitted=True))
        commands.edit(alice, song_id, {"pack_id": event, "notes": "x"})
        assert stored(database, song_id)["is_event_submitted"] is True

    def test_leaving_empties_the_submission(self, alice: Actor, song_id: int, event: int, database: Database) -> None:
        database.execute(
            SONGS.update().values(pack_id=event, is_event_submitted=True, preview_link="https://p.example")
        )
        commands.edit(alice, song_id, {"pack": "My own"})
        after = stored(database, song_id)
        assert (after["is_event_submitted"], after["preview_link"], after["status"]) == (False, None, "Future Plans")

    def test_one_song_each(self, alice: Actor, song_id: int, event: int, database: Database) -> None:
        rows.song(database, alice.id, "Another", pack_id=event)
        with pytest.raises(InvalidState):
            commands.edit(alice, song_id, {"pack_id": event})

    def test_also_after_a_change_of_owner(
        self, alice: Actor, bobby: Actor, song_id: int, event: int, database: Database
    ) -> None:
        database.execute(SONGS.update().values(pack_id=event))
        rows.song(database, bobby.id, "Another", pack_id=event)
        with pytest.raises(InvalidState):
            commands.edit(alice, song_id, {"user_id": bobby.id})
        assert stored(database, song_id)["user_id"] == alice.id

    def test_neither_a_released_song_nor_one_of_another_event_joins(
        self, alice: Actor, bobby: Actor, event: int, database: Database
    ) -> None:
        other = rows.pack(database, bobby.id, "Other", is_community_event=True)
        for song_id in (rows.song(database, alice.id, status="Released"), rows.song(database, alice.id, pack_id=other)):
            with pytest.raises(InvalidState):
                commands.edit(alice, song_id, {"pack_id": event})

    def test_when_it_is_over_nobody_joins_or_leaves(
        self, alice: Actor, song_id: int, event: int, clock: Clock, database: Database
    ) -> None:
        database.execute(PACKS.update().values(event_revealed_at=clock.time))
        with pytest.raises(InvalidState):
            commands.edit(alice, song_id, {"pack_id": event})
        database.execute(SONGS.update().values(pack_id=event))
        for changes in ({"pack_id": None}, {"pack": "My own"}):
            with pytest.raises(InvalidState):
                commands.edit(alice, song_id, changes)
        commands.edit(alice, song_id, {"pack_id": event, "notes": "still mine"})
        assert (stored(database, song_id)["pack_id"], database.count("packs")) == (event, 1)
