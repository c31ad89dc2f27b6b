"""The catalogue of achievements, who has earned which, and the counters and points of each user."""

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Code, Count, Identified, LongText, Moment, Name, Now, Off, On, Word, one_of


class Rarity(StrEnum):
    """How rare an achievement is, the most common first."""

    COMMON = "common"
    UNCOMMON = "uncommon"
    RARE = "rare"
    EPIC = "epic"
    LEGENDARY = "legendary"


class Achievement(Identified, Base):
    """An entry of the catalogue, known by its code; without metric and target it is given for an event."""

    __tablename__ = "achievements"
    __rules__ = (one_of("rarity", Rarity),)

    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Name]
    description: Mapped[LongText]
    icon: Mapped[str] = mapped_column(String(50))
    category: Mapped[Code] = mapped_column(index=True)
    points: Mapped[int] = mapped_column(default=10, server_default=text("10"))
    rarity: Mapped[Word] = mapped_column(default=Rarity.COMMON.value, server_default=Rarity.COMMON.value, index=True)
    target_value: Mapped[int | None]
    metric_type: Mapped[Code | None]
    created_at: Mapped[Now]


class UserAchievement(Identified, Base):
    """A user has earned an achievement; the row is never taken back."""

    __tablename__ = "user_achievements"
    __rules__ = (UniqueConstraint("user_id", "achievement_id"), Index(None, "user_id", "earned_at"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    achievement_id: Mapped[int] = mapped_column(ForeignKey("achievements.id", ondelete="CASCADE"), index=True)
    earned_at: Mapped[Now] = mapped_column(index=True)
    notified: Mapped[Off]
    is_public: Mapped[On]


class UserStats(Base):
    """A user's counters and points, all of them derived and so recountable; the row exists from registration on."""

    __tablename__ = "user_stats"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    total_songs: Mapped[Count]
    total_released: Mapped[Count]
    total_future: Mapped[Count]
    total_future_created: Mapped[Count]
    total_wip: Mapped[Count]
    total_wip_created: Mapped[Count]
    total_packs: Mapped[Count]
    total_collaborations: Mapped[Count]
    total_spotify_imports: Mapped[Count]
    total_feature_requests: Mapped[Count]
    login_streak: Mapped[Count]
    total_points: Mapped[Count] = mapped_column(index=True)
    last_login_date: Mapped[Moment | None]
    updated_at: Mapped[Now]
