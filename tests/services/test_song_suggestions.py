"""What helps to fill in a song."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.song_rows import actor
from tests.support import rows
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import RuleViolation
from trackflow.services.songs import suggestions

E_ACUTE = "\u00c9"


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


class TestArtists:
    def test_of_the_catalogue_of_public_and_of_visible_songs(
        self, alice: Actor, bobby: Actor, database: Database
    ) -> None:
        database.insert("artists", name="Catalogued")
        database.insert("artists", name="AC/DC")
        pack_id = rows.pack(database, bobby.id)
        rows.grant(database, alice.id, "pack_view", on=pack_id)
        for owner, artist, values in (
            (alice, "Own", {}), (alice, "ac/dc", {}), (bobby, "Public", {"is_public": True}), (bobby, "Hidden", {}),
            (bobby, "Shared", {"pack_id": pack_id}), (bobby, f"{E_ACUTE}t{E_ACUTE}", {"is_public": True}),
        ):  # fmt: skip
            rows.song(database, owner.id, artist, artist=artist, **values)
        rows.song(database, alice.id, "twice", artist=f"{E_ACUTE}t{E_ACUTE}".lower())
        found = suggestions.artists(alice)
        assert found[:5] == ["AC/DC", "Catalogued", "Own", "Public", "Shared"]
        assert [name.lower() for name in found[5:]] == [f"{E_ACUTE}t{E_ACUTE}".lower()]


class TestOwnValues:
    @pytest.fixture
    def _songs(self, alice: Actor, bobby: Actor, database: Database) -> None:
        for number in range(20):
            rows.song(database, alice.id, f"S{number}", artist=f"Band {number:02}", album=f"Album {number:02}")
        rows.song(database, alice.id, "a", artist="The BAND", album=None)
        rows.song(database, alice.id, "b", artist="Band", album="album")
        rows.song(database, alice.id, "c", artist="100%", album="50_50")
        rows.song(database, alice.id, "d", artist=f"{E_ACUTE}toile", album=f"{E_ACUTE}toile")
        rows.song(database, bobby.id, "e", artist="Band of others", album="Album of others")

    @pytest.mark.usefixtures("_songs")
    def test_the_equal_one_first_and_fifteen_more(self, alice: Actor) -> None:
        assert suggestions.own_artists(alice, " band ") == ["Band", *(f"Band {number:02}" for number in range(15))]
        assert suggestions.own_albums(alice, "ALBUM") == ["album", *(f"Album {number:02}" for number in range(15))]
        assert suggestions.own_artists(alice, "and 0") == [f"Band {number:02}" for number in range(10)]
        assert len(suggestions.own_artists(alice, "an")) == 15

    @pytest.mark.usefixtures("_songs")
    @pytest.mark.parametrize(
        ("query", "found"),
        [("%", ["100%"]), ("_", []), ("/", []), ("", []), (" ", []), ("\u00e9to", [f"{E_ACUTE}toile"])],
    )
    def test_artists_by_letters_alone(self, query: str, found: list[str], alice: Actor) -> None:
        assert suggestions.own_artists(alice, query) == found

    @pytest.mark.usefixtures("_songs")
    def test_albums_by_letters_alone(self, alice: Actor) -> None:
        assert suggestions.own_albums(alice, "_") == ["50_50"]
        assert suggestions.own_albums(alice, "%") == []

    def test_a_long_text_is_refused(self, alice: Actor) -> None:
        for call in (suggestions.own_artists, suggestions.own_albums, suggestions.collaborators):
            with pytest.raises(RuleViolation, match="at most 100"):
                call(alice, "x" * 101)


class TestPeople:
    def test_who_works_with_one(self, alice: Actor, bobby: Actor, person: Person, database: Database) -> None:
        own_song, own_pack = rows.song(database, alice.id), rows.pack(database, alice.id)
        theirs, foreign = rows.song(database, bobby.id), rows.song(database, bobby.id)
        for name, right, target in (
            ("on_song", "song_edit", own_song), ("on_pack", "pack_view", own_pack), ("On_Pack2", "pack_edit", own_pack),
            ("beside", "song_edit", theirs), ("foreign", "song_edit", foreign),
        ):  # fmt: skip
            rows.grant(database, person(name), right, on=target)
        rows.grant(database, alice.id, "song_edit", on=theirs)
        rows.grant(database, person("on_gone", is_active=False), "song_edit", on=own_song)
        assert suggestions.collaborators(alice, "ON_") == ["on_pack", "On_Pack2", "on_song"]
        assert suggestions.collaborators(alice, "e") == ["beside"]
        assert suggestions.collaborators(alice, "%") == []
        assert suggestions.collaborators(alice, "") == []
        assert suggestions.collaborators(bobby, "i") == ["alice", "beside", "foreign"]

    def test_twenty_at_most(self, alice: Actor, person: Person, database: Database) -> None:
        song_id = rows.song(database, alice.id)
        for number in range(22):
            rows.grant(database, person(f"helper{number:02}"), "song_edit", on=song_id)
        assert suggestions.collaborators(alice, "helper") == [f"helper{number:02}" for number in range(20)]


def test_the_census(alice: Actor, bobby: Actor, database: Database) -> None:
    pack_id = rows.pack(database, bobby.id)
    rows.grant(database, alice.id, "pack_view", on=pack_id)
    rows.grant(database, alice.id, "pack_edit", on=pack_id)
    for owner, values in ((alice, {}), (bobby, {"pack_id": pack_id}), (bobby, {"is_public": True})):
        rows.song(database, owner.id, **values)
    assert suggestions.census(alice) == {
        "total_songs": 3, "user_collaborations": 2, "visible_songs": 2, "user_id": alice.id, "username": "alice",
    }  # fmt: skip
