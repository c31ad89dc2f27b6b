"""The application's clock, held still and moved by hand. Tokens keep living by the real time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

START = datetime(2026, 3, 4, 12, 0)  # noqa: DTZ001  (naive UTC, as the columns store it)


class Clock:
    """Stands in for `datetime` in `trackflow.clock`."""

    def __init__(self, now: datetime = START) -> None:
        """Stop at this time, naive in UTC."""
        self._now = now

    @property
    def time(self) -> datetime:
        """Return the time that the application sees, naive in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Jump to a time, naive in UTC."""
        self._now = now

    def advance(self, **amount: float) -> datetime:
        """Move on, as in `advance(days=1, hours=2)`; return the new time."""
        self._now += timedelta(**amount)
        return self._now

    def now(self, zone: tzinfo | None = None) -> datetime:
        """Answer as `datetime.now` does."""
        return self._now.replace(tzinfo=UTC).astimezone(zone)
