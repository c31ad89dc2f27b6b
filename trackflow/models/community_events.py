"""Who has registered for a community event without having a song in it yet. The event itself is a pack."""

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, Now


class EventRegistration(Identified, Base):
    """A user means to take part in an event."""

    __tablename__ = "community_event_registrations"
    __rules__ = (UniqueConstraint("pack_id", "user_id"),)

    pack_id: Mapped[int] = mapped_column(ForeignKey("packs.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    registered_at: Mapped[Now]
