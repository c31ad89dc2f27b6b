"""Reset tokens as the mail job makes them: the clear token exists in the mail only, the database holds its digest."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import delete, insert, select

from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import PasswordResetToken, User
from trackflow.services.auth.commands import token_digest
from trackflow.unit_of_work import atomic

LIFETIME = timedelta(hours=1)
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class ResetMail:
    """What a reset mail needs to know; only the name shows in its `repr`."""

    username: str
    email: str = field(repr=False)
    token: str = field(repr=False)


@atomic
def issue(email: str) -> ResetMail | None:
    """Make a token for the active account of this address, a placeholder too; None if there is none.

    Earlier tokens of the address are deleted: only the latest mail works.
    """
    account = db.session.execute(
        select(User.username, User.email).where(User.email == email, User.is_active).with_for_update(key_share=True)
    ).first()
    if account is None:
        return None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    db.session.execute(delete(PasswordResetToken).where(PasswordResetToken.email == account.email))
    db.session.execute(
        insert(PasswordResetToken).values(
            email=account.email, token=token_digest(token), expires_at=now_utc() + LIFETIME
        )
    )
    return ResetMail(account.username, account.email, token)


@atomic
def purge_expired() -> int:
    """Delete the tokens whose hour is over; return how many."""
    gone = db.session.execute(
        delete(PasswordResetToken).where(PasswordResetToken.expires_at <= now_utc()).returning(PasswordResetToken.id)
    )
    return len(gone.all())
