"""The community's board of ideas: requests, votes, threaded comments."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, LongText, Now, Off, Word, one_of


class VoteType(StrEnum):
    """The two ways to vote."""

    UPVOTE = "upvote"
    DOWNVOTE = "downvote"


class FeatureRequest(Identified, Base):
    """An idea; open until an admin marks it as done or as rejected."""

    __tablename__ = "feature_requests"

    title: Mapped[LongText]
    description: Mapped[LongText]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    is_done: Mapped[Off]
    is_rejected: Mapped[Off]
    rejection_reason: Mapped[LongText | None]
    created_at: Mapped[Now] = mapped_column(index=True)
    updated_at: Mapped[Now]


class FeatureRequestComment(Identified, Base):
    """A comment on a request or on another comment; a deleted one stays in its thread as a placeholder."""

    __tablename__ = "feature_request_comments"
    __rules__ = (Index(None, "feature_request_id", "created_at"),)

    feature_request_id: Mapped[int] = mapped_column(ForeignKey("feature_requests.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    # The name by convention would be longer than PostgreSQL allows.
    parent_comment_id: Mapped[int | None] = mapped_column(
        ForeignKey("feature_request_comments.id", ondelete="SET NULL", name="fk_feature_request_comments_parent"),
        index=True,
    )
    comment: Mapped[LongText]
    is_edited: Mapped[Off]
    is_deleted: Mapped[Off]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class FeatureRequestVote(Identified, Base):
    """One user's vote on one request."""

    __tablename__ = "feature_request_votes"
    __rules__ = (one_of("vote_type", VoteType), UniqueConstraint("feature_request_id", "user_id"))

    feature_request_id: Mapped[int] = mapped_column(ForeignKey("feature_requests.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    vote_type: Mapped[Word]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]
