"""Saving and deleting songs: what is stored, said and refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account
from trackflow import unit_of_work
from trackflow.actor import Actor
from trackflow.errors import Forbidden, InvalidState, NotFound, RuleViolation
from trackflow.extensions import Base
from trackflow.models import SongStatus
from trackflow.services.songs import commands
from trackflow.services.songs.events import (
    SongCollaboratorsAdded,
    SongEdited,
    SongStatusChanged,
    SongsWentPublic,
    StatusChange,
)
from trackflow.unit_of_work import Handlers

FUTURE, WIP, RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED
SONGS, PACKS = Base.metadata.tables["songs"], Base.metadata.tables["packs"]
LEDGER = "SELECT song_id, user_id, from_status, to_status FROM status_ledger ORDER BY id"


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Hear every event instead of the wired listeners."""
    events: list[object] = []
    kinds = (SongEdited, SongStatusChanged, SongsWentPublic, SongCollaboratorsAdded)
    monkeypatch.setattr(unit_of_work, "_handlers", {kind: Handlers(required=(events.append,)) for kind in kinds})
    return events


@pytest.fixture
def alice(person: Person) -> Actor:
    return actor(person("alice"))


@pytest.fixture
def bobby(person: Person) -> Actor:
    return actor(person("bobby"))


@pytest.fixture
def song_id(alice: Actor, database: Database) -> int:
    """Insert a song of alice that lies in no pack, long ago."""
    return rows.song(database, alice.id, status="Future Plans", updated_at=datetime(2020, 1, 1))  # noqa: DTZ001


def actor(account: Account) -> Actor:
    return Actor(account.id, account.username)


def stored(database: Database, song_id: int) -> dict[str, Any]:
    return database.row(SONGS.select().where(SONGS.c.id == song_id))


def stats(database: Database, who: Actor) -> dict[str, Any]:
    return database.row("SELECT * FROM user_stats WHERE user_id = :id", id=who.id)


class TestFields:
    def test_only_what_is_sent_is_written(self, alice: Actor, song_id: int, clock: Clock, database: Database) -> None:
        before = stored(database, song_id)
        commands.edit(alice, song_id, {"title": " New  Title ", "album": "Ä", "year": "1999", "notes": ""})
        assert stored(database, song_id) == {
            **before, "title": "New  Title", "title_key": "new title", "album": "Ä", "album_key": "ä", "year": 1999,
            "notes": "", "updated_at": clock.time,
        }  # fmt: skip

    def test_what_is_unchanged_touches_nothing(self, alice: Actor, song_id: int, database: Database) -> None:
        before = stored(database, song_id)
        commands.edit(alice, song_id, {"title": "Song", "status": FUTURE, "optional": False, "year": ""})
        commands.edit(alice, song_id, {"released_at": "2020-01-01", "album_series_id": 1, "created_at": None})
        assert stored(database, song_id) == before
        assert database.count("status_ledger") == 0

    def test_another_artist_is_linked_or_none(self, alice: Actor, song_id: int, database: Database) -> None:
        artist_id = database.insert("artists", name="Abba")
        commands.edit(alice, song_id, {"artist": "ABBA"})
        assert stored(database, song_id)["artist_id"] == artist_id
        commands.edit(alice, song_id, {"artist": "abba"})
        assert stored(database, song_id)["artist_id"] == artist_id
        commands.edit(alice, song_id, {"artist": "Nobody"})
        assert stored(database, song_id)["artist_id"] is None

    @pytest.mark.parametrize(
        "changes", [{"title": " "}, {"artist": "x" * 201}, {"album": "x" * 201}, {"year": 1850}, {"year": "soon"}]
    )
    def test_a_bad_value_saves_nothing(
        self, changes: Mapping[str, Any], alice: Actor, song_id: int, database: Database
    ) -> None:
        before = stored(database, song_id)
        with pytest.raises(RuleViolation):
            commands.edit(alice, song_id, {"notes": "good", "pack": "New", "status": WIP, **changes})
        assert stored(database, song_id) == before
        assert (database.count("packs"), database.count("status_ledger")) == (0, 0)


class TestStatus:
    @pytest.mark.parametrize("old", SongStatus)
    @pytest.mark.parametrize("new", SongStatus)
    def test_every_direction(
        self, old: SongStatus, new: SongStatus, alice: Actor, clock: Clock, database: Database
    ) -> None:
        was_released = datetime(2021, 1, 1) if old is RELEASED else None  # noqa: DTZ001
        song_id = rows.song(database, alice.id, status=old.value, optional=True, released_at=was_released)
        commands.edit(alice, song_id, {"status": new})

        after = stored(database, song_id)
        assert after["status"] == new.value
        assert after["optional"] is not (old is FUTURE and new is WIP)
        expected = was_released if new is old else clock.time if new is RELEASED else None
        assert after["released_at"] == expected
        entries = [] if new is old else [
            {"song_id": song_id, "user_id": alice.id, "from_status": old.value, "to_status": new.value}
        ]  # fmt: skip
        assert database.rows(LEDGER) == entries
        assert (database.count("song_progress") > 0) is (new is WIP and old is not WIP)
        if new is not old:
            assert stats(database, alice)["total_points"] == (10 if new is RELEASED else 0)

    def test_an_optional_that_is_sent_along_is_kept(self, alice: Actor, song_id: int, database: Database) -> None:
        commands.edit(alice, song_id, {"status": WIP, "optional": True})
        assert stored(database, song_id)["optional"] is True

    def test_progress_that_is_there_stays(self, alice: Actor, song_id: int, database: Database) -> None:
        rows.workflow(database, alice.id, "drums", "bass")
        rows.progress(database, song_id, drums=True, keys=True)
        commands.edit(alice, song_id, {"status": WIP})
        found = database.rows("SELECT step_name, is_completed FROM song_progress ORDER BY step_name")
        assert [(row["step_name"], bool(row["is_completed"])) for row in found] == [
            ("bass", False), ("drums", True), ("keys", True),
        ]  # fmt: skip

    def test_toggling_earns_once_and_counts_each_time(self, alice: Actor, song_id: int, database: Database) -> None:
        for status in (WIP, RELEASED, WIP, RELEASED, RELEASED, FUTURE, RELEASED):
            commands.edit(alice, song_id, {"status": status})
        found = stats(database, alice)
        assert (found["total_points"], found["total_wip_created"], found["total_future_created"]) == (10, 2, 1)
        assert (found["total_released"], found["total_songs"], found["total_wip"]) == (1, 1, 0)

    def test_points_and_counters_are_the_owners(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        rows.grant(database, bobby.id, "song_edit", on=song_id)
        commands.edit(bobby, song_id, {"status": WIP})
        commands.edit(bobby, song_id, {"status": RELEASED})
        assert (stats(database, alice)["total_points"], stats(database, alice)["total_wip_created"]) == (10, 1)
        assert (stats(database, bobby)["total_points"], stats(database, bobby)["total_wip_created"]) == (0, 0)

    def test_the_two_requests_of_the_release_dialog(
        self, alice: Actor, song_id: int, clock: Clock, heard: list[object], database: Database
    ) -> None:
        first = {"status": RELEASED, "title": "", "description": "Out", "download_link": "https://d.example/x"}
        commands.edit(alice, song_id, first)
        released_at = clock.time
        clock.advance(seconds=1)
        second = {"status": RELEASED, "release_description": "Out now", "release_download_link": None}
        commands.edit(alice, song_id, second)

        after = stored(database, song_id)
        assert (after["title"], after["released_at"]) == ("Song", released_at)
        assert (after["release_description"], after["release_download_link"]) == ("Out now", None)
        assert [type(event) for event in heard] == [SongStatusChanged, SongEdited, SongEdited]
        assert database.count("status_ledger") == 1
        assert stats(database, alice)["total_points"] == 10


class TestRights:
    def test_nobody_changes_what_is_not_there(self, alice: Actor) -> None:
        with pytest.raises(NotFound):
            commands.edit(alice, 12345, {})
        with pytest.raises(NotFound):
            commands.delete(alice, 12345)

    def test_strangers_are_refused_before_their_values_are_read(
        self, bobby: Actor, song_id: int, database: Database
    ) -> None:
        before = stored(database, song_id)
        with pytest.raises(Forbidden):
            commands.edit(bobby, song_id, {"title": " "})
        assert stored(database, song_id) == before

    @pytest.mark.parametrize("changes", [{"is_public": True}, {"user_id": 1}, {"collaborations": ()}])
    def test_editors_leave_alone_what_the_owner_decides(
        self, changes: Mapping[str, Any], bobby: Actor, song_id: int, database: Database
    ) -> None:
        rows.grant(database, bobby.id, "song_edit", on=song_id)
        with pytest.raises(Forbidden):
            commands.edit(bobby, song_id, {"title": "New", **changes})
        assert stored(database, song_id)["title"] == "Song"
        assert database.count("collaborations") == 1


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
        database.execute(SONGS.update().values(pack_id=event, is_event_submitted=True, preview_link="https://p.example"))
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


class TestCollaborators:
    def test_the_list_is_replaced_and_who_stays_keeps_the_row(
        self, alice: Actor, bobby: Actor, song_id: int, person: Person, database: Database
    ) -> None:
        carol, dave = person("carol"), person("dave", is_active=False)
        kept = rows.grant(database, bobby.id, "song_edit", on=song_id)
        rows.grant(database, carol, "song_edit", on=song_id)
        for name in ("bobby", "carol", "guest"):
            database.insert("wip_collaborations", song_id=song_id, collaborator=name, field="drums")
        erin = person("erin")
        names = ("BOBBY", "erin", "nobody", "alice", dave.username)
        commands.edit(alice, song_id, {"collaborations": names})
        found = database.rows("SELECT id, user_id FROM collaborations ORDER BY id")
        assert [row["user_id"] for row in found] == [bobby.id, erin.id]
        assert found[0]["id"] == kept
        assert database.column("SELECT collaborator FROM wip_collaborations ORDER BY id") == ["bobby", "guest"]
        assert stats(database, alice)["total_collaborations"] == 2

    def test_nobody_is_a_list_too(self, alice: Actor, bobby: Actor, song_id: int, database: Database) -> None:
        other = rows.song(database, alice.id, "Other")
        for target in (song_id, other):
            rows.grant(database, bobby.id, "song_edit", on=target)
        commands.edit(alice, song_id, {"collaborations": ()})
        assert database.column("SELECT song_id FROM collaborations") == [other]


class TestOwner:
    def test_the_song_changes_hands(self, alice: Actor, bobby: Actor, song_id: int, database: Database) -> None:
        rows.grant(database, bobby.id, "song_edit", on=song_id)
        database.insert("wip_collaborations", song_id=song_id, collaborator="bobby", field="drums")
        rows.workflow(database, bobby.id, "mix")
        commands.edit(alice, song_id, {"status": RELEASED})
        commands.edit(alice, song_id, {"user_id": bobby.id})
        assert stored(database, song_id)["user_id"] == bobby.id
        assert (database.count("collaborations"), database.count("wip_collaborations")) == (0, 1)
        assert [stats(database, who)["total_points"] for who in (alice, bobby)] == [0, 10]
        assert [stats(database, who)["total_songs"] for who in (alice, bobby)] == [0, 1]
        assert database.count("status_ledger", user_id=alice.id) == 1
        assert database.count("status_ledger", user_id=bobby.id) == 0
        with pytest.raises(Forbidden):
            commands.edit(alice, song_id, {"notes": "x"})

    def test_a_song_in_progress_gets_the_rows_of_the_new_owner(
        self, alice: Actor, bobby: Actor, song_id: int, database: Database
    ) -> None:
        rows.workflow(database, alice.id, "drums")
        rows.workflow(database, bobby.id, "mix")
        commands.edit(alice, song_id, {"status": WIP, "user_id": bobby.id})
        assert database.column("SELECT step_name FROM song_progress") == ["mix"]
        assert database.rows(LEDGER)[0]["user_id"] == alice.id
        commands.edit(bobby, song_id, {"user_id": alice.id})
        assert database.column("SELECT step_name FROM song_progress ORDER BY id") == ["mix", "drums"]

    def test_only_to_active_people(self, alice: Actor, song_id: int, person: Person, database: Database) -> None:
        for target in (person("gone", is_active=False).id, 12345):
            with pytest.raises(RuleViolation, match="active"):
                commands.edit(alice, song_id, {"user_id": target, "notes": "x"})
        assert stored(database, song_id)["notes"] is None

    def test_to_oneself_is_no_change(self, alice: Actor, song_id: int, database: Database) -> None:
        before = stored(database, song_id)
        commands.edit(alice, song_id, {"user_id": alice.id})
        assert stored(database, song_id) == before


class TestWhatIsSaid:
    def test_a_change_of_status(
        self, bobby: Actor, alice: Actor, song_id: int, heard: list[object], database: Database
    ) -> None:
        rows.grant(database, bobby.id, "song_edit", on=song_id)
        commands.edit(bobby, song_id, {"status": WIP})
        change = StatusChange(song_id, alice.id, FUTURE, WIP)
        assert heard == [SongStatusChanged(bobby.id, (change,)), SongEdited(bobby.id, alice.id, song_id)]
        assert not change.is_release

    def test_becoming_public_before_the_release(self, alice: Actor, song_id: int, heard: list[object]) -> None:
        commands.edit(alice, song_id, {"is_public": True})
        commands.edit(alice, song_id, {"is_public": True, "status": WIP})
        commands.edit(alice, song_id, {"status": RELEASED})
        commands.edit(alice, song_id, {"status": WIP})
        commands.edit(alice, song_id, {"is_public": False})
        told = [number for number, event in enumerate(heard) if isinstance(event, SongsWentPublic)]
        assert [heard[number] for number in told] == [SongsWentPublic(alice.id, (song_id,))] * 2
        assert isinstance(heard[told[1] - 1], SongStatusChanged)

    def test_new_people(self, alice: Actor, bobby: Actor, song_id: int, heard: list[object]) -> None:
        commands.edit(alice, song_id, {"collaborations": ("bobby",)})
        commands.edit(alice, song_id, {"collaborations": ("bobby",)})
        edited = SongEdited(alice.id, alice.id, song_id)
        assert heard == [SongCollaboratorsAdded(alice.id, alice.id, (bobby.id,)), edited, edited]

    def test_every_save_is_logged(self, alice: Actor, song_id: int, database: Database) -> None:
        commands.edit(alice, song_id, {"status": WIP})
        commands.edit(alice, song_id, {})
        logs = Base.metadata.tables["activity_logs"]
        facts = {"song_id": song_id, "title": "Song", "artist": "Artist", "status": "In Progress"}
        found = database.rows(logs.select().order_by(logs.c.id))
        assert [(row["activity_type"], row["user_id"], row["metadata_json"]) for row in found] == [
            ("update_song", alice.id, facts)
        ] * 2


class TestDelete:
    def test_everything_that_hangs_on_it_goes_and_mentions_end(
        self, alice: Actor, bobby: Actor, database: Database
    ) -> None:
        song_id, other = rows.song(database, alice.id, "A"), rows.song(database, alice.id, "B")
        series = database.insert("album_series", album_name="Album", artist_name="Artist")
        for target in (song_id, other):
            rows.grant(database, bobby.id, "song_edit", on=target)
            rows.progress(database, target, drums=True)
            database.insert("wip_collaborations", song_id=target, collaborator="bobby", field="drums")
            database.insert("file_links", song_id=target, user_id=alice.id, file_url="https://f.example", message="x")
            database.insert("authoring", song_id=target)
            database.insert(
                "album_series_overrides", series_id=series, linked_song_id=target, spotify_track_id=f"track {target}"
            )
            database.insert(
                "collaboration_requests",
                song_id=target, requester_id=bobby.id, owner_id=alice.id, message="?", requested_parts=[],
            )  # fmt: skip
            database.insert(
                "notifications", user_id=bobby.id, type="general", title="t", message="m", related_song_id=target
            )
            database.insert("rock_band_dlc", title="T", artist="A", linked_song_id=target)
            database.insert("status_ledger", song_id=target, user_id=alice.id, to_status="In Progress")
        commands.delete(alice, song_id)

        assert database.column("SELECT id FROM songs") == [other]
        for table in ("collaborations", "song_progress", "wip_collaborations", "file_links", "authoring",
                      "collaboration_requests"):  # fmt: skip
            assert database.column(f"SELECT song_id FROM {table}") == [other], table  # noqa: S608
        assert database.column("SELECT linked_song_id FROM album_series_overrides") == [other]
        assert database.column("SELECT related_song_id FROM notifications ORDER BY id") == [None, other]
        assert database.column("SELECT linked_song_id FROM rock_band_dlc ORDER BY id") == [None, other]
        assert database.column("SELECT song_id FROM status_ledger ORDER BY id") == [None, other]
        found = stats(database, alice)
        assert (found["total_songs"], found["total_wip_created"], found["total_collaborations"]) == (1, 2, 1)
        assert database.count("activity_logs") == 0

    def test_points_go_with_it(self, alice: Actor, song_id: int, database: Database) -> None:
        commands.edit(alice, song_id, {"status": RELEASED})
        commands.delete(alice, song_id)
        assert stats(database, alice)["total_points"] == 0

    def test_ids_are_not_given_again(self, alice: Actor, song_id: int, database: Database) -> None:
        commands.delete(alice, song_id)
        assert rows.song(database, alice.id) > song_id

    @pytest.mark.parametrize("right", ["song_edit", "pack_edit", "pack_view", "owns the pack"])
    def test_only_the_owner_may(self, right: str, bobby: Actor, song_id: int, database: Database) -> None:
        pack_id = rows.pack(database, bobby.id)
        database.execute(SONGS.update().values(pack_id=pack_id))
        if right != "owns the pack":
            rows.grant(database, bobby.id, right, on=song_id if right == "song_edit" else pack_id)
        with pytest.raises(Forbidden):
            commands.delete(bobby, song_id)
        assert database.count("songs") == 1
