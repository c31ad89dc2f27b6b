"""Mail by SMTP: Flask-Mail with time limits, verified certificates and no password over an open line."""

from __future__ import annotations

import ipaddress
import smtplib
import socket
import ssl
from contextlib import ExitStack, closing, suppress
from email.utils import formataddr, make_msgid

from flask_mail import Connection, Message
from flask_mail import Mail as FlaskMail

from trackflow.clients.mailer import FileMailer, Mail, Mailer, NullMailer
from trackflow.config import MailSettings

_IMPLICIT_TLS_PORT = 465


class UnencryptedCredentials(Exception):
    """The configuration would send a password over an unencrypted connection to another machine."""


class SmtpMailer:
    """Delivers each mail over a connection of its own. Needs an application context, as Flask-Mail does."""

    def __init__(self, settings: MailSettings) -> None:
        """Take where and how to connect; nothing is sent before the first mail."""
        self._settings = settings

    def send(self, mail: Mail) -> None:
        """Hand the mail to the server as text and HTML; raises SMTPException or OSError."""
        settings = self._settings
        message = Message(
            subject=mail.subject,
            recipients=[mail.to],
            body=mail.text,
            html=mail.html,
            sender=formataddr((settings.sender_name, settings.sender)),
            extra_headers={"Auto-Submitted": "auto-generated"},
        )
        message.msgId = make_msgid(domain=settings.sender.rpartition("@")[2] or None)
        with _TimedConnection(settings) as connection:
            connection.send(message, envelope_from=settings.sender)


class _TimedConnection(Connection):
    """Flask-Mail's connection, opened with a time limit on every step."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        state = FlaskMail().init_mail(
            {
                "MAIL_SERVER": settings.server,
                "MAIL_PORT": settings.port,
                "MAIL_USERNAME": settings.username,
                "MAIL_PASSWORD": settings.password,
                "MAIL_SUPPRESS_SEND": False,
            }
        )
        super().__init__(state)  # type: ignore[arg-type]  # it takes the state, and says that it takes the extension

    def configure_host(self) -> smtplib.SMTP:
        """Connect, encrypt where configured, sign in where configured."""
        settings = self._settings
        host_name = settings.server or "localhost"
        encrypted = settings.starttls or settings.port == _IMPLICIT_TLS_PORT
        signs_in = bool(settings.username and settings.password)
        if signs_in and not encrypted and not _is_loopback(host_name):
            message = "SMTP_STARTTLS=0 together with a password is allowed for a server on this machine only."
            raise UnencryptedCredentials(message)
        with ExitStack() as undo:
            if settings.port == _IMPLICIT_TLS_PORT:
                host: smtplib.SMTP = smtplib.SMTP_SSL(
                    host_name, settings.port, timeout=settings.timeout, context=ssl.create_default_context()
                )
            else:
                host = smtplib.SMTP(host_name, settings.port, timeout=settings.timeout)
            undo.enter_context(closing(host))
            if settings.starttls and settings.port != _IMPLICIT_TLS_PORT:
                host.starttls(context=ssl.create_default_context())
            if settings.username and settings.password:
                host.login(settings.username, settings.password)
            undo.pop_all()
        return host

    def __exit__(self, *_exception: object) -> None:
        """Say goodbye; a server that does not answer to that has taken the mail all the same."""
        if self.host is not None:
            with closing(self.host), suppress(smtplib.SMTPException, OSError):
                self.host.quit()


def mailer_for(settings: MailSettings) -> Mailer:
    """Return the way out for mails: a server if there is one, else a folder, else nowhere."""
    if settings.server is not None:
        return SmtpMailer(settings)
    if settings.directory is not None:
        return FileMailer(settings.directory, sender=(settings.sender_name, settings.sender))
    return NullMailer()


def _is_loopback(host: str) -> bool:
    """Say whether every address of the host is on this machine; a literal address needs no look-up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(address).is_loopback for address in found)
