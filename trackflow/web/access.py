"""Who may call an endpoint: each time the token is checked, the body read and the account loaded from the database."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any

from flask import g, request
from flask_jwt_extended import create_access_token, decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt import PyJWTError
from werkzeug.exceptions import Unauthorized

from trackflow.actor import Actor
from trackflow.errors import Forbidden
from trackflow.services.auth import queries as accounts
from trackflow.services.auth.passwords import fingerprint
from trackflow.services.presence import buffer as presence
from trackflow.web.json import read_body, read_json
from trackflow.web.paths import MAX_ID

_SCHEME = "bearer"


class Access(Enum):
    """Who may call: anybody (a token is ignored), anybody with or without an account, an account, an admin."""

    PUBLIC = "public"
    OPTIONAL = "optional"
    USER = "user"
    ADMIN = "admin"


def issue_token(account: accounts.Account, impersonator_id: int | None = None) -> str:
    """Make the token of this account; it dies with the password, the account, or after its lifetime."""
    claims: dict[str, Any] = {"pwf": fingerprint(account.hashed_password)}
    if impersonator_id is not None:
        claims["imp"] = impersonator_id
    return str(create_access_token(identity=str(account.id), additional_claims=claims))


def guard(access: Access, view: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a view so that it is called only by whom `access` admits, with `actor=` unless it is public."""

    @wraps(view)
    def guarded(**kwargs: Any) -> Any:
        claims = None if access is Access.PUBLIC else _claims()
        if claims is None and access in (Access.USER, Access.ADMIN):
            raise Unauthorized
        if request.method == "GET":
            read_body()
        else:
            read_json()  # of an operation without a body, too: nobody may think that what was sent counted
        if access is Access.PUBLIC:
            return view(**kwargs)
        actor = _actor(claims) if claims is not None else None
        if actor is None and access is not Access.OPTIONAL:
            raise Unauthorized
        if access is Access.ADMIN and not (actor and actor.is_admin):
            message = "This needs an administrator."
            raise Forbidden(message)
        return view(actor=actor, **kwargs)

    return guarded


def current_account() -> accounts.Account:
    """Return the caller's account as the guard loaded it; only for views that require one."""
    account: accounts.Account = g.account
    return account


def _claims() -> dict[str, Any] | None:
    """Return the claims of a well-formed, unexpired access token, else None; never raises on what was sent."""
    scheme, _, token = request.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != _SCHEME:
        return None
    try:
        claims: dict[str, Any] = decode_token(token.strip())
    except (PyJWTError, JWTExtendedException, ValueError):
        return None
    subject = claims.get("sub")
    return claims if _is_id(subject) and claims.get("type") == "access" else None


def _is_id(subject: object) -> bool:
    if not (isinstance(subject, str) and subject.isascii() and subject.isdigit()):
        return False
    return len(subject) <= len(str(MAX_ID)) and int(subject) <= MAX_ID


def _actor(claims: dict[str, Any]) -> Actor | None:
    """Load the token's account; a changed password, deactivation or deletion ends the token at once."""
    account = accounts.account_by_id(int(claims["sub"]))
    if account is None or not account.is_active or fingerprint(account.hashed_password) != claims.get("pwf"):
        return None
    impersonator_id = claims.get("imp")
    if impersonator_id is None:
        presence.touch(account.id)
    elif not _is_active_admin(impersonator_id):
        return None
    g.account = account
    g.actor = account.as_actor(impersonator_id)
    actor: Actor = g.actor
    return actor


def _is_active_admin(user_id: int) -> bool:
    """Say whether the person behind an impersonation may still do so."""
    account = accounts.account_by_id(user_id)
    return account is not None and account.is_active and account.is_admin
