"""Packs: named collections of songs. A community event is one with a flag; registrations are in `community_events`."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, Link, LongText, Moment, Name, Now, Off, On, ShortLink, key_of


class Pack(Identified, Base):
    """A collection of songs of one or several users, with one owner."""

    __tablename__ = "packs"
    __rules__ = (UniqueConstraint("user_id", "name_key"),)

    name: Mapped[Name]
    name_key: Mapped[str] = key_of("name")
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    priority: Mapped[int | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
    released_at: Mapped[Moment | None] = mapped_column(index=True)
    released_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    # When everybody was told of the release: once, however often it is edited, hidden and shown again.
    release_announced_at: Mapped[Moment | None]
    release_title: Mapped[LongText | None]
    release_description: Mapped[LongText | None]
    release_download_link: Mapped[Link | None]
    release_youtube_url: Mapped[Link | None]
    show_on_homepage: Mapped[On]
    is_community_event: Mapped[Off] = mapped_column(index=True)
    event_theme: Mapped[Name | None]
    event_description: Mapped[LongText | None]
    event_banner_url: Mapped[ShortLink | None]
    event_organizer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    event_revealed_at: Mapped[Moment | None]
    # Wall clock in Central European Time, for reading only: never converted.
    rv_release_time: Mapped[Moment | None]
    # Deprecated: kept for the answers, never written.
    event_end_date: Mapped[Moment | None]
