"""What our mails say."""

from __future__ import annotations

from html import escape

from trackflow.clients.mailer import Mail
from trackflow.services.auth.reset_tokens import ResetMail


def password_reset(reset: ResetMail, frontend_url: str) -> Mail:
    """Write the mail with the link that lets its reader choose a new password."""
    link = f"{frontend_url}/reset-password?token={reset.token}"
    text = (
        f"Hello {reset.username},\n\n"
        "somebody, probably you, wants to choose a new password for your TrackFlow account.\n"
        "To do so, open this link:\n\n"
        f"{link}\n\n"
        "It is valid for 1 hour and works once. If you did not ask for it,\n"
        "you may ignore this mail: your password stays as it is.\n"
    )
    name, address = escape(reset.username), escape(link)
    html = (
        "<!doctype html>\n"
        '<html lang="en"><body style="font-family: sans-serif; line-height: 1.5">\n'
        f"<p>Hello {name},</p>\n"
        "<p>somebody, probably you, wants to choose a new password for your TrackFlow account.</p>\n"
        f'<p><a href="{address}">Choose a new password</a></p>\n'
        f"<p>If the link does not open, copy this address into your browser:<br>{address}</p>\n"
        "<p>It is valid for 1 hour and works once. If you did not ask for it, you may ignore this mail: "
        "your password stays as it is.</p>\n"
        "</body></html>\n"
    )
    return Mail(to=reset.email, subject="Choose a new TrackFlow password", text=text, html=html)
