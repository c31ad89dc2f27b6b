"""Counters that follow from what happened elsewhere."""

from __future__ import annotations

from sqlalchemy import select, update

from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import UserStats
from trackflow.services.auth.events import AccountClaimed, AccountRegistered, SignedIn
from trackflow.services.stats.streak import next_streak


def on_signed_in(event: SignedIn | AccountRegistered | AccountClaimed) -> None:
    """Extend or restart the login streak."""
    stats = db.session.execute(
        select(UserStats.last_login_date, UserStats.login_streak)
        .where(UserStats.user_id == event.user_id)
        .with_for_update()
    ).one()
    now = now_utc()
    db.session.execute(
        update(UserStats)
        .where(UserStats.user_id == event.user_id)
        .values(
            login_streak=next_streak(stats.last_login_date, stats.login_streak or 0, now),
            last_login_date=now,
            updated_at=now,
        )
    )
