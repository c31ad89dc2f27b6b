"""Accounts and tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response

from trackflow.actor import Actor
from trackflow.schemas import auth as schemas
from trackflow.schemas.base import MessageOut
from trackflow.services.auth import commands, queries
from trackflow.services.presence import buffer as presence
from trackflow.services.workflows.steps import Step, steps_from
from trackflow.web import throttle
from trackflow.web.access import Access, current_account, issue_token
from trackflow.web.api import Blueprint
from trackflow.web.json import json_rows
from trackflow.web.settings import settings

Body = dict[str, Any]
_THROTTLED = HTTPStatus.TOO_MANY_REQUESTS

blp = Blueprint("auth", __name__, description="Accounts, tokens and the reset of passwords.")


@blp.endpoint(
    "/login",
    method="POST",
    access=Access.PUBLIC,
    body=schemas.LoginIn,
    returns=schemas.TokenOut,
    refuses=(HTTPStatus.UNAUTHORIZED, _THROTTLED),
)
def login(body: Body) -> Body:
    """Sign in with a username and a password."""
    with throttle.failures("login", body["username"]):
        account = commands.sign_in(body["username"], body["password"])
    presence.touch(account.id)
    return _token(account)


@blp.endpoint("/refresh", method="POST", access=Access.USER, returns=schemas.TokenOut)
def refresh(actor: Actor) -> Body:
    """Exchange a valid token for a fresh one."""
    return _token(current_account(), actor.impersonator_id)


@blp.endpoint("/me", method="GET", access=Access.USER, returns=schemas.UserSelfOut)
def me(actor: Actor) -> queries.Account:  # noqa: ARG001
    """Return the caller's own account."""
    return current_account()


@blp.endpoint(
    "/register",
    method="POST",
    access=Access.PUBLIC,
    body=schemas.RegisterIn,
    returns=schemas.TokenOut,
    refuses=(_THROTTLED,),
)
def register(body: Body) -> Body:
    """Open an account and sign in."""
    with throttle.failures("register", body["username"]):
        steps = _steps(body["workflow_steps"])
        return _token_of(commands.register(body["username"], body["email"], body["password"], steps))


@blp.endpoint("/unclaimed-users", method="GET", access=Access.PUBLIC, returns=schemas.UnclaimedOut(many=True))
def unclaimed_users() -> Sequence[object]:
    """List the placeholder accounts that their owners may claim."""
    return queries.unclaimed() if settings().claims_enabled else []


@blp.endpoint(
    "/claim-user",
    method="POST",
    access=Access.PUBLIC,
    body=schemas.ClaimIn,
    returns=schemas.TokenOut,
    refuses=(HTTPStatus.NOT_FOUND, _THROTTLED),
)
def claim_user(body: Body) -> Body:
    """Take over a placeholder account and sign in."""
    with throttle.failures("claim"):
        commands.refuse_claims_unless(enabled=settings().claims_enabled)
        steps = _steps(body["workflow_steps"])
        return _token_of(commands.claim(body["user_id"], body["username"], body["email"], body["password"], steps))


@blp.endpoint("/users", method="GET", access=Access.USER, returns=schemas.UserChoiceOut(many=True), hot=True)
def users(actor: Actor) -> Response:
    """List the active accounts to choose from."""
    return json_rows(queries.selectable_users(actor))


@blp.endpoint(
    "/forgot-password",
    method="POST",
    access=Access.PUBLIC,
    body=schemas.ForgotPasswordIn,
    returns=schemas.ForgotPasswordOut,
)
def forgot_password(body: Body) -> Body:
    """Ask for a mail with a reset link; the answer is the same for every address."""
    if throttle.is_within("forgot", settings().throttle.reset_wishes_per_address):
        commands.request_password_reset(body["email"])
    return {"message": "If an account has this address, a mail with a link is on its way.", "email_sent": True}


@blp.endpoint(
    "/reset-password",
    method="POST",
    access=Access.PUBLIC,
    body=schemas.ResetPasswordIn,
    returns=MessageOut,
    refuses=(_THROTTLED,),
)
def reset_password(body: Body) -> Body:
    """Set a new password with a mailed token."""
    with throttle.failures("reset"):
        commands.reset_password(body["token"], body["new_password"])
    return {"message": "Your password has been changed. Please sign in."}


@blp.endpoint("/forgot-password-test", method="GET", access=Access.PUBLIC, returns=schemas.MailDiagnosisOut)
def forgot_password_test() -> Body:
    """Answer a constant, for old callers."""
    return {"email_configured": False, "message": "Reset mails are sent in the background."}


@blp.endpoint("/ping", method="GET", access=Access.PUBLIC, returns=MessageOut)
def ping() -> Body:
    """Answer that the accounts are being served."""
    return {"message": "pong"}


def _steps(raw: Sequence[Mapping[str, Any]] | None) -> tuple[Step, ...] | None:
    return None if raw is None else steps_from(raw)


def _token_of(user_id: int) -> Body:
    account = queries.account_by_id(user_id)
    if account is None:
        message = "the account vanished between its sign-in and the answer"
        raise LookupError(message)
    presence.touch(user_id)
    return _token(account)


def _token(account: queries.Account, impersonator_id: int | None = None) -> Body:
    return {"access_token": issue_token(account, impersonator_id), "token_type": "bearer", "user": account}
