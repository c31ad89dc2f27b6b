"""Accounts: registering, claiming, signing in, setting a new password by a mailed token.

Hashing happens before the transaction; what was read before it is checked again inside by a conditional write.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from trackflow import upsert
from trackflow.clock import now_utc
from trackflow.errors import Busy, InvalidState, NotFound, RuleViolation, WrongCredentials
from trackflow.extensions import db
from trackflow.models import PasswordResetToken, User, UserStats
from trackflow.models.base import text_key
from trackflow.services.auth import queries
from trackflow.services.auth.events import (
    AccountClaimed,
    AccountDeactivated,
    AccountRegistered,
    PasswordReset,
    PasswordResetRequested,
    SignedIn,
)
from trackflow.services.auth.passwords import hasher
from trackflow.services.auth.queries import Account
from trackflow.services.workflows import carry
from trackflow.services.workflows import setup as workflows
from trackflow.services.workflows.steps import Step
from trackflow.unit_of_work import atomic, emit, release

_WRONG = "The username or the password is wrong."
_BAD_TOKEN = "This link is not valid any more. Please ask for a new one."  # noqa: S105  (a sentence)
_TAKEN_NAME = "This username already exists."
_TAKEN_EMAIL = "An account with this e-mail address already exists."
_INACTIVE = "This account is not active."
_CLAIMED = "This account has been claimed."
_log = logging.getLogger(__name__)


def sign_in(username: str, password: str) -> Account:
    """Check a name and a password; return the account.

    Raises WrongCredentials for an unknown name, a wrong password and a placeholder alike and after the same time,
    InvalidState for an inactive account. Emits SignedIn; what follows from it never fails the sign-in.
    """
    found = queries.credentials_by_key(text_key(username))
    release()
    hashed = found.hashed_password if found is not None else None
    if not hasher().matches(password, hashed) or found is None:
        raise WrongCredentials(_WRONG)
    if not found.is_active:
        raise InvalidState(_INACTIVE)
    try:
        _record_sign_in(found)
    except (Busy, DBAPIError):
        _log.warning("a sign-in was not recorded", exc_info=True)
    account = queries.account_by_id(found.id)
    if account is None or account.hashed_password != hashed:  # gone or changed while the password was checked
        raise WrongCredentials(_WRONG)
    if not account.is_active:
        raise InvalidState(_INACTIVE)
    return account


@atomic
def _record_sign_in(found: queries.Credentials) -> None:
    is_same = (User.id == found.id, User.hashed_password == found.hashed_password, User.is_active)
    row = db.session.execute(select(User.last_login_at).where(*is_same).with_for_update(key_share=True)).first()
    if row is not None:
        db.session.execute(update(User).where(User.id == found.id).values(last_login_at=now_utc()))
        emit(SignedIn(found.id, first=row.last_login_at is None))


def register(username: str, email: str, password: str, steps: Sequence[Step] | None, *, is_admin: bool = False) -> int:
    """Open an account with its workflow and counters; return its id.

    Without steps the workflow is the default template's. Raises RuleViolation for a taken name or address. Emits
    AccountRegistered.
    """
    _refuse_taken(username, email)
    release()
    return _register(username, email, hasher().hash(password), steps, is_admin=is_admin)


@atomic
def _register(username: str, email: str, hashed: str, steps: Sequence[Step] | None, *, is_admin: bool) -> int:
    values = {
        "username": username,
        "username_key": text_key(username),
        "email": email,
        "hashed_password": hashed,
        "is_admin": is_admin,
        "last_login_at": now_utc(),
    }
    user_id = upsert.insert_if_absent(User, values)
    if user_id is None:
        _refuse_taken(username, email)
        raise RuleViolation(_TAKEN_NAME)
    _insert_stats_if_absent(user_id)
    workflow_id = _install_steps(user_id, steps)[0]
    emit(AccountRegistered(user_id, workflow_id))
    return user_id


def claim(user_id: int | None, username: str | None, email: str, password: str, steps: Sequence[Step] | None) -> int:
    """Take over a placeholder account; return its id.

    Raises NotFound for an unknown account, RuleViolation when id and name differ, when it has a password already, or
    when the address is taken. Emits AccountClaimed.
    """
    account_id = _claimable(user_id, username)
    _refuse_taken(None, email, but_not=account_id)
    release()
    hashed = hasher().hash(password)
    try:
        return _claim(account_id, email, hashed, steps)
    except IntegrityError as error:  # somebody took the address in the same moment
        raise RuleViolation(_TAKEN_EMAIL) from error


@atomic
def _claim(user_id: int, email: str, hashed: str, steps: Sequence[Step] | None) -> int:
    carry.lock_songs(user_id)  # before the account's row, as everywhere: a step that is ticked off locks them like this
    _refuse_taken(None, email, but_not=user_id)
    claimed = db.session.execute(
        update(User)
        .where(User.id == user_id, queries.IS_UNCLAIMED, User.is_active)
        .values(email=email, hashed_password=hashed, last_login_at=now_utc())
        .returning(User.id)
    ).scalar()
    if claimed is None:
        raise RuleViolation(_CLAIMED)
    _insert_stats_if_absent(user_id)
    workflow_id, is_new = _install_steps(user_id, steps)
    emit(AccountClaimed(user_id, workflow_id, workflow_created=is_new))
    return user_id


def _claimable(user_id: int | None, username: str | None) -> int:
    """Return the id of the unclaimed account that all given names denote."""
    key = text_key(username) if username is not None else None
    rows = db.session.execute(
        select(User.id, User.username_key, User.hashed_password, User.is_active).where(
            or_(User.id == user_id, User.username_key == key)
        )
    ).all()
    named = [row for row in rows if row.id == user_id], [row for row in rows if row.username_key == key]
    if (user_id is not None and not named[0]) or (key is not None and not named[1]):
        message = "There is no such account."
        raise NotFound(message)
    if len(rows) > 1:
        message = "The id and the username belong to different accounts."
        raise RuleViolation(message)
    if rows[0].hashed_password:
        raise RuleViolation(_CLAIMED)
    if not rows[0].is_active:  # an operator closed it; a stranger does not open it again
        raise InvalidState(_INACTIVE)
    account_id: int = rows[0].id
    return account_id


def _insert_stats_if_absent(user_id: int) -> None:
    """Make sure that the account has its row of counters, which locks rely on."""
    db.session.execute(upsert.insert(UserStats).values(user_id=user_id).on_conflict_do_nothing())


def _install_steps(user_id: int, steps: Sequence[Step] | None) -> tuple[int, bool]:
    if steps is not None:
        return workflows.install(user_id, steps)
    return workflows.ensure_workflow(user_id)


def _refuse_taken(username: str | None, email: str, *, but_not: int | None = None) -> None:
    key = text_key(username) if username is not None else None
    rows = db.session.execute(
        select(User.id, User.username_key, User.email).where(or_(User.username_key == key, User.email == email))
    ).all()
    rows = [row for row in rows if row.id != but_not]
    if any(row.username_key == key for row in rows):
        raise RuleViolation(_TAKEN_NAME)
    if rows:
        raise RuleViolation(_TAKEN_EMAIL)


@atomic
def request_password_reset(email: str) -> None:
    """Note that this address wants a reset mail, known or not. Emits PasswordResetRequested."""
    emit(PasswordResetRequested(email))


def reset_password(token: str, new_password: str) -> None:
    """Set a new password by a mailed token, which works once; all tokens of sessions end with it.

    Raises RuleViolation for an unknown, used or expired token. Emits PasswordReset.
    """
    digest = token_digest(token)
    if not _is_open(digest):
        raise RuleViolation(_BAD_TOKEN)
    release()
    _reset_password(digest, hasher().hash(new_password))


@atomic
def _reset_password(digest: str, hashed: str) -> None:
    email = db.session.execute(
        update(PasswordResetToken)
        .where(
            PasswordResetToken.token == digest,
            PasswordResetToken.used_at.is_(None),
            PasswordResetToken.expires_at > now_utc(),
        )
        .values(used_at=now_utc())
        .returning(PasswordResetToken.email)
    ).scalar()
    if email is None:
        raise RuleViolation(_BAD_TOKEN)
    user_id: int | None = db.session.execute(
        update(User).where(User.email == email, User.is_active).values(hashed_password=hashed).returning(User.id)
    ).scalar()
    if user_id is None:
        raise RuleViolation(_BAD_TOKEN)
    db.session.execute(
        delete(PasswordResetToken).where(PasswordResetToken.email == email, PasswordResetToken.token != digest)
    )
    emit(PasswordReset(user_id))


def _is_open(digest: str) -> bool:
    statement = select(PasswordResetToken.id).where(
        PasswordResetToken.token == digest,
        PasswordResetToken.used_at.is_(None),
        PasswordResetToken.expires_at > now_utc(),
    )
    return db.session.execute(statement).first() is not None


def token_digest(token: str) -> str:
    """Return the form in which a reset token is stored: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


@atomic
def set_active(user_id: int, *, active: bool) -> None:
    """Open or close an account; closing ends its sessions at once. Raises NotFound. Emits AccountDeactivated."""
    changed = db.session.execute(update(User).where(User.id == user_id).values(is_active=active).returning(User.id))
    if changed.scalar() is None:
        message = "There is no such account."
        raise NotFound(message)
    if not active:
        emit(AccountDeactivated(user_id))


def refuse_claims_unless(*, enabled: bool) -> None:
    """Raise RuleViolation where the operator has switched claiming off."""
    if not enabled:
        message = "Accounts cannot be claimed on this server."
        raise RuleViolation(message)
