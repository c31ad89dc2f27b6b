"""Rights on the packs and songs of others, one row per right. Asking for them is in `collaboration_requests`."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, Now, Word, one_of


class CollaborationType(StrEnum):
    """The rights that can be granted, the first two on a pack, the third on a song."""

    PACK_VIEW = "pack_view"
    PACK_EDIT = "pack_edit"
    SONG_EDIT = "song_edit"


ON_PACK = text("song_id IS NULL")
ON_SONG = text("pack_id IS NULL")


class Collaboration(Identified, Base):
    """One right of one user on one pack or one song."""

    __tablename__ = "collaborations"
    __rules__ = (
        one_of("collaboration_type", CollaborationType),
        CheckConstraint("(pack_id IS NULL) <> (song_id IS NULL)", name="one_target"),
        CheckConstraint("(collaboration_type = 'song_edit') = (song_id IS NOT NULL)", name="type_fits_target"),
        Index(
            "uq_collaborations_pack",
            "pack_id",
            "user_id",
            "collaboration_type",
            unique=True,
            sqlite_where=ON_PACK,
            postgresql_where=ON_PACK,
        ),
        Index(
            "uq_collaborations_song",
            "song_id",
            "user_id",
            unique=True,
            sqlite_where=ON_SONG,
            postgresql_where=ON_SONG,
        ),
        # The partial indexes above do not serve a query, or a cascade, that does not repeat their condition.
        Index(None, "pack_id", "user_id"),
        Index(None, "song_id", "user_id"),
        Index(None, "user_id", "collaboration_type"),
    )

    pack_id: Mapped[int | None] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"))
    song_id: Mapped[int | None] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    collaboration_type: Mapped[Word]
    created_at: Mapped[Now]
