"""Which scheduled runs were taken, so that two processes never do the same one."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Code, Identified, LongText, Moment, Now


class JobSlot(Identified, Base):
    """One run of one job; `slot` names the run, by its planned time. `ok` is NULL until it has finished."""

    __tablename__ = "job_slots"
    __rules__ = (UniqueConstraint("job", "slot"),)

    job: Mapped[Code]
    slot: Mapped[Code]
    claimed_at: Mapped[Now] = mapped_column(index=True)
    finished_at: Mapped[Moment | None]
    ok: Mapped[bool | None]
    error: Mapped[LongText | None]
