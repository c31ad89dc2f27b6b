"""What a release and a status mean for a pack and its songs."""

from __future__ import annotations

import pytest

from trackflow.errors import RuleViolation
from trackflow.models import SongStatus
from trackflow.services.pack_lifecycle.rules import (
    EFFECTS,
    PackStatus,
    after_release,
    bonus_name,
    name_of_released,
    visibility,
    wanted_visibility,
)

FUTURE, WIP, RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED


@pytest.mark.parametrize(
    ("status", "optional", "after"),
    [
        (WIP, False, RELEASED), (WIP, True, FUTURE), (FUTURE, False, FUTURE), (FUTURE, True, FUTURE),
        (RELEASED, False, RELEASED), (RELEASED, True, RELEASED),
    ],
)  # fmt: skip
def test_where_a_release_puts_a_song(status: SongStatus, optional: bool, after: SongStatus) -> None:  # noqa: FBT001
    assert after_release(status, optional=optional) is after


@pytest.mark.parametrize(
    ("show", "hide", "wanted"),
    [
        (True, True, True), (False, False, False), (True, None, True), (False, None, False),
        (None, True, False), (None, False, True), (None, None, None),
    ],
)  # fmt: skip
def test_the_newer_key_says_whether_it_is_shown(
    show: bool | None,  # noqa: FBT001
    hide: bool | None,  # noqa: FBT001
    wanted: bool | None,  # noqa: FBT001
) -> None:
    assert wanted_visibility(show=show, hide=hide) is wanted


@pytest.mark.parametrize("was_shown", [True, False])
def test_who_does_not_say_keeps_it_on_an_edit_and_shows_it_at_first(was_shown: bool) -> None:  # noqa: FBT001
    assert visibility(None, was_released=True, was_shown=was_shown) is was_shown
    assert visibility(None, was_released=False, was_shown=was_shown) is True
    for wanted in (True, False):
        for was_released in (True, False):
            assert visibility(wanted, was_released=was_released, was_shown=was_shown) is wanted


def test_every_status_has_its_effect() -> None:
    assert set(EFFECTS) == set(PackStatus)
    assert [status for status in PackStatus if EFFECTS[status].withdraws] == [PackStatus.WIP, PackStatus.COMPLETE]
    assert [status for status in PackStatus if EFFECTS[status].releases] == [PackStatus.RELEASED]
    moves = {status: EFFECTS[status].moves for status in PackStatus if EFFECTS[status].moves}
    assert moves == {
        PackStatus.IN_PROGRESS: (FUTURE, WIP), PackStatus.WIP: (FUTURE, WIP), PackStatus.FUTURE_PLANS: (WIP, FUTURE)
    }  # fmt: skip


def test_the_bonus_pack_is_named_after_the_pack_and_fits_its_column() -> None:
    assert bonus_name("Summer") == "Summer (Bonus)"
    longest = bonus_name("x" * 255)
    assert len(longest) == 255
    assert longest.endswith(" (Bonus)")


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "Summer Optional Songs", "OPTIONAL  songs"])
def test_names_that_are_not_released(name: str) -> None:
    with pytest.raises(RuleViolation):
        name_of_released(name)


def test_a_name_is_trimmed() -> None:
    assert name_of_released(" Summer ") == "Summer"
    assert name_of_released("x" * 100) == "x" * 100
