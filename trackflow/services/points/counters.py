"""The counters of a user in SQL: each is a count over rows that stay, so that it can be counted again at any time."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select

from trackflow.extensions import Base
from trackflow.models import ActivityLog, Collaboration, FeatureRequest, Pack, Song, SongStatus, StatusEntry

SPOTIFY_IMPORT = "import_spotify"


def counters(user_id: SQLColumnExpression[int]) -> Mapping[str, ColumnElement[int]]:
    """Return column of `user_stats` -> its value for this user; the streak is not among them."""
    return {
        "total_songs": _count(Song, Song.user_id == user_id),
        "total_future": _songs_in(user_id, SongStatus.FUTURE_PLANS),
        "total_wip": _songs_in(user_id, SongStatus.IN_PROGRESS),
        "total_released": _songs_in(user_id, SongStatus.RELEASED),
        "total_future_created": _entries(user_id, SongStatus.FUTURE_PLANS),
        "total_wip_created": _entries(user_id, SongStatus.IN_PROGRESS),
        "total_packs": _count(Pack, Pack.user_id == user_id),
        "total_collaborations": _collaborations(user_id),
        "total_spotify_imports": _count(
            ActivityLog, ActivityLog.user_id == user_id, ActivityLog.activity_type == SPOTIFY_IMPORT
        ),
        "total_feature_requests": _count(FeatureRequest, FeatureRequest.user_id == user_id),
    }


def _songs_in(user_id: SQLColumnExpression[int], status: SongStatus) -> ColumnElement[int]:
    return _count(Song, Song.user_id == user_id, Song.status == status.value)


def _entries(user_id: SQLColumnExpression[int], status: SongStatus) -> ColumnElement[int]:
    """Count how often songs entered the status while they were this user's; a deleted song keeps counting."""
    return _count(StatusEntry, StatusEntry.user_id == user_id, StatusEntry.to_status == status.value)


def _collaborations(user_id: SQLColumnExpression[int]) -> ColumnElement[int]:
    """Count the rights that others hold on this user's songs."""
    return (
        select(func.count(Collaboration.id))
        .join(Song, Song.id == Collaboration.song_id)
        .where(Song.user_id == user_id)
        .correlate_except(Collaboration, Song)
        .scalar_subquery()
    )


def _count(model: type[Base], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(model).where(*conditions).correlate_except(model).scalar_subquery()
