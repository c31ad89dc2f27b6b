"""Deleting a pack: what goes, what stays, and that nothing is left hanging."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.pack_rows import THEN, points, song_in
from tests.services.song_rows import actor, stats, stored
from tests.support import rows
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import Forbidden, InvalidState, NotFound
from trackflow.extensions import Base
from trackflow.services.pack_lifecycle import commands


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


def orphans(database: Database) -> list[str]:
    """Return each foreign key that points to a row that is not there."""
    found = []
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column
            there = database.column(target.table.select().with_only_columns(target))
            pointers = database.column(table.select().with_only_columns(key.parent).where(key.parent.is_not(None)))
            if set(pointers) - set(there):
                found.append(f"{table.name}.{key.parent.name}")
    return found


def hang_everything_on(database: Database, song_id: int, pack: int, alice: Actor, bobby: Actor) -> None:
    """Insert a row of every kind that refers to a song or a pack."""
    database.insert("file_links", song_id=song_id, user_id=bobby.id, file_url="https://f.example", message="x")
    database.insert("song_progress", song_id=song_id, step_name="drums")
    database.insert("wip_collaborations", song_id=song_id, collaborator="bobby", field="drums")
    database.insert("authoring", song_id=song_id)
    database.insert("collaboration_requests", song_id=song_id, requester_id=bobby.id, owner_id=alice.id, message="x")
    database.insert("notifications", user_id=bobby.id, type="general", title="t", message="m", related_song_id=song_id)
    database.insert("status_ledger", song_id=song_id, user_id=alice.id, to_status="Released")
    database.insert("rock_band_dlc", title="T", artist="A", origin="o", linked_song_id=song_id)
    series = database.insert("album_series", album_name="Linked", artist_name="A")
    database.insert("album_series_overrides", series_id=series, linked_song_id=song_id, title_clean="t")
    rows.grant(database, bobby.id, "song_edit", on=song_id)
    for right in ("pack_view", "pack_edit"):
        rows.grant(database, bobby.id, right, on=pack)
    database.insert("community_event_registrations", pack_id=pack, user_id=bobby.id)
    database.insert("release_posts", post_type="pack_release", title="Post", pack_id=pack, linked_song_ids=[song_id])


def test_own_songs_go_and_those_of_others_stay(alice: Actor, bobby: Actor, database: Database) -> None:
    pack, other = rows.pack(database, alice.id, "Summer"), rows.pack(database, alice.id, "Other")
    own = song_in(database, alice.id, pack, "Own", status="Released", released_at=THEN)
    theirs = song_in(database, bobby.id, pack, "Theirs", status="Released", released_at=THEN)
    spared = song_in(database, alice.id, other, "Spared", status="Released", released_at=THEN)
    hang_everything_on(database, own, pack, alice, bobby)
    assert commands.delete(alice, pack) == "Summer"
    assert database.column("SELECT id FROM songs ORDER BY id") == [theirs, spared]
    assert (stored(database, theirs)["pack_id"], stored(database, spared)["pack_id"]) == (None, other)
    assert orphans(database) == []
    for table in ("file_links", "song_progress", "wip_collaborations", "authoring", "collaboration_requests",
                  "collaborations", "community_event_registrations", "album_series_overrides"):  # fmt: skip
        assert database.count(table) == 0, table
    assert database.count("release_posts", pack_id=None) == database.count("notifications", related_song_id=None) == 1
    assert database.count("status_ledger", song_id=None) == database.count("rock_band_dlc", linked_song_id=None) == 1
    found = stats(database, alice)
    assert (found["total_songs"], found["total_packs"], found["total_points"]) == (1, 1, 10)
    logged = database.row("SELECT * FROM activity_logs")
    assert (logged["activity_type"], logged["description"]) == ("delete_pack", "Deleted the pack Summer")
    database.execute("UPDATE user_stats SET total_points = 10 WHERE user_id = :id", id=bobby.id)  # never recomputed
    assert points(database)[alice.id] == 10


def test_series_without_songs_go_and_others_lose_the_pack(alice: Actor, bobby: Actor, database: Database) -> None:
    pack, other = rows.pack(database, alice.id, "Summer"), rows.pack(database, bobby.id, "Other")

    def series(name: str, pack_id: int | None) -> int:
        return database.insert("album_series", album_name=name, artist_name="A", pack_id=pack_id)

    emptied, empty, kept = series("Emptied", pack), series("Empty", pack), series("Kept", pack)
    loose, theirs, unrelated = series("Loose", None), series("Theirs", other), series("Unrelated", None)
    for series_id in (emptied, loose, theirs):
        song_in(database, alice.id, pack, f"Song {series_id}", album_series_id=series_id)
    song_in(database, bobby.id, pack, "Keeps it", album_series_id=kept)
    database.insert("album_series_preexisting", series_id=emptied, title_clean="t")
    commands.delete(alice, pack)
    found = {row["id"]: row["pack_id"] for row in database.rows("SELECT id, pack_id FROM album_series")}
    assert found == {kept: None, theirs: other, unrelated: None}
    assert empty not in found
    assert database.count("album_series_preexisting") == 0
    assert orphans(database) == []


def test_an_empty_pack_goes(alice: Actor, database: Database) -> None:
    commands.delete(alice, rows.pack(database, alice.id))
    assert database.count("packs") == 0


def test_only_its_owner_may(alice: Actor, bobby: Actor, database: Database) -> None:
    pack = rows.pack(database, alice.id)
    song_in(database, bobby.id, pack, "Theirs")
    rows.grant(database, bobby.id, "pack_edit", on=pack)
    with pytest.raises(Forbidden):
        commands.delete(bobby, pack)
    with pytest.raises(NotFound):
        commands.delete(alice, 12345)
    event = rows.pack(database, alice.id, "Event", is_community_event=True)
    with pytest.raises(InvalidState):
        commands.delete(alice, event)
    assert (database.count("packs"), database.count("songs")) == (2, 1)
