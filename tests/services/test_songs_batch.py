"""Entering and deleting many songs at once, cleaning what is entered, saving who may edit a song."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.song_rows import FUTURE, RELEASED, WIP, actor
from tests.support import rows
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound, RuleViolation
from trackflow.extensions import Base
from trackflow.services.songs import commands
from trackflow.services.songs.drafts import Draft

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


def draft(title: str = "Harbour Lights", **changes: Any) -> Draft:
    return Draft(**{"title": title, "artist": "The Example", "status": WIP, **changes})


def titles(database: Database) -> list[str]:
    return database.column("SELECT title FROM songs ORDER BY id")


class TestCleaning:
    def test_a_single_song_is_stored_without_tags(self, alice: Actor, database: Database) -> None:
        tagged = draft("Song (Remastered 2009)", album="So (Deluxe Edition)")
        commands.create(alice, [tagged], follow_pack=True)
        found = database.row("SELECT title, title_key, album, album_key FROM songs")
        assert found == {"title": "Song", "title_key": "song", "album": "So", "album_key": "so"}

    def test_duplicates_are_found_before_it(self, alice: Actor, database: Database) -> None:
        commands.create(alice, [draft("Song")], follow_pack=True)
        commands.create(alice, [draft("Song (2011)")], follow_pack=True)
        with pytest.raises(RuleViolation, match="The song Song by The Example already exists"):
            commands.create(alice, [draft("Song")], follow_pack=True)
        assert titles(database) == ["Song", "Song"]

    def test_songs_that_become_equal_keep_their_own_values(
        self, alice: Actor, bobby: Actor, database: Database
    ) -> None:
        drafts = [
            draft("Song (2011)", notes="first", collaborators=("bobby",)),
            draft("Song"),
            draft("Song (Remaster)", status=FUTURE),
            draft("Song [2015 Remaster]"),
        ]
        ids = commands.create_many(alice, drafts)
        assert len(set(ids)) == 4
        assert titles(database) == ["Song"] * 4
        assert database.scalar("SELECT notes FROM songs WHERE id = :id", id=ids[0]) == "first"
        assert database.scalar("SELECT status FROM songs WHERE id = :id", id=ids[2]) == "Future Plans"
        assert database.rows("SELECT song_id, user_id FROM collaborations") == [
            {"song_id": ids[0], "user_id": bobby.id}
        ]


class TestManyAtOnce:
    def test_the_status_is_the_one_that_was_sent(self, alice: Actor, database: Database) -> None:
        pack_id = rows.pack(database, alice.id)
        rows.song(database, alice.id, "there", pack_id=pack_id, status="Released")
        commands.create_many(alice, [draft("A", pack_id=pack_id, status=FUTURE), draft("B", pack_id=pack_id)])
        assert database.column("SELECT status FROM songs ORDER BY id") == ["Released", "Future Plans", "In Progress"]

    def test_a_pack_is_made_once(self, alice: Actor, database: Database) -> None:
        commands.create_many(
            alice, [draft("A", pack_name="Summer", priority=3), draft("B", pack_name="SUMMER "), draft("C")]
        )
        (pack,) = database.rows("SELECT id, name, priority FROM packs")
        assert (pack["name"], pack["priority"]) == ("Summer", 3)
        assert database.column("SELECT pack_id FROM songs ORDER BY id") == [pack["id"], pack["id"], None]

    def test_all_that_is_wrong_is_told_together(self, alice: Actor, bobby: Actor, database: Database) -> None:
        commands.create(alice, [draft("Mine")], follow_pack=True)
        theirs = rows.song(database, bobby.id, "Theirs", artist="The Example")
        rows.grant(database, alice.id, "song_edit", on=theirs)
        drafts = [draft("A"), draft(" "), draft("a"), draft("MINE"), draft("B", year=3), draft("theirs")]
        with pytest.raises(RuleViolation) as refusal:
            commands.create_many(alice, [*drafts, draft("C", pack_name="New")])
        assert refusal.value.detail == (
            "Song 2: The title must not be blank. "
            "Song 3: The song a by The Example already exists in your list. "
            "Song 4: The song MINE by The Example already exists in your list. "
            "Song 5: The year must be a number from 1900 to 2100. "
            "Song 6: The song theirs by The Example already exists in your list."
        )
        assert (database.count("songs"), database.count("packs"), database.count("status_ledger")) == (2, 0, 1)

    def test_the_place_is_told_of_one_too(self, alice: Actor) -> None:
        with pytest.raises(RuleViolation) as refusal:
            commands.create_many(alice, [draft(" ")])
        assert refusal.value.detail == "Song 1: The title must not be blank."

    def test_a_foreign_pack_stops_all(self, alice: Actor, bobby: Actor, database: Database) -> None:
        theirs = rows.pack(database, bobby.id)
        with pytest.raises(Forbidden):
            commands.create_many(alice, [draft("A"), draft("B", pack_id=theirs)])
        with pytest.raises(NotFound):
            commands.create_many(alice, [draft("A"), draft("B", pack_id=theirs + 1)])
        assert database.count("songs") == 0

    def test_a_song_of_others_is_no_hindrance(self, alice: Actor, bobby: Actor, database: Database) -> None:
        rows.song(database, bobby.id, "A", artist="The Example", status="Released", is_public=True)
        commands.create_many(alice, [draft("A")])

    def test_each_song_has_its_steps_and_its_log(self, alice: Actor, database: Database) -> None:
        rows.workflow(database, alice.id, "drums", "bass")
        ids = commands.create_many(alice, [draft("A"), draft("B", status=RELEASED), draft("C")])
        steps = database.rows("SELECT song_id, step_name FROM song_progress ORDER BY id")
        assert [(row["song_id"], row["step_name"]) for row in steps] == [
            (song_id, step) for song_id in (ids[0], ids[2]) for step in ("drums", "bass")
        ]
        assert database.count("activity_logs", activity_type="create_song") == 3


class TestDeletingMany:
    def test_takes_everything_along(self, alice: Actor, bobby: Actor, database: Database) -> None:
        ids = commands.create_many(alice, [draft(str(number), collaborators=("bobby",)) for number in range(3)])
        assert commands.delete_many(alice, [ids[2], ids[0], ids[2]]) == 2
        assert database.column("SELECT id FROM songs") == [ids[1]]
        assert database.column("SELECT song_id FROM collaborations") == [ids[1]]
        assert database.count("song_progress", song_id=ids[0]) == 0
        stats = database.row("SELECT * FROM user_stats WHERE user_id = :id", id=alice.id)
        assert (stats["total_songs"], stats["total_wip_created"], stats["total_collaborations"]) == (1, 3, 1)

    @pytest.mark.parametrize("right", ["song_edit", "pack_edit"])
    def test_one_that_is_not_ones_own_stops_all(
        self, right: str, alice: Actor, bobby: Actor, database: Database
    ) -> None:
        own, pack_id = rows.song(database, alice.id), rows.pack(database, bobby.id)
        theirs = rows.song(database, bobby.id, pack_id=pack_id)
        rows.grant(database, alice.id, right, on=theirs if right == "song_edit" else pack_id)
        for other in (theirs, 12345):
            with pytest.raises(NotFound):
                commands.delete_many(alice, [own, other])
        assert database.count("songs") == 2


class TestWhoMayEdit:
    def test_who_stays_keeps_the_row_and_who_goes_loses_the_parts(
        self, alice: Actor, bobby: Actor, person: Person, database: Database
    ) -> None:
        carol = person("carol")
        person("gone", is_active=False)
        song_id = rows.song(database, alice.id)
        kept = rows.grant(database, bobby.id, "song_edit", on=song_id)
        rows.grant(database, carol.id, "song_edit", on=song_id)
        dave = person("dave")
        for name in ("bobby", "carol"):
            database.insert("wip_collaborations", song_id=song_id, collaborator=name, field="drums")
        names = ["BOBBY", " dave", "dave", "nobody", "gone", "alice"]
        commands.replace_collaborators(alice, song_id, names)
        found = database.rows("SELECT id, user_id FROM collaborations ORDER BY id")
        assert [row["user_id"] for row in found] == [bobby.id, dave.id]
        assert found[0]["id"] == kept
        assert database.column("SELECT collaborator FROM wip_collaborations") == ["bobby"]
        assert database.scalar("SELECT total_collaborations FROM user_stats WHERE user_id = :id", id=alice.id) == 2
        logs = database.rows(LOGS.select().order_by(LOGS.c.id))
        assert [(row["activity_type"], row["metadata_json"]) for row in logs] == [
            ("add_song_collaborator", {"song_id": song_id, "target_user_id": dave.id}),
            ("remove_song_collaborator", {"song_id": song_id, "target_user_id": carol.id}),
        ]
        commands.replace_collaborators(alice, song_id, ["bobby", "dave"])
        assert database.count("activity_logs") == 2

    def test_the_owner_of_the_pack_may_and_keeps_the_own_right(
        self, alice: Actor, bobby: Actor, person: Person, database: Database
    ) -> None:
        carol = person("carol")
        song_id = rows.song(database, alice.id, pack_id=rows.pack(database, bobby.id))
        rows.grant(database, bobby.id, "song_edit", on=song_id)
        commands.replace_collaborators(bobby, song_id, ["carol", "bobby", "alice"])
        assert database.column("SELECT user_id FROM collaborations ORDER BY id") == [bobby.id, carol.id]
        commands.replace_collaborators(bobby, song_id, [])
        assert database.column("SELECT user_id FROM collaborations") == [bobby.id]

    @pytest.mark.parametrize("right", ["song_edit", "pack_edit"])
    def test_who_may_edit_may_not(self, right: str, alice: Actor, bobby: Actor, database: Database) -> None:
        pack_id = rows.pack(database, alice.id)
        song_id = rows.song(database, alice.id, pack_id=pack_id)
        rows.grant(database, bobby.id, right, on=song_id if right == "song_edit" else pack_id)
        with pytest.raises(Forbidden):
            commands.replace_collaborators(bobby, song_id, [])
        assert database.count("collaborations") == 1
