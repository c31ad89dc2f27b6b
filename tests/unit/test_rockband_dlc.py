"""The rules of official songs that need no database: nearness, files, links, and the limit's setting."""

from __future__ import annotations

from pathlib import Path

import pytest

from trackflow.config import ConfigurationError, Settings
from trackflow.errors import RuleViolation
from trackflow.services.rockband_dlc.files import Entry, Fault, entries
from trackflow.services.rockband_dlc.links import Keyed, links
from trackflow.services.rockband_dlc.matching import MatchType, Name, Wanted

EXACT, PARTIAL = MatchType.EXACT, MatchType.PARTIAL
HEADER = b"Song,Artist,Origin\n"


def nearness(entered: tuple[str, str], official: tuple[str, str]) -> MatchType | None:
    wanted = Wanted(Name.of(entered[0]), Name.of(entered[1]))
    return wanted.compare(Name.of_stored(official[0]), Name.of_stored(official[1]))


class TestNearness:
    @pytest.mark.parametrize(
        ("entered", "official", "expected"),
        [
            (("everlong", "FOO  FIGHTERS "), ("Everlong", "Foo Fighters"), EXACT),
            (("Everlong (Remastered 2009)", "Foo Fighters"), ("Everlong", "Foo Fighters"), EXACT),
            (("Kickstart My Heart", "Motley Crue"), ("Kickstart My Heart", "M\u00f6tley Cr\u00fce"), EXACT),
            (("T.N.T", "AC DC"), ("T.N.T.", "AC/DC"), EXACT),
            (("Don\u2019t Stop", "X & Y"), ("Don't Stop", "X and Y"), EXACT),
            (("O", "U2"), ("O", "U2"), EXACT),
            (("\u6771\u4eac", "\u306f"), ("\u6771\u4eac", "\u306f"), EXACT),
            (("\u6771\u4eac", "\u306f"), ("\u5927\u962a", "\u306f"), None),
            (("Ever", "Foo"), ("Everlong", "Foo Fighters"), PARTIAL),
            (("Everlong", "Foo Fighters"), ("Everlong (Acoustic)", "Foo Fighters"), PARTIAL),
            (("Everlong (Live)", "Foo Fighters"), ("Everlong", "Foo Fighters"), PARTIAL),
            (("Don\u2019t Stop (Live)", "Fleetwood Mac"), ("Don't Stop", "Fleetwood Mac"), PARTIAL),
            (("Everlonger", "Foo Fighters"), ("Everlong", "Foo Fighters"), None),
            (("Everlong (Live)", "Foo"), ("Everlong", "Foo Fighters"), None),
            (("It Ends", "Foo Fighters"), ("It", "Foo Fighters"), None),
            (("Ev", "Foo Fighters"), ("Everlong", "Foo Fighters"), None),
            (("Everlong", "Fo"), ("Everlong", "Foo Fighters"), None),
            (("One Love", "U2"), ("One", "U2"), None),
            (("%%%", "%%%"), ("Everlong", "Foo Fighters"), None),
            (("___", "___"), ("Everlong", "Foo Fighters"), None),
            (("Everlong", "Nirvana"), ("Everlong", "Foo Fighters"), None),
        ],
    )
    def test_how_near(self, entered: tuple[str, str], official: tuple[str, str], expected: MatchType | None) -> None:
        assert nearness(entered, official) is expected

    def test_what_the_key_of_every_near_text_contains(self) -> None:
        name = Name.of("The Rock & Roll Band (Live)")
        assert (name.first_word, name.longest_word) == ("the", "rock")
        assert (Name.of("& Justice").first_word, Name.of("&").longest_word) == ("", "")


class TestFiles:
    def read(self, *lines: bytes) -> list[Entry | Fault]:
        return list(entries(lines))

    def test_the_columns_are_found_by_name(self) -> None:
        found = self.read(b"Year,Origin,Song,Artist\r\n", b"1997,RB2,  Ever  long ,Foo\tFighters\r\n", b'1,,"A, B",C')
        assert found == [Entry("Ever long", "Foo Fighters", "RB2"), Entry("A, B", "C", "Unknown")]

    def test_a_byte_order_mark_is_no_part_of_the_header(self) -> None:
        assert self.read(b"\xef\xbb\xbf" + HEADER, "D\u00e9j\u00e0,X,DLC\n".encode()) == [
            Entry("D\u00e9j\u00e0", "X", "DLC")
        ]

    @pytest.mark.parametrize(
        ("header", "missing"),
        [
            (b"", "Song, Artist, Origin"),
            (b"Song,Artist\n", "Origin"),
            (b"song,artist,origin\n", "Song, Artist, Origin"),
            (b"Song;Artist;Origin\n", "Song, Artist, Origin"),
            ("Song,Artist,Origin\n".encode("utf-16"), "Song, Artist, Origin"),
            (b'"Song"x,Artist,Origin\n', "Song, Artist, Origin"),
        ],
    )
    def test_a_missing_column_is_named(self, header: bytes, missing: str) -> None:
        with pytest.raises(RuleViolation, match=f"missing: {missing}\\.$"):
            self.read(*([header] if header else []))

    def test_rows_without_song_or_artist_are_known(self) -> None:
        found = self.read(HEADER, b",A,DLC\n", b"  ,A,DLC\n", b"S,,DLC\n", b",,\n", b"\n", b"S,A,\n")
        assert [entry.is_complete for entry in found if isinstance(entry, Entry)] == [False] * 4 + [True]
        assert len(found) == 5

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            (b"A,B\n", "2 cells, but the header has 3"),
            (b"A,B,C,D\n", "4 cells, but the header has 3"),
            (b'"A"x,B,C\n', "not readable as CSV"),
            (b"A\x00,B,C\n", "Song contains the character NUL"),
            (b"A,B\xff,C\n", "Artist is not UTF-8"),
            (b"A,B,\xed\xa0\x80\n", "Origin is not UTF-8"),
            (b"A," + b"x" * 201 + b",C\n", "Artist is longer than 200 characters"),
            (b"x" * 200_000 + b",B,C\n", "not readable as CSV"),
            (b"A\rB,C,D\n", "not readable as CSV"),
        ],
    )
    def test_a_bad_row_is_named_and_the_next_one_read(self, row: bytes, reason: str) -> None:
        before, fault, after = self.read(HEADER, b'"A\nB",C,D\n', row, b"E,F,G\n")
        assert (before, after) == (Entry("A B", "C", "D"), Entry("E", "F", "G"))
        assert isinstance(fault, Fault)
        assert fault.reason.startswith(reason)
        assert fault.line == 3, "a text over two lines before it"

    def test_a_quote_that_is_never_closed_is_reported_where_it_opens(self) -> None:
        found = self.read(HEADER, b"A,B,C\n", b'"D,E,F\n', b"G,H,I\n")
        assert [entry.line for entry in found if isinstance(entry, Fault)] == [3]


class TestLinks:
    def linked(self, official: tuple[str, str], *songs: tuple[str, str]) -> list[int]:
        made = [Keyed(place, *song) for place, song in enumerate(songs)]
        return [song_id for _, song_id in links([Keyed(7, *official)], made)]

    def test_artist_and_title_must_contain_the_official_ones(self) -> None:
        songs = (("the foo fighters", "everlong (live)"), ("nirvana", "everlong"), ("foo fighters", "big me"))
        assert self.linked(("foo fighters", "everlong"), *songs) == [0]
        assert self.linked(("foo fighters", "everlonger"), *songs) == []

    def test_the_shortest_counts_and_of_equals_the_oldest(self) -> None:
        songs = (("foo fighters", "everlong live"), ("a foo fighters", "everlong"), ("foo fighters", "everlong"))
        assert self.linked(("foo fighters", "everlong"), *songs, *songs) == [2]


class TestSetting:
    @pytest.fixture
    def env(self, tmp_path: Path) -> dict[str, str]:
        return {"INSTANCE_DIR": str(tmp_path)}

    def test_checks_have_a_limit_of_their_own(self, env: dict[str, str]) -> None:
        assert Settings.from_env(env).throttle.dlc_checks_per_minute == 120
        changed = Settings.from_env({**env, "RATELIMIT_DLC_CHECKS_PER_MINUTE": "7"})
        assert changed.throttle.dlc_checks_per_minute == 7

    @pytest.mark.parametrize("value", ["0", "-1", "many", "100001"])
    def test_it_must_be_a_number_that_makes_sense(self, env: dict[str, str], value: str) -> None:
        with pytest.raises(ConfigurationError, match="RATELIMIT_DLC_CHECKS_PER_MINUTE"):
            Settings.from_env({**env, "RATELIMIT_DLC_CHECKS_PER_MINUTE": value})
