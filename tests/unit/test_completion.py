"""What it means that a song is complete."""

from __future__ import annotations

import pytest

from trackflow.services.completion.rules import completion_of, percentage, step_title

STEPS = ("drums", "bass", "drum_fills")


def test_only_steps_of_the_workflow_count() -> None:
    found = completion_of(STEPS, {"bass", "keys", "collaboration"})
    assert (found.completed, found.total, found.percentage) == (1, 3, 33)
    assert found.remaining_steps == ["Drums", "Drum Fills"]
    assert not found.is_complete


def test_all_steps_done_is_complete() -> None:
    found = completion_of(STEPS, {*STEPS, "keys"})
    assert (found.percentage, found.remaining_steps, found.is_complete) == (100, [], True)


def test_without_steps_nothing_is_complete() -> None:
    found = completion_of((), {"drums"})
    assert (found.percentage, found.total, found.is_complete) == (0, 0, False)


@pytest.mark.parametrize(
    ("completed", "total", "shown"),
    [(0, 8, 0), (1, 8, 13), (5, 8, 63), (1, 3, 33), (2, 3, 67), (1, 200, 1), (1, 40, 3)],
)
def test_halves_are_rounded_up(completed: int, total: int, shown: int) -> None:
    assert percentage(completed, total) == shown


def test_names_of_steps_are_shown_as_titles() -> None:
    assert [step_title(name) for name in ("drum_fills", "qa", "pro_keys")] == ["Drum Fills", "Qa", "Pro Keys"]
