"""How many songs, names and letters there may be where there are many."""

from __future__ import annotations

import pytest

from trackflow.errors import RuleViolation
from trackflow.services.songs import rules


@pytest.mark.parametrize("size", [1, 100])
def test_a_batch_has_up_to_a_hundred_songs(size: int) -> None:
    rules.refuse_batch_of(size)


@pytest.mark.parametrize("size", [0, 101])
def test_and_not_more(size: int) -> None:
    with pytest.raises(RuleViolation, match="From 1 to 100"):
        rules.refuse_batch_of(size)


def test_ids_to_delete_are_sorted_and_counted_once() -> None:
    assert rules.deletable_ids([3, 1, 3]) == [1, 3]
    assert len(rules.deletable_ids(list(range(1, 1001)))) == 1000


@pytest.mark.parametrize("ids", [[], [0], [5, -1], list(range(1, 1002)), [1] * 1001])
def test_other_ids_are_refused(ids: list[int]) -> None:
    with pytest.raises(RuleViolation):
        rules.deletable_ids(ids)


def test_names_are_trimmed() -> None:
    assert rules.collaborator_names([" bobby ", "x" * 50]) == ["bobby", "x" * 50]
    assert rules.collaborator_names([]) == []


@pytest.mark.parametrize("names", [["bobby", " "], ["x" * 51], ["bobby"] * 51])
def test_other_names_are_refused(names: list[str]) -> None:
    with pytest.raises(RuleViolation):
        rules.collaborator_names(names)


def test_wildcards_are_letters() -> None:
    assert rules.like_literal("50%_/x") == "50/%/_//x"


def test_what_suggestions_are_searched_for() -> None:
    assert rules.suggestion_key("  \u00c9t\u00e9  ") == "\u00e9t\u00e9"
    assert rules.suggestion_key(f" {'x' * 100} ") == "x" * 100
    with pytest.raises(RuleViolation, match="at most 100"):
        rules.suggestion_key("x" * 101)
