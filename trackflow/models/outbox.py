"""What must reach the outside world: written together with its cause, sent by a job, at least once."""

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Code, Count, Identified, JsonObject, LongText, Moment, Now

OPEN = text("sent_at IS NULL AND given_up_at IS NULL")


class OutboxMessage(Identified, Base):
    """One mail or call to send; a second row with the same `dedup_key` is refused."""

    __tablename__ = "outbox"
    __rules__ = (Index("ix_outbox_due", "next_attempt_at", sqlite_where=OPEN, postgresql_where=OPEN),)

    kind: Mapped[Code]
    dedup_key: Mapped[str | None] = mapped_column(String(255), unique=True)
    payload: Mapped[JsonObject]
    created_at: Mapped[Now]
    next_attempt_at: Mapped[Now]
    attempts: Mapped[Count]
    locked_until: Mapped[Moment | None]
    sent_at: Mapped[Moment | None]
    given_up_at: Mapped[Moment | None]
    last_error: Mapped[LongText | None]
