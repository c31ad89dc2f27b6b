"""A real SMTP server on loopback that keeps what it gets, refuses what it is told to, and can be slow."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USERNAME, PASSWORD = "postman", "an smtp secret"


@dataclass
class Post:
    """The server's handler: what came in, and how it behaves."""

    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str | None, list[str]]] = field(default_factory=list)
    sessions_encrypted: list[bool] = field(default_factory=list)
    refuse_recipients: bool = False
    pause_seconds: float = 0.0
    port: int = 0

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await asyncio.sleep(self.pause_seconds)
        if self.refuse_recipients:
            return f"550 5.1.1 <{address}>: unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=default)
        assert isinstance(message, EmailMessage)
        self.received.append(message)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.sessions_encrypted.append(session.ssl is not None)
        return "250 OK"


class _OnFreePort(Controller):
    """A server whose port is chosen by the system; aiosmtpd's own test of it wants to know which."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    right = (data.login, data.password) == (USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=right)


@contextmanager
def smtp_server(*, wants_password: bool = False, certificate: ssl.SSLContext | None = None) -> Iterator[Post]:
    """Run a server on a free port of this machine; with a certificate it speaks STARTTLS only."""
    post = Post()
    options: dict[str, Any] = {}
    if wants_password:
        options |= {"authenticator": _authenticate, "auth_required": True, "auth_require_tls": False}
    if certificate is not None:
        options |= {"tls_context": certificate, "require_starttls": True}
    controller = _OnFreePort(post, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        post.port = controller.port
        yield post
    finally:
        controller.stop()
