"""Saving songs: what is stored, said and refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.song_rows import FUTURE, LEDGER, RELEASED, WIP, actor, stats, stored
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from trackflow import unit_of_work
from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound, RuleViolation
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
