"""The rules of songs that need no database: fields, drafts, requests to change, the life of a song."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations
from typing import Any

import pytest

from trackflow.errors import RuleViolation
from trackflow.models import SongStatus
from trackflow.services.songs import rules, transitions
from trackflow.services.songs.drafts import Draft, checked, refuse
from trackflow.services.songs.edits import Edit, ToPack, edit_of, wants_ownership

FUTURE, WIP, RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED
NOW = datetime(2026, 3, 4, 12, 0)  # noqa: DTZ001  (naive UTC, as the columns store it)


def draft(**changes: Any) -> Draft:
    return Draft(**{"title": "Harbour Lights", "artist": "The Example", "status": WIP, **changes})


class TestTexts:
    @pytest.mark.parametrize("field", ["title", "artist"])
    def test_a_required_text_is_trimmed_and_may_have_200_characters(self, field: str) -> None:
        assert rules.required_text(field, f"  {'ä' * 200}\t") == "ä" * 200

    @pytest.mark.parametrize("text", ["", "  \n", "\u2003"])
    def test_a_blank_one_is_refused(self, text: str) -> None:
        with pytest.raises(RuleViolation, match="The title must not be blank") as refusal:
            rules.required_text("title", text)
        assert refusal.value.errors == {"title": ["The title must not be blank."]}

    def test_a_long_one_is_refused(self) -> None:
        with pytest.raises(RuleViolation, match="The artist must be at most 200"):
            rules.required_text("artist", "x" * 201)

    @pytest.mark.parametrize(("sent", "stored"), [(None, None), ("", None), ("  ", None), (" A ", "A")])
    def test_an_album_may_be_missing(self, sent: str | None, stored: str | None) -> None:
        assert rules.optional_text("album", sent) == stored

    def test_but_not_too_long(self) -> None:
        with pytest.raises(RuleViolation, match="The album must be at most 200"):
            rules.optional_text("album", "x" * 201)


class TestYear:
    @pytest.mark.parametrize(
        ("sent", "stored"),
        [(1900, 1900), (2100, 2100), ("1999", 1999), (" 2001 ", 2001), ("", None), ("  ", None), (None, None)],
    )
    def test_numbers_and_typed_digits_count(self, sent: int | str | None, stored: int | None) -> None:
        assert rules.year(sent) == stored

    @pytest.mark.parametrize(
        "sent",
        [1899, 2101, 0, -1, "1899", "abc", "19.5", "1e3", "\uff11\uff19\uff19\uff19", "+1999", "9" * 50],
    )
    def test_anything_else_is_refused(self, sent: int | str) -> None:
        with pytest.raises(RuleViolation, match="from 1900 to 2100"):
            rules.year(sent)


class TestSearch:
    def test_the_key_ignores_case_and_blanks(self) -> None:
        assert rules.search_key("  HARBOUR   Lights ") == "harbour lights"

    def test_200_characters_are_enough(self) -> None:
        rules.search_key("x" * 200)
        with pytest.raises(RuleViolation, match="at most 200"):
            rules.search_key("x" * 201)


class TestPrevailingStatus:
    @pytest.mark.parametrize(
        ("counts", "sent", "taken"),
        [
            ({}, FUTURE, FUTURE),
            ({WIP: 2, FUTURE: 1}, FUTURE, WIP),
            ({RELEASED: 1}, FUTURE, RELEASED),
            ({WIP: 2, FUTURE: 2}, FUTURE, FUTURE),
            ({WIP: 2, FUTURE: 2}, WIP, WIP),
            ({WIP: 2, FUTURE: 2}, RELEASED, WIP),
            ({RELEASED: 1, WIP: 1, FUTURE: 1}, FUTURE, FUTURE),
        ],
    )
    def test_the_most_frequent_counts_and_on_a_tie_the_sent_one(
        self, counts: dict[SongStatus, int], sent: SongStatus, taken: SongStatus
    ) -> None:
        assert rules.prevailing_status(counts, sent) is taken


class TestDrafts:
    def test_texts_are_trimmed_and_blank_ones_are_nothing(self) -> None:
        good, faults = checked([draft(title=" A ", artist=" B ", album="", pack_name="  ")])
        assert (good[0].title, good[0].artist, good[0].album, good[0].pack_name) == ("A", "B", None, None)
        assert faults == {}

    def test_the_first_of_equal_songs_is_good_and_all_faults_are_found(self) -> None:
        drafts = [draft(), draft(title=" "), draft(title="HARBOUR  lights"), draft(artist="Another"), draft(year=1)]
        good, faults = checked(drafts)
        assert good == {0: drafts[0], 3: drafts[3]}
        assert faults == {
            1: "The title must not be blank.",
            2: "The song HARBOUR  lights by The Example already exists in your list.",
            4: "The year must be a number from 1900 to 2100.",
        }

    def test_faults_are_told_in_their_order_with_or_without_places(self) -> None:
        faults = {1: "This.", 0: "That."}
        with pytest.raises(RuleViolation) as refusal:
            refuse(faults, numbered=True)
        assert refusal.value.detail == "Song 1: That. Song 2: This."
        with pytest.raises(RuleViolation) as refusal:
            refuse({0: "That."}, numbered=False)
        assert refusal.value.detail == "That."
        refuse({}, numbered=True)

    def test_cleaning_keeps_what_is_not_there(self) -> None:
        cleaned = draft(title="Song (Remastered 2009)", album="So (Deluxe Edition)").cleaned()
        assert (cleaned.title, cleaned.album) == ("Song", "So")
        assert draft(title="1979").cleaned() == draft(title="1979")


class TestEdits:
    def test_what_is_not_sent_stays(self) -> None:
        assert edit_of({}) == Edit(columns={})
        assert edit_of({"unknown": 1, "released_at": "now", "album_series_id": 3}) == Edit(columns={})

    def test_null_clears_what_can_be_empty(self) -> None:
        names = (
            "album", "year", "album_cover", "notes", "release_description", "release_download_link",
            "release_youtube_url",
        )  # fmt: skip
        assert edit_of(dict.fromkeys(names)).columns == dict.fromkeys(names)

    def test_null_leaves_the_rest_as_it_is(self) -> None:
        names = ("title", "artist", "status", "optional", "is_public", "user_id", "collaborations")
        assert edit_of(dict.fromkeys(names)) == Edit(columns={})

    def test_values_are_checked_and_trimmed(self) -> None:
        edit = edit_of({"title": " A ", "album": "", "year": "1999", "notes": "", "optional": True})
        assert edit.columns == {"title": "A", "album": None, "year": 1999, "notes": "", "optional": True}

    @pytest.mark.parametrize("title", ["", " ", None])
    def test_the_release_dialog_sends_an_empty_title_and_other_names(self, title: str | None) -> None:
        edit = edit_of(
            {"status": RELEASED, "title": title, "description": "Out", "download_link": None, "youtube_url": ""}
        )
        assert edit.status is RELEASED
        assert edit.columns == {
            "release_description": "Out",
            "release_download_link": None,
            "release_youtube_url": None,
        }

    def test_the_full_names_win_over_the_short_ones(self) -> None:
        edit = edit_of({"status": RELEASED, "description": "short", "release_description": "full"})
        assert edit.columns == {"release_description": "full"}

    def test_the_short_names_mean_nothing_without_a_release(self) -> None:
        assert edit_of({"status": WIP, "description": "x"}).columns == {}

    def test_an_empty_title_is_refused_without_a_release(self) -> None:
        with pytest.raises(RuleViolation, match="The title must not be blank"):
            edit_of({"status": WIP, "title": ""})

    def test_an_empty_artist_is_refused_even_with_a_release(self) -> None:
        with pytest.raises(RuleViolation, match="The artist must not be blank"):
            edit_of({"status": RELEASED, "artist": ""})

    @pytest.mark.parametrize(
        ("sent", "target"),
        [
            ({}, None),
            ({"pack": None}, ToPack()),
            ({"pack": " "}, ToPack()),
            ({"pack_id": None}, ToPack()),
            ({"pack": " A "}, ToPack(name="A")),
            ({"pack": "A", "pack_id": 7}, ToPack(pack_id=7)),
            ({"pack": "A", "pack_id": None}, ToPack(name="A")),
        ],
    )
    def test_where_the_song_shall_go(self, sent: dict[str, Any], target: ToPack | None) -> None:
        assert edit_of(sent).to_pack == target

    def test_what_only_owners_decide(self) -> None:
        for key, value in (("is_public", False), ("user_id", 1), ("collaborations", ())):
            assert wants_ownership({key: value})
            assert not wants_ownership({key: None})
        assert not wants_ownership({"title": "x", "status": RELEASED, "pack_id": 1})


class TestTransitions:
    def test_every_direction_is_in_the_table(self) -> None:
        assert set(transitions.TRANSITIONS) == set(permutations(SongStatus, 2))

    @pytest.mark.parametrize(
        ("old", "new", "written"),
        [
            (FUTURE, WIP, {"optional": False}),
            (FUTURE, RELEASED, {"released_at": NOW}),
            (WIP, FUTURE, {}),
            (WIP, RELEASED, {"released_at": NOW}),
            (RELEASED, FUTURE, {"released_at": None}),
            (RELEASED, WIP, {"released_at": None}),
        ],
    )
    def test_what_is_written(self, old: SongStatus, new: SongStatus, written: dict[str, Any]) -> None:
        assert transitions.written_by(old, new, NOW) == {"status": new.value, "updated_at": NOW, **written}

    def test_only_the_start_of_work_wants_progress(self) -> None:
        wanting = {pair for pair, effects in transitions.TRANSITIONS.items() if effects.wants_progress}
        assert wanting == {(FUTURE, WIP), (RELEASED, WIP)}

    @pytest.mark.parametrize("status", SongStatus)
    def test_public_songs_invite_until_their_release(self, status: SongStatus) -> None:
        assert transitions.invites(status, is_public=True) is (status is not RELEASED)
        assert not transitions.invites(status, is_public=False)
