"""The inbox of each user."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, LongText, Moment, Now, Off, Word, one_of


class NotificationType(StrEnum):
    """What a notification is about; clients choose the icon and the link by it."""

    WELCOME = "welcome"
    GENERAL = "general"
    ACHIEVEMENT_EARNED = "achievement_earned"
    COMMENT_REPLY = "comment_reply"
    FEATURE_REQUEST_UPDATE = "feature_request_update"
    PACK_RELEASE = "pack_release"
    COLLAB_SONG_STATUS = "collab_song_status"
    COLLAB_SONG_PROGRESS = "collab_song_progress"
    COLLAB_WIP_ASSIGNMENTS = "collab_wip_assignments"
    POTENTIAL_COLLABORATION = "potential_collaboration"
    COLLABORATION_REQUEST = "collaboration_request"
    COLLABORATION_RESPONSE = "collaboration_response"
    COLLABORATION_REOPENED = "collaboration_reopened"
    COLLAB_BATCH_REQUEST = "collab_batch_request"
    COLLAB_BATCH_RESPONSE = "collab_batch_response"
    COMMUNITY_EVENT_STARTED = "community_event_started"


WELCOME_ONLY = text("type = 'welcome'")
POTENTIAL_ONLY = text("type = 'potential_collaboration'")


class Notification(Identified, Base):
    """A message to one user; what it is about may vanish and leaves the message behind."""

    __tablename__ = "notifications"
    __rules__ = (
        one_of("type", NotificationType),
        Index(None, "user_id", "is_read"),
        Index(None, "user_id", "created_at"),
        Index(
            "uq_notifications_welcome",
            "user_id",
            unique=True,
            sqlite_where=WELCOME_ONLY,
            postgresql_where=WELCOME_ONLY,
        ),
        Index(
            "uq_notifications_potential",
            "user_id",
            "related_song_id",
            unique=True,
            sqlite_where=POTENTIAL_ONLY,
            postgresql_where=POTENTIAL_ONLY,
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    type: Mapped[Word]
    title: Mapped[LongText]
    message: Mapped[LongText]
    is_read: Mapped[Off]
    related_achievement_id: Mapped[int | None] = mapped_column(
        ForeignKey("achievements.id", ondelete="SET NULL"), index=True
    )
    related_feature_request_id: Mapped[int | None] = mapped_column(
        ForeignKey("feature_requests.id", ondelete="SET NULL"), index=True
    )
    related_comment_id: Mapped[int | None] = mapped_column(
        ForeignKey("feature_request_comments.id", ondelete="SET NULL"), index=True
    )
    related_song_id: Mapped[int | None] = mapped_column(ForeignKey("songs.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[Now]
    read_at: Mapped[Moment | None]
