"""The formula of points."""

from __future__ import annotations

from trackflow.services.points.formula import points_of, release_points_of


def test_a_release_pays_ten() -> None:
    assert [release_points_of(number) for number in (0, 1, 3)] == [0, 10, 30]


def test_the_total_is_awards_and_releases() -> None:
    assert points_of(150, 3) == 180
