"""Songs and what hangs on nothing but a song: the ledger of its statuses and the links to files kept elsewhere."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import (
    Identified,
    Link,
    LongText,
    Moment,
    Name,
    Now,
    Off,
    ShortLink,
    Word,
    key_of,
    one_of,
)


class SongStatus(StrEnum):
    """The stages of a song, as clients spell them."""

    FUTURE_PLANS = "Future Plans"
    IN_PROGRESS = "In Progress"
    RELEASED = "Released"


class Song(Identified, Base):
    """One track that its owner plans, works on or has released."""

    __tablename__ = "songs"
    __rules__ = (
        one_of("status", SongStatus),
        Index(None, "user_id", "status"),
        Index(None, "user_id", "status", "optional", "updated_at"),
        Index(None, "user_id", "artist_key", "title_key"),
        Index(None, "pack_id", "status"),
        Index(None, "pack_id", "status", "optional"),
        Index(None, "artist", "title"),
        Index(None, "artist_key", "title_key"),
        Index(None, "is_public", "status", "updated_at"),
        Index(None, "status", "released_at"),
    )

    title: Mapped[Name]
    title_key: Mapped[str] = key_of("title")
    artist: Mapped[Name]
    artist_key: Mapped[str] = key_of("artist")
    artist_id: Mapped[int | None] = mapped_column(ForeignKey("artists.id", ondelete="SET NULL"), index=True)
    album: Mapped[Name | None]
    album_key: Mapped[str | None] = key_of("album")
    year: Mapped[int | None]
    status: Mapped[Word]
    album_cover: Mapped[Link | None]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("packs.id", ondelete="SET NULL"))
    album_series_id: Mapped[int | None] = mapped_column(ForeignKey("album_series.id", ondelete="SET NULL"), index=True)
    optional: Mapped[Off]
    notes: Mapped[LongText | None]
    is_public: Mapped[Off]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    released_at: Mapped[Moment | None]
    release_description: Mapped[LongText | None]
    release_download_link: Mapped[Link | None]
    release_youtube_url: Mapped[Link | None]
    # What a participant hands in to a community event.
    rhythmverse_link: Mapped[ShortLink | None]
    event_submission_description: Mapped[LongText | None]
    visualizer_link: Mapped[ShortLink | None]
    preview_link: Mapped[ShortLink | None]
    is_event_submitted: Mapped[Off] = mapped_column(index=True)


class StatusEntry(Identified, Base):
    """A song entered a status; the row outlives the song, so that what was once counted stays counted."""

    __tablename__ = "status_ledger"
    __rules__ = (
        one_of("from_status", SongStatus),
        one_of("to_status", SongStatus),
        Index(None, "user_id", "to_status"),
    )

    song_id: Mapped[int | None] = mapped_column(ForeignKey("songs.id", ondelete="SET NULL"), index=True)
    # The owner at that time; a later change of owner does not move the entry.
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    from_status: Mapped[Word | None]
    to_status: Mapped[Word]
    entered_at: Mapped[Now]


class FileLink(Identified, Base):
    """A link to a file hosted elsewhere, with a message, in the file history of a song."""

    __tablename__ = "file_links"
    __rules__ = (Index(None, "song_id", "created_at"),)

    song_id: Mapped[int] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    file_url: Mapped[Link]
    message: Mapped[LongText]
    created_at: Mapped[Now]
