"""Where mails go: a folder, nowhere, and real SMTP servers on this machine."""

from __future__ import annotations

import logging
import shutil
import smtplib
import ssl
import subprocess
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.jobs.smtp_server import PASSWORD, USERNAME, Post, smtp_server
from trackflow.clients.mailer import FileMailer, Mail, NullMailer
from trackflow.config import MailSettings
from trackflow.jobs.smtp import SmtpMailer, UnencryptedCredentials, mailer_for

# The server says that passwords need encryption; these tests show that ours insist on it, except on this machine.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")

MAIL = Mail(to="zoë@example.org", subject="Grüße", text="Hallo Zoë\n", html="<p>Hallo <b>Zoë</b></p>\n")
PLAIN = Mail(to="zoe@example.org", subject="Grüße", text="Hallo Zoë\n", html="<p>Hallo <b>Zoë</b></p>\n")


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def settings(post: Post, **changes: Any) -> MailSettings:
    values = {"server": "127.0.0.1", "port": post.port, "starttls": False, "sender": "flow@example.org", "timeout": 2.0}
    return MailSettings(**{**values, **changes})


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class TestFiles:
    def test_a_mail_is_one_file_that_only_its_owner_reads(self, tmp_path: Path) -> None:
        folder = tmp_path / "deep" / "mail"
        FileMailer(folder).send(MAIL)
        (file,) = folder.iterdir()
        assert file.suffix == ".eml"
        assert (file.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)
        message = message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(message, EmailMessage)
        assert (message["To"], message["Subject"]) == (MAIL.to, "Grüße")
        assert message["From"] == "TrackFlow <trackflow@localhost>"
        assert message["Date"]
        assert message.get_content_type() == "multipart/alternative"
        assert (part(message, "plain"), part(message, "html")) == (MAIL.text, MAIL.html)

    def test_a_long_link_can_be_copied_from_the_file(self, tmp_path: Path) -> None:
        link = f"https://flow.example/reset-password?token={'x' * 200}"
        FileMailer(tmp_path).send(Mail(to="a@example.org", subject="x", text=f"{link}\n", html=f"<p>{link}</p>\n"))
        (file,) = tmp_path.iterdir()
        assert file.read_text().count(link) == 2

    def test_names_sort_by_time_and_never_collide(self, tmp_path: Path) -> None:
        mailer = FileMailer(tmp_path)
        for number in range(50):
            mailer.send(Mail(to="a@example.org", subject=str(number), text="", html=""))
            time.sleep(0.0001)
        files = sorted(tmp_path.iterdir())
        assert [message_from_bytes(file.read_bytes())["Subject"] for file in files] == [str(n) for n in range(50)]

    def test_a_subject_cannot_add_headers(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="line"):
            FileMailer(tmp_path).send(Mail(to="a@example.org", subject="x\r\nBcc: b@example.org", text="", html=""))
        assert list(tmp_path.iterdir()) == []


def test_nowhere_says_so_without_the_address(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        NullMailer().send(MAIL)
    assert "a mail was dropped" in caplog.text
    assert MAIL.to not in caplog.text
    assert MAIL.text.strip() not in caplog.text


def test_a_mail_shows_neither_address_nor_text() -> None:
    assert MAIL.to not in repr(MAIL)
    assert "Hallo" not in repr(MAIL)


def test_the_way_out_follows_the_settings(tmp_path: Path) -> None:
    assert isinstance(mailer_for(MailSettings(server="localhost", directory=tmp_path)), SmtpMailer)
    assert isinstance(mailer_for(MailSettings(directory=tmp_path)), FileMailer)
    assert isinstance(mailer_for(MailSettings()), NullMailer)


class TestSmtp:
    def test_text_and_html_arrive(self) -> None:
        with smtp_server() as post:
            SmtpMailer(settings(post, sender_name='Track "Flow", Inc.')).send(PLAIN)
        (message,) = post.received
        assert post.envelopes == [("flow@example.org", [PLAIN.to])]
        assert (message["To"], message["Subject"]) == (PLAIN.to, "Grüße")
        assert message["From"].addresses[0].display_name == 'Track "Flow", Inc.'
        assert message["From"].addresses[0].addr_spec == "flow@example.org"
        assert message["Message-ID"].strip().endswith("@example.org>")
        assert (part(message, "plain"), part(message, "html")) == (PLAIN.text, PLAIN.html)

    def test_it_signs_in(self) -> None:
        with smtp_server(wants_password=True) as post:
            SmtpMailer(settings(post, username=USERNAME, password=PASSWORD)).send(PLAIN)
        assert len(post.received) == 1

    def test_a_wrong_password_is_refused(self) -> None:
        with smtp_server(wants_password=True) as post:
            with pytest.raises(smtplib.SMTPAuthenticationError):
                SmtpMailer(settings(post, username=USERNAME, password="wrong")).send(PLAIN)
            with pytest.raises(smtplib.SMTPException):
                SmtpMailer(settings(post)).send(PLAIN)
        assert post.received == []

    def test_a_refused_recipient(self) -> None:
        with smtp_server() as post:
            post.refuse_recipients = True
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                SmtpMailer(settings(post)).send(PLAIN)
        assert post.received == []

    def test_a_server_that_is_down(self) -> None:
        with smtp_server() as post:
            pass
        with pytest.raises(ConnectionRefusedError):
            SmtpMailer(settings(post)).send(PLAIN)

    def test_a_slow_server_is_not_waited_for(self) -> None:
        with smtp_server() as post:
            post.pause_seconds = 5.0
            started = time.monotonic()
            with pytest.raises((smtplib.SMTPServerDisconnected, TimeoutError)):
                SmtpMailer(settings(post, timeout=0.2)).send(PLAIN)
            assert time.monotonic() - started < 3
        assert post.received == []

    def test_a_password_never_leaves_this_machine_unencrypted(self) -> None:
        with smtp_server() as post, pytest.raises(UnencryptedCredentials):
            SmtpMailer(settings(post, server="192.0.2.1", username=USERNAME, password=PASSWORD)).send(PLAIN)

    def test_starttls_is_insisted_on(self) -> None:
        with smtp_server() as post, pytest.raises(smtplib.SMTPNotSupportedError):
            SmtpMailer(settings(post, starttls=True)).send(PLAIN)
        assert post.received == []


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with the openssl program")
class TestCertificates:
    @pytest.fixture
    def certificate(self, tmp_path: Path) -> Path:
        """Make a certificate of `localhost`, with its key beside it."""
        path = tmp_path / "server.pem"
        subprocess.run(  # noqa: S603
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *(
                    "-addext",
                    "subjectAltName=DNS:localhost",
                    "-keyout",
                    str(tmp_path / "server.key"),
                    "-out",
                    str(path),
                ),
            ],
            check=True,
            capture_output=True,
        )
        return path

    @pytest.fixture
    def context(self, certificate: Path) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        return context

    def test_a_trusted_server_gets_mail_and_password_encrypted(
        self, certificate: Path, context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with smtp_server(wants_password=True, certificate=context) as post:
            trusted = settings(post, server="localhost", starttls=True, username=USERNAME, password=PASSWORD)
            SmtpMailer(trusted).send(PLAIN)
        assert post.sessions_encrypted == [True]

    def test_an_unknown_certificate_is_refused(self, context: ssl.SSLContext) -> None:
        with smtp_server(certificate=context) as post, pytest.raises(ssl.SSLCertVerificationError):
            SmtpMailer(settings(post, server="localhost", starttls=True)).send(PLAIN)
        assert post.received == []

    def test_a_certificate_of_another_name_is_refused(
        self, certificate: Path, context: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with smtp_server(certificate=context) as post, pytest.raises(ssl.SSLCertVerificationError):
            SmtpMailer(settings(post, server="127.0.0.1", starttls=True)).send(PLAIN)
        assert post.received == []
