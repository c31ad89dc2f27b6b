"""What admins publish: updates on the home page and release posts."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, IdList, Link, LongText, Moment, Now, Off, StringList, Word, one_of


class UpdateType(StrEnum):
    """The kinds of update."""

    ANNOUNCEMENT = "announcement"
    FEATURE = "feature"
    UPDATE = "update"
    BUGFIX = "bugfix"


class PostType(StrEnum):
    """The kinds of release post."""

    PACK_RELEASE = "pack_release"
    SONG_RELEASE = "song_release"
    FEATURE_UPDATE = "feature_update"
    COMMUNITY_NEWS = "community_news"
    CURATED = "curated"


class Update(Identified, Base):
    """News for everybody; `date` is a calendar day chosen by its author."""

    __tablename__ = "updates"
    __rules__ = (one_of("type", UpdateType), Index(None, "date"), Index(None, "type", "date"))

    title: Mapped[LongText]
    content: Mapped[LongText]
    type: Mapped[Word]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    date: Mapped[Now]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class ReleasePost(Identified, Base):
    """A post about a release or other news, with the songs that it presents."""

    __tablename__ = "release_posts"
    __rules__ = (one_of("post_type", PostType), Index(None, "is_featured", "published_at"))

    post_type: Mapped[Word]
    title: Mapped[LongText]
    subtitle: Mapped[LongText | None]
    description: Mapped[LongText | None]
    cover_image_url: Mapped[Link | None]
    banner_image_url: Mapped[Link | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    is_published: Mapped[Off]
    is_featured: Mapped[Off]
    published_at: Mapped[Moment | None]
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("packs.id", ondelete="SET NULL"), index=True)
    linked_song_ids: Mapped[IdList | None]
    slug: Mapped[str | None] = mapped_column(String(500), unique=True)
    tags: Mapped[StringList | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
