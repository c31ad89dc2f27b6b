"""Which test proves what of which operation.

`@covers("GET /songs")` says that the test calls the operation with success, `@budget_of("GET /songs")` that it bounds
its number of statements. `tests/contract/test_coverage_of_operations.py` reads these claims from the source, so it is
complete in every run; `conftest.py` fails a test whose claim is not true.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, Response, request, request_finished

from tests.support.queries import SIZES

TESTS = Path(__file__).resolve().parents[1]
CLAIMS = ("covers", "budget_of")
_PARAMETER = re.compile(r"<[^>]*>|\{[^}]*\}")


def covers(*operations: str) -> pytest.MarkDecorator:
    """Say that the test calls each of these operations with success."""
    return pytest.mark.covers(*operations)


def budget_of(*operations: str) -> pytest.MarkDecorator:
    """Say that the test bounds the number of statements of each of these operations, for 1, 5 and 25 rows."""
    return pytest.mark.budget_of(*operations)


def key(operation: str) -> str:
    """Return the one spelling of `GET /api/songs/{song_id}/` and `GET /songs/<int:id>`: `GET /songs/{}`."""
    method, _, path = operation.partition(" ")
    path = _PARAMETER.sub("{}", path).removeprefix("/api").rstrip("/")
    return f"{method} {path or '/'}"


def claims(name: str) -> dict[str, list[str]]:
    """Return operation -> places in the tests that make this claim about it."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(), str(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                for argument in node.args:
                    assert isinstance(argument, ast.Constant), f"{path}:{node.lineno}: name operations by constants."
                    assert isinstance(argument.value, str), f"{path}:{node.lineno}: name operations by text."
                    found.setdefault(key(argument.value), []).append(f"{path.relative_to(TESTS)}:{node.lineno}")
    return found


@contextmanager
def checked_claims(item: pytest.Item) -> Iterator[None]:
    """Fail the test if it did not do what its marks claim."""
    wanted = {name: [key(text) for mark in item.iter_markers(name) for text in mark.args] for name in CLAIMS}
    if not any(wanted.values()):
        yield
        return
    successes: list[str] = []

    def note(_app: Flask, response: Response) -> None:
        if request.url_rule is not None and response.status_code < 300:
            successes.append(key(f"{request.method} {request.url_rule.rule}"))

    with request_finished.connected_to(note):
        yield
    for name, least in (("covers", 1), ("budget_of", len(SIZES))):
        missing = [operation for operation in wanted[name] if successes.count(operation) < least]
        assert not missing, f"The test claims {name} but has fewer than {least} successful calls of {missing}."
