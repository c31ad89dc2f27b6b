"""The points of a user: the points of earned achievements, and a fixed number for each released song.

The pure rule and its SQL twin. A song counts from its release on: one that was entered as released has no
`released_at` and pays nothing. How points are stored is in `commands`.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select

from trackflow.models import Achievement, Song, SongStatus, UserAchievement

RELEASE_POINTS = 10


def points_of(achievement_points: int, released_songs: int) -> int:
    """Return the total for the sum of earned achievements and the number of songs that pay."""
    return achievement_points + release_points_of(released_songs)


def release_points_of(released_songs: int) -> int:
    """Return what this many released songs pay."""
    return RELEASE_POINTS * released_songs


def achievement_points(user_id: SQLColumnExpression[int]) -> ColumnElement[int]:
    """Return the sum of the points of this user's earned achievements."""
    return (
        select(func.coalesce(func.sum(Achievement.points), 0))
        .join(UserAchievement, UserAchievement.achievement_id == Achievement.id)
        .where(UserAchievement.user_id == user_id)
        .correlate_except(Achievement, UserAchievement)
        .scalar_subquery()
    )


def paying_songs(user_id: SQLColumnExpression[int]) -> ColumnElement[int]:
    """Return the number of this user's songs that pay."""
    return (
        select(func.count())
        .where(Song.user_id == user_id, Song.status == SongStatus.RELEASED.value, Song.released_at.is_not(None))
        .correlate_except(Song)
        .scalar_subquery()
    )


def total_points(user_id: SQLColumnExpression[int]) -> ColumnElement[int]:
    """Return `points_of` for this user."""
    return achievement_points(user_id) + RELEASE_POINTS * paying_songs(user_id)
