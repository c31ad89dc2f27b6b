"""Jobs that tidy up."""

from __future__ import annotations

from datetime import timedelta

from trackflow.clock import now_utc
from trackflow.config import Settings
from trackflow.services.auth import reset_tokens
from trackflow.services.job_slots import commands as slots
from trackflow.services.mail import commands as outbox
from trackflow.services.presence import commands as presence

_KEEP_SENT = timedelta(days=7)
_KEEP_GIVEN_UP = timedelta(days=30)
_KEEP_SLOTS = timedelta(days=14)


def flush_presence(_settings: Settings) -> int:
    """Store who was seen by this process since the last time."""
    return presence.flush()


def purge_reset_tokens(_settings: Settings) -> int:
    """Delete reset tokens whose hour is over."""
    return reset_tokens.purge_expired()


def purge_outbox(_settings: Settings) -> int:
    """Delete messages sent a week ago or given up a month ago."""
    now = now_utc()
    return outbox.purge(sent_before=now - _KEEP_SENT, given_up_before=now - _KEEP_GIVEN_UP)


def purge_job_slots(_settings: Settings) -> int:
    """Delete the traces of runs older than two weeks."""
    return slots.purge(claimed_before=now_utc() - _KEEP_SLOTS)
