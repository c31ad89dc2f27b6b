"""Which events put a mail into the outbox.

A wish for a reset mail is stored for every address alike, known or not; the account is looked up by the job that
sends. The bound per address is kept here, by seats that depend on the address alone, so the time that an answer takes
says nothing about accounts.
"""

from __future__ import annotations

from trackflow.services.auth.events import PasswordResetRequested
from trackflow.services.mail import commands

PASSWORD_RESET = "password_reset"  # noqa: S105  (a kind of message)
_bound: list[int] = []


def configure(*, reset_mails_per_hour: int | None) -> None:
    """Set how many reset mails an address may ask for in an hour, None for any number; `create_app` calls this once."""
    _bound[:] = [] if reset_mails_per_hour is None else [reset_mails_per_hour]


def on_password_reset_requested(event: PasswordResetRequested) -> None:
    """Queue the reset mail, unless the address has had its share of this hour."""
    payload = {"email": event.email}
    if _bound:
        commands.enqueue_bounded(PASSWORD_RESET, payload, subject=event.email, per_hour=_bound[0])
    else:
        commands.enqueue(PASSWORD_RESET, payload)
