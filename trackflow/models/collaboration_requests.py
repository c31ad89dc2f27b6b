"""Requests to work on somebody's public songs, single or in batches; a batch's items are its requests."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Identified, LongText, Moment, Now, Off, StringList, Word, one_of


class RequestStatus(StrEnum):
    """The states of a request."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ItemStatus(StrEnum):
    """What was decided on a request as an item of its batch; NULL while undecided or without a batch."""

    APPROVED = "approved"
    REJECTED = "rejected"


class BatchStatus(StrEnum):
    """The states of a batch; it stays pending until every item is decided."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    PARTIALLY_APPROVED = "partially_approved"
    CANCELLED = "cancelled"


class CollaborationRequestBatch(Identified, Base):
    """Requests for several songs of one owner, made together."""

    __tablename__ = "collaboration_request_batches"
    __rules__ = (
        one_of("status", BatchStatus),
        Index("ix_collaboration_request_batches_requester", "requester_id", "created_at"),
        Index("ix_collaboration_request_batches_target", "target_user_id", "created_at"),
    )

    requester_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    target_user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    message: Mapped[LongText]
    status: Mapped[Word] = mapped_column(default=BatchStatus.PENDING.value, server_default=BatchStatus.PENDING.value)
    grant_full_pack_permissions: Mapped[Off]
    response_message: Mapped[LongText | None]
    created_at: Mapped[Now]
    responded_at: Mapped[Moment | None]


class CollaborationRequest(Identified, Base):
    """One user's request for one song; asking again after a rejection reuses the row."""

    __tablename__ = "collaboration_requests"
    __rules__ = (
        one_of("status", RequestStatus),
        one_of("item_status", ItemStatus),
        UniqueConstraint("song_id", "requester_id"),
        Index(None, "requester_id", "created_at"),
        Index(None, "owner_id", "created_at"),
    )

    song_id: Mapped[int] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    requester_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    # Fixed when the request is made.
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    message: Mapped[LongText]
    requested_parts: Mapped[StringList | None]
    status: Mapped[Word] = mapped_column(
        default=RequestStatus.PENDING.value, server_default=RequestStatus.PENDING.value
    )
    owner_response: Mapped[LongText | None]
    assigned_parts: Mapped[StringList | None]
    # The name by convention would be longer than PostgreSQL allows.
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("collaboration_request_batches.id", ondelete="SET NULL", name="fk_collaboration_requests_batch"),
        index=True,
    )
    item_status: Mapped[Word | None]
    created_at: Mapped[Now]
    responded_at: Mapped[Moment | None]
