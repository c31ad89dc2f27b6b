"""Whatever the title: cleaning ends, keeps something, and has nothing to do the second time."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from trackflow.models import text_key
from trackflow.services.titles.cleaning import clean
from trackflow.services.titles.matching import are_similar, match_key, similarity

PARTS = (
    "Song", "Remaster", "Re-Mastered", "Deluxe", "Expanded", "Edition", "Version", "Mix", "Special", "Live", "2011",
    "1999", "10", "Year", "Anniversary", "1st", "50th", "(", ")", "[", "]", "-", "\u2013", "\u2014", " ", "  ", "\t",
    "'", "\u2019", "&", "\u00e9", "\u00df", "\u6771", "!", "\U0001f3b8",
)  # fmt: skip
titles = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=3)), max_size=16).map("".join)
spaced = st.lists(st.sampled_from(PARTS), max_size=10).map(" ".join)
anything = st.one_of(titles, spaced, st.text(max_size=60))
QUICKLY = settings(deadline=None, max_examples=300, derandomize=True)


@QUICKLY
@given(anything)
@example("(Deluxe) (Deluxe)")
@example("Song - - Remastered -")
def test_cleaning_twice_is_cleaning_once(title: str) -> None:
    cleaned = clean(title)
    assert clean(cleaned) == cleaned


@QUICKLY
@given(anything)
def test_something_is_left_and_nothing_is_added(title: str) -> None:
    cleaned = clean(title)
    assert len(cleaned) <= len(title)
    assert bool(cleaned) == bool(title)
    assert cleaned.strip() == cleaned or not title.strip()
    rest = iter(title)
    assert all(character in rest for character in cleaned)


@QUICKLY
@given(anything)
def test_a_match_key_is_missing_only_where_there_is_nothing(title: str) -> None:
    key = match_key(title)
    assert bool(key) == bool(text_key(title))
    assert key == text_key(key)


@QUICKLY
@given(anything)
def test_case_and_surrounding_blanks_do_not_count(title: str) -> None:
    if title.isascii():
        assert match_key(f" {title.upper()} ") == match_key(title.lower())


@QUICKLY
@given(anything, anything)
def test_the_quick_answer_is_the_slow_one(one: str, other: str) -> None:
    keys = match_key(one), match_key(other)
    for threshold in (0.3, 0.9, 0.92):
        assert are_similar(*keys, at_least=threshold) is (similarity(*keys) >= threshold)
