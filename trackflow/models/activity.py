"""What users did. Some counts and awards are derived from these rows, so they are not pruned."""

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Code, Identified, JsonObject, LongText, Now


class ActivityLog(Identified, Base):
    """One deed of one user."""

    __tablename__ = "activity_logs"
    __rules__ = (Index(None, "user_id", "activity_type"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    activity_type: Mapped[Code]
    description: Mapped[LongText]
    metadata_json: Mapped[JsonObject | None]
    created_at: Mapped[Now] = mapped_column(index=True)
