"""Sends what waits in the outbox: claim, deliver outside any transaction, mark.

Each kind of message has a delivery in `DELIVERIES`; a domain that queues another kind adds its own line there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from trackflow.clients.mailer import Mailer
from trackflow.config import Settings
from trackflow.jobs import letters, scheduler
from trackflow.jobs.smtp import mailer_for
from trackflow.services.auth import reset_tokens
from trackflow.services.mail import commands as outbox
from trackflow.services.mail.commands import OutboxItem
from trackflow.services.mail.listeners import PASSWORD_RESET

SEND_OUTBOX = "send_outbox"
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outside:
    """The ways out that a delivery may use."""

    settings: Settings
    mailer: Mailer


Delivery = Callable[[OutboxItem, Outside], None]


def send_outbox(settings: Settings) -> int:
    """Deliver what is due; return how many messages went out. Safe in any number of processes at once."""
    return deliver_due(Outside(settings, mailer_for(settings.mail)))


def deliver_due(outside: Outside, *, seconds: float = _SECONDS) -> int:
    """Deliver one message after the other until none is due or the time is up; a failing one costs only itself."""
    until = time.monotonic() + seconds
    sent = 0
    while time.monotonic() < until and not scheduler.is_stopping():
        claimed = outbox.claim_due(1)
        if not claimed:
            break
        sent += sum(_deliver(item, outside) for item in claimed)
    return sent


def wake_mail_job(_event: object) -> None:
    """Start sending at once instead of at the next round."""
    scheduler.wake(SEND_OUTBOX)


def _deliver(item: OutboxItem, outside: Outside) -> bool:
    try:
        DELIVERIES[item.kind](item, outside)
    except Exception as error:  # noqa: BLE001  (whatever a server or a renderer does, the next message has its turn)
        outbox.mark_failed(item, _describe(error))
        return False
    outbox.mark_sent(item)
    return True


def _describe(error: Exception) -> str:
    """Name the error by class and code; its text may repeat an address or a secret."""
    codes: set[int] = set()
    if isinstance(error, SMTPRecipientsRefused):
        codes = {code for code, _text in error.recipients.values()}
    elif isinstance(error, SMTPResponseException):
        codes = {error.smtp_code}
    return " ".join([type(error).__name__, *map(str, sorted(codes))])


def _deliver_password_reset(item: OutboxItem, outside: Outside) -> None:
    """Make the token and mail its link; an address without an active account gets nothing."""
    reset = reset_tokens.issue(str(item.payload["email"]))
    if reset is not None:
        outside.mailer.send(letters.password_reset(reset, outside.settings.frontend_url))


DELIVERIES: Mapping[str, Delivery] = {
    PASSWORD_RESET: _deliver_password_reset,
}
