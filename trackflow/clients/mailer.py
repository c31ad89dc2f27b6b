"""Mails and where they go: the shape of a mail, a folder of mail files, and nowhere.

Delivery by SMTP needs Flask-Mail and is part of the job layer (`jobs/smtp.py`); it follows the same protocol.
"""

from __future__ import annotations

import logging
import os
import secrets
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path
from typing import Protocol

from trackflow.clock import now_utc

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one address, as text and as HTML; what it says is left out of its `repr`, so that no log shows it."""

    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


class Mailer(Protocol):
    """Something that delivers a mail or raises."""

    def send(self, mail: Mail) -> None:
        """Deliver the mail; return only when it was taken over."""


class FileMailer:
    """Writes each mail as an RFC 5322 file that only its owner can read; the names sort by time."""

    def __init__(self, directory: Path, *, sender: tuple[str, str] = ("TrackFlow", "trackflow@localhost")) -> None:
        """Take the folder, which is made when the first mail comes, and the sender's name and address."""
        self._directory = directory
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """Write the mail under a name of its own; other programs see it whole or not at all."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{now_utc():%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
        draft = self._directory / f".{name}.part"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(self._compose(mail))
            draft.rename(self._directory / f"{name}.eml")
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def _compose(self, mail: Mail) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"] = formataddr(self._sender)
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(now_utc())
        message["Message-ID"] = f"<{secrets.token_hex(16)}@trackflow>"
        message["Auto-Submitted"] = "auto-generated"
        # 8bit: whoever opens the file in an editor can copy a long link out of it.
        message.set_content(mail.text, cte="8bit")
        message.add_alternative(mail.html, subtype="html", cte="8bit")
        return message.as_bytes()


class NullMailer:
    """Drops every mail and says so in the log, without saying for whom it was."""

    def send(self, mail: Mail) -> None:
        """Log that a mail was dropped."""
        _log.warning("a mail was dropped, because neither SMTP_SERVER nor MAIL_DIR is set: %s", mail.subject)
