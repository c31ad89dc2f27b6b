"""Artists: names and pictures shared by the songs of all users."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, Link, Name, key_of


class Artist(Identified, Base):
    """An artist; `user_id`, where set, tells who first named it and gives no rights."""

    __tablename__ = "artists"

    name: Mapped[Name] = mapped_column(unique=True)
    name_key: Mapped[str] = key_of("name", unique=True)
    image_url: Mapped[Link | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
