"""Cleaning many songs on a database: which change, what is written, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.support import rows
from tests.support.clock import START, Clock
from tests.support.database import Database
from tests.support.http import Account
from tests.support.queries import QueryCounter
from tests.support.world import World
from trackflow.actor import Actor
from trackflow.errors import RuleViolation
from trackflow.models import Song, text_key
from trackflow.services.tools import commands

Counter = Callable[[], AbstractContextManager[QueryCounter]]
TABLE = Song.__table__


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def alice(person: Person) -> Actor:
    return actor(person("alice"))


def actor(account: Account) -> Actor:
    return Actor(account.id, account.username)


def stored(database: Database, song_id: int) -> dict[str, Any]:
    return database.row(TABLE.select().where(TABLE.c.id == song_id))


def test_title_and_album_are_cleaned_and_nothing_else_changes(alice: Actor, database: Database, clock: Clock) -> None:
    song = rows.song(
        database, alice.id, "\u00c9toile (Remastered 2009)", album="Ciel [2015 Remaster]", notes="(Deluxe)",
        artist="The Example (Deluxe)",
    )  # fmt: skip
    before = stored(database, song)
    later = clock.advance(days=1)
    assert commands.clean_songs(alice, [song]) == [song]
    after = stored(database, song)
    changed = {name: after[name] for name in after if after[name] != before[name]}
    assert changed == {
        "title": "\u00c9toile",
        "title_key": text_key("\u00c9toile"),
        "album": "Ciel",
        "album_key": "ciel",
        "updated_at": later,
    }


@pytest.mark.parametrize(
    ("title", "album", "cleaned"),
    [
        ("Song (Remaster)", None, ("Song", None)),
        ("Song", "Album (Deluxe)", ("Song", "Album")),
        ("Song (Remaster)", "", ("Song", "")),
        (" Song", "Album", ("Song", "Album")),
        ("Song (Remaster)", "(Deluxe)", ("Song", "(Deluxe)")),
    ],
)
def test_what_is_no_text_stays_none(
    title: str, album: str | None, cleaned: tuple[str, str | None], alice: Actor, database: Database
) -> None:
    song = rows.song(database, alice.id, title, album=album)
    assert commands.clean_songs(alice, [song]) == [song]
    assert (stored(database, song)["title"], stored(database, song)["album"]) == cleaned
    assert commands.clean_songs(alice, [song]) == []


def test_clean_songs_are_not_touched(alice: Actor, database: Database, clock: Clock) -> None:
    dirty = rows.song(database, alice.id, "Song (2011)")
    clean = [rows.song(database, alice.id, title, album="Album") for title in ("Song (Live)", "1979", "Remastered")]
    clock.advance(days=1)
    assert commands.clean_songs(alice, [*clean, dirty, dirty]) == [dirty]
    assert {stored(database, song)["updated_at"] for song in clean} == {START}


def test_other_people_s_songs_and_unknown_ids_are_passed_over(world: World, database: Database) -> None:
    database.execute("UPDATE songs SET title = title || ' (Remaster)', title_key = title_key || ' (remaster)'")
    ids = [world.song, world.pack_song, world.other_song, world.loose_song, 2_000_000_000]
    assert commands.clean_songs(actor(world.people["pack_edit"]), ids) == []
    assert commands.clean_songs(actor(world.people["song_edit"]), ids) == []
    assert commands.clean_songs(actor(world.people["admin"]), ids) == []
    assert commands.clean_songs(actor(world.people["owner"]), ids) == sorted([world.song, world.loose_song])
    titles = database.column("SELECT title FROM songs ORDER BY id")
    assert sorted(titles) == [
        "Loose Song", "Other Song (Remaster)", "Pack Song (Remaster)", "Viewing Song (Remaster)", "World Song",
    ]  # fmt: skip


def test_two_songs_may_end_with_one_title(alice: Actor, database: Database) -> None:
    ids = [rows.song(database, alice.id, title) for title in ("Song", "Song (2011)", "Song - Remastered")]
    assert commands.clean_songs(alice, ids) == ids[1:]
    assert database.count("songs", title_key="song") == 3


def test_a_thousand_and_no_more(alice: Actor, database: Database, query_counter: Counter) -> None:
    song = rows.song(database, alice.id, "Song (2011)")
    with pytest.raises(RuleViolation, match="At most 1000"):
        commands.clean_songs(alice, [song] * 1001)
    assert stored(database, song)["title"] == "Song (2011)"
    with database.together():
        ids = [
            song,
            *(rows.song(database, alice.id, f"Song {place} (2011)", album="A (Deluxe)") for place in range(999)),
        ]
    with query_counter() as sent:
        assert commands.clean_songs(alice, list(reversed(ids))) == ids
    sent.at_most(2)
    assert commands.clean_songs(alice, ids) == []


class TestBrokenTitles:
    def test_titles_with_a_year_of_this_century(self, alice: Actor, database: Database) -> None:
        broken = [
            rows.song(database, alice.id, title, album="Album (Deluxe)")
            for title in ("Song - 2011 Remaster", "Song - 2009", "Song - 2011 Remastered Version")
        ]
        for title in ("Song (2011)", "Song - 1999", "Song - 20 Years Live", "Song-2010", "Song"):
            rows.song(database, alice.id, title, album="Album (Deluxe)")
        assert commands.fix_broken_titles(alice) == broken
        assert [stored(database, song)["title"] for song in broken] == ["Song"] * 3
        assert database.count("songs", album="Album (Deluxe)") == 8
        assert commands.fix_broken_titles(alice) == []

    def test_of_nobody_else(self, alice: Actor, database: Database, person: Person) -> None:
        song = rows.song(database, person("bobby"), "Song - 2011")
        rows.grant(database, alice.id, "song_edit", on=song)
        assert commands.fix_broken_titles(alice) == []
        assert stored(database, song)["title"] == "Song - 2011"


def test_many_at_once_in_any_order(alice: Actor, database: Database, concurrently: Concurrently) -> None:
    ids = [rows.song(database, alice.id, f"Song {place} (2011)") for place in range(40)]

    def call(number: int) -> list[int]:
        return commands.clean_songs(alice, ids if number % 2 else list(reversed(ids)))

    changed = concurrently(8, call).all_succeeded()
    assert sorted(song for part in changed for song in part) == ids, "each song is cleaned by one of them"
