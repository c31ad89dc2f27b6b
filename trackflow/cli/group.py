"""Command groups that speak plainly: a refusal is one sentence and exit code 1, not a traceback."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from trackflow.errors import DomainError
from trackflow.services.system import readiness
from trackflow.unit_of_work import release

P = ParamSpec("P")
T = TypeVar("T")


def plainly(function: Callable[P, T]) -> Callable[P, T]:
    """Turn a refusal of the domain into an error message."""

    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except DomainError as error:
            raise click.ClickException(error.detail) from error

    return called


class Commands(AppGroup):
    """A group whose commands run on an application with an up-to-date database."""

    def command(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Any]], click.Command]:  # type: ignore[override]
        """Register a command."""
        register = super().command(*args, with_appcontext=False, **kwargs)
        return lambda function: register(with_appcontext(plainly(_when_ready(function))))


class LazyGroup(click.Group):
    """A group that lives in another module as its `group`, which is imported when it is used."""

    def __init__(self, name: str, *, module: str, **kwargs: Any) -> None:
        """Name the module."""
        super().__init__(name, **kwargs)
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the module's commands."""
        return self._group().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command of the module."""
        return self._group().get_command(ctx, cmd_name)

    def _group(self) -> click.Group:
        group: click.Group = import_module(self._module).group
        return group


def _when_ready(function: Callable[P, T]) -> Callable[P, T]:
    @wraps(function)
    def called(*args: P.args, **kwargs: P.kwargs) -> T:
        readiness.require_ready(current_app.extensions["trackflow.head"])
        release()
        return function(*args, **kwargs)

    return called
