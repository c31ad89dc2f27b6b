"""Official songs on a database: what a check and a search find, in which order, and what an import stores."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.support import rows
from tests.support.database import Database
from trackflow.errors import RuleViolation
from trackflow.models import text_key
from trackflow.services.rockband_dlc import commands, queries
from trackflow.services.rockband_dlc.commands import Import, Linking
from trackflow.unit_of_work import release

HEADER = "Song,Artist,Origin"


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def store(database: Database, *songs: str) -> list[int]:
    """Insert official songs given as `title|artist`; return their ids."""
    pairs = [song.split("|") for song in songs]
    return [database.insert("rock_band_dlc", title=title, artist=artist, origin="RB2") for title, artist in pairs]


def check(title: str, artist: str) -> dict[str, Any]:
    answer = queries.check(title, artist)
    release()
    return answer


def similar(title: str, artist: str) -> list[int]:
    return [item["id"] for item in check(title, artist)["similar_matches"]]


def search(text: str, limit: int = 10) -> list[int]:
    found = [item["id"] for item in queries.search(text, limit)]
    release()
    return found


def stats() -> dict[str, Any]:
    counts = queries.stats()
    release()
    return counts


class TestCheck:
    def test_the_artist_s_own_come_first_then_short_titles_then_old_ones(self, database: Database) -> None:
        band, long, two, one, last = store(
            database, "Ever|The Foo Fighters", "Everlong (Acoustic)|Foo Fighters", "Everlong|Foo Fighters",
            "Everline|Foo Fighters", "Ever After|The Foo Fighters",
        )  # fmt: skip
        assert similar("ever", "foo fighters") == [two, one, long, band, last]

    def test_at_most_five(self, database: Database) -> None:
        ids = store(database, *(f"Everlong {number}|Foo Fighters" for number in range(8)))
        assert similar("everlong", "foo") == ids[:5]

    def test_an_equal_key_wins_over_an_equal_match_key(self, database: Database) -> None:
        near, same = store(database, "T.N.T.|AC/DC", "T N T|AC DC")
        assert check("t n t", "ac dc")["dlc_entry"]["id"] == same
        assert check("t-n-t", "ac-dc")["dlc_entry"]["id"] in (near, same)

    def test_exact_wins_over_partial(self, database: Database) -> None:
        _, exact = store(database, "One|U2 Band", "One More Thing (Remastered)|U2 Band")
        answer = check("One More Thing", "U2 Band")
        assert (answer["match_type"], answer["dlc_entry"]["id"]) == ("exact", exact)

    @pytest.mark.parametrize("text", ["%", "_", "%%%", "___", "/", "\\", "%' OR 1=1 --"])
    def test_no_character_is_a_wildcard(self, text: str, database: Database) -> None:
        store(database, "Everlong|Foo Fighters")
        assert not check(text, text)["is_dlc"]
        assert search(text) == []
        (wild,) = store(database, f"{text} x|{text} x")
        if len(text) >= 3:
            assert similar(text, text) == [wild]
        assert search(text) == [wild]

    @pytest.mark.parametrize(("title", "artist"), [("", ""), ("", "Foo Fighters"), ("Everlong", ""), ("  ", "\t")])
    def test_without_a_title_or_an_artist_nothing_is_official(
        self, title: str, artist: str, database: Database
    ) -> None:
        store(database, "Everlong|Foo Fighters")
        nothing = {"is_dlc": False, "origin": None, "match_type": None, "dlc_entry": None}
        assert check(title, artist) == nothing

    def test_an_exact_match_is_found_among_very_many_neighbours(self, database: Database) -> None:
        crowd = [{"title": f"A{'b' * (number % 7)} {number}", "artist": "A", "origin": "DLC"} for number in range(300)]
        database.insert_many("rock_band_dlc", crowd)
        (wanted,) = store(database, "A very long title which begins like the others|A")
        answer = check("a VERY long title which begins like the others", "a")
        assert (answer["match_type"], answer["dlc_entry"]["id"]) == ("exact", wanted)


class TestSearch:
    def test_title_or_artist_by_artist_and_title(self, database: Database) -> None:
        ids = store(database, "B|Foo", "A|Foo", "Foo Song|Bar", "Other|Band", "A|Foo")
        assert search(" FOO ") == [ids[2], ids[1], ids[4], ids[0]]
        assert search("foo", 2) == [ids[2], ids[1]]

    @pytest.mark.parametrize("text", ["", "  ", "\u2003"])
    def test_nothing_is_found_for_nothing(self, text: str, database: Database) -> None:
        store(database, "Everlong|Foo Fighters")
        assert search(text) == []


def test_the_counts_leave_blank_origins_out_of_the_parts(database: Database) -> None:
    assert stats() == {"total_songs": 0, "by_origin": {}}
    for origin in ("RB1", "DLC", "DLC", "", " "):
        database.insert("rock_band_dlc", title="S", artist="A", origin=origin)
    assert stats() == {"total_songs": 5, "by_origin": {"DLC": 2, "RB1": 1}}


def load(lines: Sequence[str], **options: bool) -> Import:
    return commands.load((f"{line}\n".encode() for line in lines), **options)


def stored(database: Database) -> list[tuple[str, str, str]]:
    found = database.rows("SELECT title, artist, origin FROM rock_band_dlc ORDER BY id")
    return [(row["title"], row["artist"], row["origin"]) for row in found]


class TestImport:
    def test_it_stores_what_is_new_and_counts_the_rest(self, database: Database) -> None:
        store(database, "Everlong|Foo Fighters")
        lines = (HEADER, "EVERLONG, foo  fighters,DLC", "Big  Me,Foo Fighters,", "big me,FOO FIGHTERS,RB3", ",X,RB1")
        assert load(lines) == Import(processed=4, new=1, duplicates=2, incomplete=1)
        assert stored(database) == [("Everlong", "Foo Fighters", "RB2"), ("Big Me", "Foo Fighters", "Unknown")]
        row = database.row("SELECT title_key, artist_key FROM rock_band_dlc WHERE title = 'Big Me'")
        assert (row["title_key"], row["artist_key"]) == ("big me", "foo fighters")

    def test_a_second_time_changes_nothing(self, database: Database) -> None:
        lines = (HEADER, *(f"Song {number},Artist \u00c9,DLC" for number in range(1203)))
        assert load(lines) == Import(processed=1203, new=1203)
        before = stored(database)
        assert load(lines) == Import(processed=1203, duplicates=1203)
        assert stored(database) == before
        assert len(before) == 1203
        assert database.scalar("SELECT count(*) FROM rock_band_dlc WHERE artist_key = :k", k=text_key("ARTIST \u00e9"))

    def test_two_at_once_store_each_song_once(self, database: Database, concurrently: Concurrently) -> None:
        lines = (HEADER, *(f"Song {number},Artist,DLC" for number in range(600)))
        results = concurrently(3, lambda _: load(lines)).all_succeeded()
        assert sorted(result.new for result in results) == [0, 0, 600]
        assert database.count("rock_band_dlc") == 600

    def test_a_bad_row_keeps_the_whole_file_out(self, database: Database) -> None:
        lines = (HEADER, *(f"Song {number},Artist,DLC" for number in range(700)), "A,B", *("C,D,E",) * 2)
        result = load(lines)
        assert (result.stored, result.new, [fault.line for fault in result.faults]) == (False, 701, [702])
        assert stored(database) == []

    def test_unless_it_shall_be_left_out(self, database: Database) -> None:
        result = load((HEADER, "A,B", "C,D,E", "F,G,H,I"), skip_bad=True)
        assert (result.stored, result.new, [fault.line for fault in result.faults]) == (True, 1, [2, 4])
        assert stored(database) == [("C", "D", "E")]

    def test_without_the_columns_nothing_is_read(self, database: Database) -> None:
        with pytest.raises(RuleViolation, match="missing: Song"):
            load(("Title,Artist,Origin", "A,B,C"), skip_bad=True)
        assert stored(database) == []

    @pytest.mark.parametrize("link", [False, True])
    def test_a_trial_counts_everything_and_stores_nothing(self, link: bool, database: Database, person: Person) -> None:  # noqa: FBT001
        rows.song(database, person("alice"), "A", artist="B")
        result = load((HEADER, "A,B,C"), dry_run=True, link=link)
        assert (result.processed, result.new, result.stored) == (1, 1, False)
        assert result.linking == (Linking(total=1, linked=1) if link else None)
        assert stored(database) == []

    def test_linking_takes_what_has_no_link_yet(self, database: Database, person: Person) -> None:
        alice, bobby = person("alice"), person("bobby")
        live = rows.song(database, alice, "Everlong (Live)", artist="The Foo Fighters")
        plain = rows.song(database, bobby, "Everlong", artist="Foo Fighters")
        linked = database.insert(
            "rock_band_dlc", title="Everlong (live)", artist="Foo Fighters", origin="DLC", linked_song_id=plain
        )
        result = load((HEADER, "Everlong,Foo Fighters,RB2", "Big Me,Foo Fighters,DLC"), link=True)
        assert result.linking == Linking(total=2, linked=1)
        links = {row["title"]: row["linked_song_id"] for row in database.rows("SELECT * FROM rock_band_dlc")}
        assert links == {"Everlong (live)": plain, "Everlong": plain, "Big Me": None}
        assert load((HEADER,), link=True).linking == Linking(total=1, linked=0)
        database.execute("UPDATE rock_band_dlc SET linked_song_id = NULL WHERE id = :id", id=linked)
        load((HEADER,), link=True)
        assert database.scalar("SELECT linked_song_id FROM rock_band_dlc WHERE id = :id", id=linked) == live
