"""What the hot operations answer with, row for row: a case for each.

A case makes rows and returns the paths to call; `test_parity.py` compares every answer with the declared schema's dump
of the very rows that were selected. Each domain has a module here with its cases; it is found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.support.database import Database
from tests.support.http import Api
from tests.support.registry import key
from tests.support.world import World


@dataclass(frozen=True, slots=True)
class Stage:
    """What a case may use; the calls are made by `api`, an account that `world` does not know, with a workflow."""

    api: Api
    database: Database
    world: World


@dataclass(frozen=True, slots=True)
class Call:
    """A path to call, and as whom, if not as the stage's account."""

    path: str
    api: Api | None = None


Case = Callable[[Stage], Sequence[str | Call]]
_cases: dict[str, Case] = {}


def parity_of(operation: str) -> Callable[[Case], Case]:
    """Register the case of a hot operation, as in `@parity_of("GET /songs")`."""

    def register(case: Case) -> Case:
        name = key(operation)
        assert name not in _cases, f"{name} has two cases."
        _cases[name] = case
        return case

    return register


def cases() -> dict[str, Case]:
    """Return all cases by operation."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(_cases)
