"""Album series: the songs that together cover an album, and what users noted about its tracks."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import (
    Code,
    Identified,
    Link,
    LongText,
    Name,
    Now,
    Off,
    ShortLink,
    Word,
    key_of,
    one_of,
)


class SeriesStatus(StrEnum):
    """The stages of a series."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    RELEASED = "released"


WITHOUT_TRACK_ID = text("spotify_track_id IS NULL")


class AlbumSeries(Identified, Base):
    """A series; its number is given at its release and never changes."""

    __tablename__ = "album_series"
    __rules__ = (one_of("status", SeriesStatus), UniqueConstraint("artist_key", "album_key"))

    series_number: Mapped[int | None] = mapped_column(unique=True)
    album_name: Mapped[Name]
    album_key: Mapped[str] = key_of("album_name")
    artist_name: Mapped[Name]
    artist_key: Mapped[str] = key_of("artist_name")
    year: Mapped[int | None]
    cover_image_url: Mapped[Link | None]
    status: Mapped[Word] = mapped_column(default=SeriesStatus.PLANNED.value, server_default=SeriesStatus.PLANNED.value)
    description: Mapped[LongText | None]
    rgw_post_url: Mapped[ShortLink | None]
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("packs.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class SeriesTrackFlags(Identified, Base):
    """What is known of a track of the album: done before, or of no interest. `title_clean` holds the match key."""

    __tablename__ = "album_series_preexisting"
    __rules__ = (
        UniqueConstraint("series_id", "spotify_track_id"),
        Index(
            "uq_album_series_preexisting_title",
            "series_id",
            "title_clean",
            unique=True,
            sqlite_where=WITHOUT_TRACK_ID,
            postgresql_where=WITHOUT_TRACK_ID,
        ),
    )

    series_id: Mapped[int] = mapped_column(ForeignKey("album_series.id", ondelete="CASCADE"))
    spotify_track_id: Mapped[Code | None]
    title_clean: Mapped[LongText | None]
    artist: Mapped[Name | None]
    pre_existing: Mapped[Off]
    irrelevant: Mapped[Off]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class SeriesTrackOverride(Identified, Base):
    """A track of the album that a user linked to a song by hand. `title_clean` holds the match key."""

    __tablename__ = "album_series_overrides"
    __rules__ = (
        UniqueConstraint("series_id", "spotify_track_id"),
        Index(
            "uq_album_series_overrides_title",
            "series_id",
            "title_clean",
            unique=True,
            sqlite_where=WITHOUT_TRACK_ID,
            postgresql_where=WITHOUT_TRACK_ID,
        ),
    )

    series_id: Mapped[int] = mapped_column(ForeignKey("album_series.id", ondelete="CASCADE"))
    spotify_track_id: Mapped[Code | None]
    title_clean: Mapped[LongText | None]
    linked_song_id: Mapped[int] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
