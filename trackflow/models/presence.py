"""Who was here lately: one row per user, written in batches."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Moment


class Presence(Base):
    """When a user was last seen."""

    __tablename__ = "presence"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    last_seen: Mapped[Moment] = mapped_column(index=True)
