"""What happened to accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountRegistered:
    """A new account with its workflow exists."""

    user_id: int
    workflow_id: int


@dataclass(frozen=True, slots=True)
class AccountClaimed:
    """A placeholder account got an owner; `workflow_created` is false if it had a workflow before."""

    user_id: int
    workflow_id: int
    workflow_created: bool


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody proved the password of an account; `first` if nobody had before."""

    user_id: int
    first: bool


@dataclass(frozen=True, slots=True)
class PasswordResetRequested:
    """Somebody asked for a reset mail to this address, which may be nobody's."""

    email: str


@dataclass(frozen=True, slots=True)
class PasswordReset:
    """An account got a new password by a mailed token."""

    user_id: int


@dataclass(frozen=True, slots=True)
class AccountDeactivated:
    """An administrator closed an account to its owner."""

    user_id: int


@dataclass(frozen=True, slots=True)
class AccountDeleted:
    """An account is gone with all that was its own; `admin_id` is None if the operator did it at the command line."""

    user_id: int
    username: str
    admin_id: int | None
