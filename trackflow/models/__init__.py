"""All tables of the application, one module per domain; importing this package makes the metadata complete."""

from trackflow.models import keys  # noqa: F401 - registers what keeps the key columns in step
from trackflow.models.achievements import Achievement, Rarity, UserAchievement, UserStats
from trackflow.models.activity import ActivityLog
from trackflow.models.album_series import AlbumSeries, SeriesStatus, SeriesTrackFlags, SeriesTrackOverride
from trackflow.models.announcements import PostType, ReleasePost, Update, UpdateType
from trackflow.models.artists import Artist
from trackflow.models.auth import PasswordResetToken
from trackflow.models.base import text_key
from trackflow.models.collaboration_requests import (
    BatchStatus,
    CollaborationRequest,
    CollaborationRequestBatch,
    ItemStatus,
    RequestStatus,
)
from trackflow.models.collaborations import Collaboration, CollaborationType
from trackflow.models.community_events import EventRegistration
from trackflow.models.feature_requests import FeatureRequest, FeatureRequestComment, FeatureRequestVote, VoteType
from trackflow.models.jobs import JobSlot
from trackflow.models.notifications import Notification, NotificationType
from trackflow.models.outbox import OutboxMessage
from trackflow.models.packs import Pack
from trackflow.models.presence import Presence
from trackflow.models.rockband_dlc import RockBandDlc
from trackflow.models.songs import FileLink, Song, SongStatus, StatusEntry
from trackflow.models.users import User
from trackflow.models.workflows import (
    Authoring,
    PartAssignment,
    SongProgress,
    UserWorkflow,
    UserWorkflowStep,
    WorkflowTemplate,
    WorkflowTemplateStep,
)

__all__ = [
    "Achievement",
    "ActivityLog",
    "AlbumSeries",
    "Artist",
    "Authoring",
    "BatchStatus",
    "Collaboration",
    "CollaborationRequest",
    "CollaborationRequestBatch",
    "CollaborationType",
    "EventRegistration",
    "FeatureRequest",
    "FeatureRequestComment",
    "FeatureRequestVote",
    "FileLink",
    "ItemStatus",
    "JobSlot",
    "Notification",
    "NotificationType",
    "OutboxMessage",
    "Pack",
    "PartAssignment",
    "PasswordResetToken",
    "PostType",
    "Presence",
    "Rarity",
    "ReleasePost",
    "RequestStatus",
    "RockBandDlc",
    "SeriesStatus",
    "SeriesTrackFlags",
    "SeriesTrackOverride",
    "Song",
    "SongProgress",
    "SongStatus",
    "StatusEntry",
    "Update",
    "UpdateType",
    "User",
    "UserAchievement",
    "UserStats",
    "UserWorkflow",
    "UserWorkflowStep",
    "VoteType",
    "WorkflowTemplate",
    "WorkflowTemplateStep",
    "text_key",
]
