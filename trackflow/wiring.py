"""Three tables: which blueprint answers where, who hears of which event, which job runs when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from trackflow.blueprints import auth as auth_routes
from trackflow.blueprints import system as system_routes
from trackflow.services.activity import listeners as activity
from trackflow.services.auth import events as auth
from trackflow.services.stats import listeners as stats
from trackflow.unit_of_work import Handlers
from trackflow.web.api import Blueprint

E = TypeVar("E")

BLUEPRINTS: tuple[tuple[Blueprint, str], ...] = (
    (system_routes.blp, ""),
    (auth_routes.blp, "/auth"),
)


def on(
    event: type[E],
    *,
    required: Sequence[Callable[[E], object]] = (),
    isolated: Sequence[Callable[[E], object]] = (),
    after_commit: Sequence[Callable[[E], object]] = (),
    awaits: str = "",  # noqa: ARG001  (for the reader: who will listen, and to what end)
) -> tuple[type, Handlers]:
    """Wire an event: required handlers fail the command, isolated ones cost only themselves, the last come later."""
    return event, Handlers(tuple(required), tuple(isolated), tuple(after_commit))


EVENTS: Mapping[type, Handlers] = dict(
    [
        on(
            auth.AccountRegistered,
            isolated=[activity.on_registered, stats.on_signed_in],
            awaits="achievements: welcome_aboard, login_streak",
        ),
        on(
            auth.AccountClaimed,
            isolated=[activity.on_claimed, stats.on_signed_in],
            awaits="achievements: welcome_aboard, login_streak; notifications: tell the administrators",
        ),
        on(
            auth.SignedIn,
            isolated=[activity.on_signed_in, stats.on_signed_in],
            awaits="achievements: login_streak, welcome_aboard on the first",
        ),
        on(auth.PasswordResetRequested, awaits="mail: the reset mail"),
        on(auth.PasswordReset, isolated=[activity.on_password_reset]),
        on(auth.AccountDeactivated, awaits="admin: the activity log"),
    ]
)
