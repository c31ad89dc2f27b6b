"""Who may read the progress of a song: whoever sees the song, everybody for public songs, and the series' readers."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select, true

from trackflow.models import AlbumSeries, Collaboration, CollaborationType, Pack, SeriesStatus, Song
from trackflow.services.permissions import songs as songs_policy
from trackflow.services.permissions.songs import UserId


def readable_progress(user_id: UserId, *, is_admin: bool) -> ColumnElement[bool]:
    """Return the condition on `songs` that this person may read the progress."""
    in_series = Song.album_series_id.in_(select(AlbumSeries.id).where(visible_series(user_id, is_admin=is_admin)))
    return or_(songs_policy.clause(songs_policy.VIEW, user_id), Song.is_public, in_series)


def visible_series(user_id: UserId, *, is_admin: bool) -> ColumnElement[bool]:
    """Return the condition on `album_series` that this person may see the series.

    Released ones everybody; others whoever owns or edits a song of the series or its pack, and administrators.
    """
    if is_admin:
        return true()
    own_rows = Collaboration.user_id == user_id
    edited_packs = select(Collaboration.pack_id).where(
        own_rows, Collaboration.collaboration_type == CollaborationType.PACK_EDIT.value
    )
    songs = select(Song.album_series_id).where(Song.album_series_id.is_not(None))
    return or_(
        AlbumSeries.status == SeriesStatus.RELEASED.value,
        AlbumSeries.pack_id.in_(select(Pack.id).where(Pack.user_id == user_id)),
        AlbumSeries.pack_id.in_(edited_packs),
        AlbumSeries.id.in_(songs.where(Song.user_id == user_id)),
        AlbumSeries.id.in_(songs.join(Collaboration, Collaboration.song_id == Song.id).where(own_rows)),
    )
