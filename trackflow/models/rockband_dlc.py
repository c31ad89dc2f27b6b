"""The official songs of the games: a reference list, loaded by an import, against which duplicates are found."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, Name, Now, key_of


class RockBandDlc(Identified, Base):
    """An official song and where it comes from."""

    __tablename__ = "rock_band_dlc"
    __rules__ = (Index(None, "artist", "title"), Index(None, "artist_key", "title_key"))

    title: Mapped[Name] = mapped_column(index=True)
    title_key: Mapped[str] = key_of("title", index=True)
    artist: Mapped[Name]
    artist_key: Mapped[str] = key_of("artist")
    origin: Mapped[Name] = mapped_column(default="Unknown", server_default="Unknown", index=True)
    linked_song_id: Mapped[int | None] = mapped_column(ForeignKey("songs.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Now]
