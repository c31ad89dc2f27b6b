"""The categories, messages and the choice of the dashboard, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackflow.services.completion.rules import Completion
from trackflow.services.dashboard import categories, messages
from trackflow.services.dashboard.categories import Board, Facts, Named, Suggestion, Tag, Work, choice_size
from trackflow.services.dashboard.selection import choose

NOW = datetime(2026, 3, 1, 12)  # noqa: DTZ001  (naive UTC, as stored)
STEPS = ("drums", "bass", "guitar", "vocals", "keys", "pro_keys", "harmonies", "lead_guitar", "tempo_map", "midi")


def work(number: int, done: int, *, age: int = 0, worked: int | None = None, **changes: Any) -> Work:
    """Make a song of ten steps that is `done` per cent complete, changed `age` days ago."""
    return replace(
        Work(
            id=number,
            title=f"Song {number}",
            artist="Artist",
            album_cover=None,
            status="In Progress",
            updated_at=NOW - timedelta(days=age),
            touched_at=NOW - timedelta(days=age),
            worked_at=NOW - timedelta(days=age if worked is None else worked),
            completion=Completion(completed=done // 10, total=10, remaining=STEPS[done // 10 :]),
        ),
        **changes,
    )


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311  (repeatable on purpose)


def tags(board: Board) -> dict[str, tuple[str, ...]]:
    return {key: suggestion.tags for key, suggestion in board.found.items()}


def signals(**facts: Any) -> Board:
    return categories.signals(Facts(**facts), NOW)


class TestMessages:
    @pytest.mark.parametrize(
        ("names", "text"),
        [
            (["Guitar"], "Guitar"),
            (["Bass", "Guitar"], "Bass and Guitar"),
            (["Bass", "Guitar", "Keys"], "Bass, Guitar and 1 more"),
            (list("abcde"), "a, b and 3 more"),
        ],
    )
    def test_a_list_names_two_at_most(self, names: list[str], text: str) -> None:
        assert messages.step_list(names) == text

    @pytest.mark.parametrize(
        ("done", "parts", "text"),
        [
            (90, ["Drums"], "Drums done, Midi to go"),
            (50, ["Drums", "Bass"], "Drums and Bass done, keep it up"),
            (90, [], "Only Midi is left"),
            (70, [], "Only Lead Guitar, Tempo Map and 1 more are left"),
            (60, [], "There is more to do: pick a part and carry on"),
        ],
    )
    def test_what_was_done_and_what_is_left(self, done: int, parts: list[str], text: str) -> None:
        assert messages.progress(work(1, done).completion, parts) == text

    def test_without_steps_only_the_percentage_can_be_said(self) -> None:
        assert messages.progress(Completion(0, 0, ())) == "0% done"

    def test_the_others(self) -> None:
        assert messages.event("Spring") == "\N{CHEERING MEGAPHONE} Spring"
        assert messages.waiting(["Bass"]) == "Bass is waiting for you"
        assert messages.waiting(["Bass", "Keys"]) == "Bass and Keys are waiting for you"
        assert messages.dormant(30) == "Last worked on 30 days ago"
        assert [messages.songs_left(number) for number in (1, 2)] == ["One song left", "2 songs left"]


class TestEvents:
    def test_the_first_open_song_of_an_event(self) -> None:
        songs = [Named(work(1, 100), ("Done",)), Named(work(2, 0), ("Spring",)), Named(work(3, 0), ("Other",))]
        board = signals(event=songs)
        (found,) = board.found.values()
        assert (found.id, found.priority, found.tags) == ("song-2", 100, ("Community Event",))
        assert found.message.endswith(" Spring")
        assert found.values()["is_community_event"] is True

    def test_it_does_not_take_the_place_of_the_song_to_continue(self) -> None:
        newest, other = work(1, 70), work(2, 70)
        board = signals(event=[Named(newest, ("Spring",))], own=[newest, other])
        assert tags(board) == {"song-1": (Tag.EVENT,), "song-2": (Tag.CONTINUE,)}


class TestContinue:
    @pytest.mark.parametrize(
        ("done", "chosen", "priority"),
        [([100, 10, 70, 75], 2, 10), ([100, 10, 60], 1, 7), ([69, 70], 1, 10), ([100], None, 0), ([], None, 0)],
    )
    def test_the_newest_that_is_far_or_else_the_newest(
        self, done: Sequence[int], chosen: int | None, priority: float
    ) -> None:
        board = signals(own=[work(number, percent) for number, percent in enumerate(done)])
        found = [(each.id, each.priority) for each in board.found.values() if each.tags == (Tag.CONTINUE,)]
        assert found == ([] if chosen is None else [(f"song-{chosen}", priority)])


class TestAlmostDone:
    def test_all_from_eighty_on(self) -> None:
        board = signals(own=[work(1, 90), work(2, 80), work(3, 79), work(4, 90), work(5, 100)])
        almost = {key: found.priority for key, found in board.found.items() if found.tags == (Tag.ALMOST_DONE,)}
        assert almost == {"song-2": 9.6, "song-4": 9.8}


class TestRecent:
    def test_songs_of_others_too_with_what_was_done(self) -> None:
        used, fresh = work(1, 10), work(2, 90)
        songs = [Named(used, ("drums",)), Named(fresh, ("lead_guitar", "bass")), Named(work(3, 100), ("x",))]
        board = signals(own=[used], recent=songs)
        assert tags(board) == {"song-1": (Tag.CONTINUE,), "song-2": (Tag.RECENT,)}
        assert board.found["song-2"].priority == 6
        assert board.found["song-2"].message == "Lead Guitar and Bass done, Midi to go"


class TestWaiting:
    def test_a_new_song(self) -> None:
        board = signals(assigned=[Named(work(1, 60), (" LEAD guitar", "Drums", "mid_i"))])
        (found,) = board.found.values()
        assert (found.tags, found.priority) == ((Tag.WAITING,), 9)
        assert found.message == "Lead Guitar and Midi are waiting for you"

    def test_a_song_that_is_there_keeps_its_tags_and_the_higher_priority(self) -> None:
        first, second = work(1, 70), work(2, 60)
        board = signals(
            own=[first],
            recent=[Named(second, ("drums",))],
            assigned=[Named(first, ("midi",)), Named(second, ("midi",))],
        )
        assert tags(board) == {"song-1": (Tag.CONTINUE, Tag.WAITING), "song-2": (Tag.RECENT, Tag.WAITING)}
        assert [found.priority for found in board.found.values()] == [10, 9]
        assert {found.message for found in board.found.values()} == {"Midi is waiting for you"}

    def test_an_event_stays_first(self) -> None:
        song = work(1, 60)
        board = signals(event=[Named(song, ("Spring",))], assigned=[Named(song, ("midi",))])
        (found,) = board.found.values()
        assert (found.tags, found.priority) == ((Tag.EVENT, Tag.WAITING), 100)
        assert found.is_event

    @pytest.mark.parametrize("field", ["drums", "no step of it", ""])
    def test_done_and_unknown_steps_wait_for_nobody(self, field: str) -> None:
        assert len(signals(assigned=[Named(work(1, 60), (field,))])) == 0


class TestDormant:
    def test_the_three_oldest_of_a_month_and_more(self) -> None:
        ages = [0, 29, 30, 90, 60, 45]
        songs = [work(number, 20, worked=age) for number, age in enumerate(ages)]
        board = signals(own=[*songs, work(8, 0, worked=400), work(9, 100, worked=400)])
        dormant = [found for found in board.found.values() if found.tags == (Tag.DORMANT,)]
        assert [found.id for found in dormant] == ["song-3", "song-4", "song-5"]
        assert {found.priority for found in dormant} == {4}
        assert dormant[0].message == "Last worked on 90 days ago"

    def test_only_whole_days_count(self) -> None:
        almost = work(2, 20, worked_at=NOW - timedelta(days=30) + timedelta(seconds=1))
        assert "song-2" not in signals(own=[work(1, 20), almost]).found


class TestPacks:
    def test_a_pack(self) -> None:
        board = Board()
        pack = {
            "pack_id": 7,
            "pack_name": "Pack",
            "completion_percentage": 80.0,
            "incomplete_songs": 1,
            "total_songs": 5,
            "display_name": "Album Series #12: Coastline",
            "album_cover": "https://img.example/c.jpg",
        }
        categories.packs(board, [pack])
        (found,) = board.found.values()
        assert found.values() == {
            "id": "pack-7",
            "type": "pack",
            "pack_id": 7,
            "title": "Album Series #12: Coastline",
            "album_cover": "https://img.example/c.jpg",
            "tags": ["Pack almost done"],
            "priority": 6.6,
            "completion": 80.0,
            "total_songs": 5,
            "completed_songs": 4,
            "message": "One song left",
        }


class TestFillers:
    def test_the_fullest_first_and_of_equals_the_oldest(self) -> None:
        own = [work(1, 70), work(2, 70), work(3, 70, age=2), work(4, 70, age=9), work(5, 75), work(6, 60)]
        facts = Facts(own=own)
        board = Board()
        categories.fill(board, facts, 3)
        assert list(board.found)[:3] == ["song-4", "song-3", "song-1"]
        assert {found.tags for found in board.found.values()} == {(Tag.IN_PROGRESS,)}
        assert {found.priority for found in board.found.values()} == {1}

    @pytest.mark.parametrize(("limit", "size"), [(1, 10), (5, 10), (6, 12), (12, 24)])
    def test_variety_comes_in_three_passes(self, limit: int, size: int) -> None:
        assert choice_size(limit) == size
        far, half = size // 2, size // 4
        done = [0] * size + [50] * half + [70] * far
        board = Board()
        categories.fill(board, Facts(own=[work(number, percent) for number, percent in enumerate(done)]), limit)
        assert len(board) == size
        shown = [found.shown["completion"] for found in board.found.values()]
        assert sorted(shown, reverse=True) == [70] * far + [50] * half + [0] * (size - far - half)

    def test_nothing_is_added_where_there_is_enough(self) -> None:
        own = [work(number, 90) for number in range(20)]
        board = signals(own=own)
        before = list(board.found)
        categories.fill(board, Facts(own=own), 6)
        assert list(board.found) == before


numbers = st.integers(0, 30)
works = st.builds(
    work,
    numbers,
    st.integers(0, 10).map(lambda tens: 10 * tens),
    age=st.integers(0, 99),
    worked=st.integers(0, 99),
)
many = st.lists(works, max_size=30, unique_by=lambda each: each.id)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Draw facts in which a song is the same wherever it occurs, as from a database."""
    everything = draw(many)
    some = st.lists(st.sampled_from(everything), unique_by=lambda each: each.id) if everything else st.just([])
    names = st.lists(st.sampled_from(STEPS), min_size=1, max_size=3).map(tuple)

    def named() -> list[Named]:
        return [Named(each, draw(names)) for each in draw(some)]

    event = [Named(each, ("Event",)) for each in draw(some)]
    return Facts(own=draw(some), event=event, recent=named(), assigned=named())


@given(facts(), st.integers(1, 12), st.integers(0, 2**32))
def test_whatever_the_facts_the_choice_keeps_its_promises(given_facts: Facts, limit: int, seed: int) -> None:
    board = categories.signals(given_facts, NOW)
    categories.fill(board, given_facts, limit)
    chosen = choose(board.found.values(), limit, chance(seed))
    ids = [found.id for found in chosen]
    assert len(ids) == len(set(ids)) == min(limit, len(board))
    assert set(ids) <= set(board.found)
    assert all(found.shown["completion"] < 100 for found in chosen)
    events = [found for found in board.found.values() if found.is_event]
    assert len(events) <= 1
    assert chosen[: len(events)] == events
    assert not any(found.is_event for found in chosen[len(events) :])
    assert choose(board.found.values(), limit, chance(seed)) == chosen


suggestions = st.builds(
    Suggestion,
    id=st.integers(0, 40).map("song-{}".format),
    tags=st.sampled_from([(Tag.EVENT.value,), (Tag.CONTINUE.value,), (Tag.PACK.value,)]),
    priority=st.floats(0, 100),
    message=st.just(""),
    shown=st.just({}),
)


@given(st.lists(suggestions, max_size=60), st.integers(1, 12), st.randoms(use_true_random=False))
def test_of_equal_ids_the_most_important_stays_and_only_the_best_are_chosen_from(
    offered: list[Suggestion], limit: int, source: Random
) -> None:
    chosen = choose(offered, limit, source)
    best: dict[str, float] = {}
    for each in offered:
        best[each.id] = max(each.priority, best.get(each.id, 0))
    assert all(each.priority == best[each.id] for each in chosen)
    assert len({each.id for each in chosen}) == len(chosen) == min(limit, len(best))
    pool = sorted(best.values(), reverse=True)[: choice_size(limit) + 1]
    assert all(each.priority >= pool[-1] for each in chosen)


def test_chance_decides_which_and_in_which_order() -> None:
    offered = [Suggestion(f"song-{number}", (Tag.CONTINUE.value,), number, "", {}) for number in range(30)]
    seen = {tuple(found.id for found in choose(offered, 3, chance(seed))) for seed in range(200)}
    assert len(seen) > 100
    assert {key for keys in seen for key in keys} == {f"song-{number}" for number in range(20, 30)}
