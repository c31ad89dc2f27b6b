"""The operations that the application has registered, and an address at which each can be called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet

from tests.support import application
from tests.support.registry import key
from trackflow.web.api import Operation

NOBODY = 2_000_000_000
_PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Registered:
    """An operation with its full rule."""

    rule: str
    operation: Operation

    @property
    def method(self) -> str:
        """Return the HTTP method."""
        return self.operation.method

    @property
    def key(self) -> str:
        """Return the name under which tests speak of it, as in `GET /songs/{}`."""
        return key(f"{self.method} {self.rule}")

    @property
    def path(self) -> str:
        """Return a path that leads to the operation and names nothing that exists."""
        return _PARAMETER.sub(lambda found: str(NOBODY) if found[1] == "int" else "nobody", self.rule)

    @property
    def document(self) -> dict[str, Any]:
        """Return what the OpenAPI document says of it."""
        path = "/api" + _PARAMETER.sub(r"{\2}", self.rule)
        found: dict[str, Any] = openapi()["paths"][path][self.method.lower()]
        return found

    @property
    def takes_a_body(self) -> bool:
        """Say whether it declares a request body."""
        return "requestBody" in self.document


@cache
def openapi() -> dict[str, Any]:
    """Return the OpenAPI document."""
    document: dict[str, Any] = application.application().extensions["trackflow.api"].spec.to_dict()
    return document


@cache
def registered() -> tuple[Registered, ...]:
    """Return every registered operation."""
    return tuple(Registered(rule, operation) for rule, operation in application.operations())


def every(*, with_body: bool = False) -> list[ParameterSet]:
    """Return a parameter for each registered operation, named after it."""
    found = [item for item in registered() if item.takes_a_body or not with_body]
    return [pytest.param(item, id=item.key) for item in found]
