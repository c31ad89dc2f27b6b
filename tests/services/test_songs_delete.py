"""Deleting songs: what goes along, what only loses its mention, who may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.song_rows import RELEASED, SONGS, actor, stats
from tests.support import rows
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import Forbidden
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


def test_everything_that_hangs_on_it_goes_and_mentions_end(alice: Actor, bobby: Actor, database: Database) -> None:
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


def test_points_go_with_it(alice: Actor, song_id: int, database: Database) -> None:
    commands.edit(alice, song_id, {"status": RELEASED})
    commands.delete(alice, song_id)
    assert stats(database, alice)["total_points"] == 0


def test_ids_are_not_given_again(alice: Actor, song_id: int, database: Database) -> None:
    commands.delete(alice, song_id)
    assert rows.song(database, alice.id) > song_id


@pytest.mark.parametrize("right", ["song_edit", "pack_edit", "pack_view", "owns the pack"])
def test_only_the_owner_may(right: str, bobby: Actor, song_id: int, database: Database) -> None:
    pack_id = rows.pack(database, bobby.id)
    database.execute(SONGS.update().values(pack_id=pack_id))
    if right != "owns the pack":
        rows.grant(database, bobby.id, right, on=song_id if right == "song_edit" else pack_id)
    with pytest.raises(Forbidden):
        commands.delete(bobby, song_id)
    assert database.count("songs") == 1
