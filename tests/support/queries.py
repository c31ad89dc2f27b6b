"""Counting statements: the number that a call sends must not grow with the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

_COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
SIZES = (1, 5, 25)


class QueryCounter:
    """What was sent to an engine; BEGIN, savepoints and PRAGMA are not counted."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.statements: list[str] = []

    def __len__(self) -> int:
        """Return the number of statements."""
        return len(self.statements)

    def __str__(self) -> str:
        """List the statements."""
        return "\n".join(f"{number:3}. {text}" for number, text in enumerate(self.statements, start=1))

    def at_most(self, number: int) -> None:
        """Check the number of statements."""
        assert len(self) <= number, f"{len(self)} statements, not {number}:\n{self}"


@contextmanager
def counted(engine: Engine) -> Iterator[QueryCounter]:
    """Count what is sent to the engine inside the block."""
    counter = QueryCounter()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip(" \n(").upper().startswith(_COUNTED):
            counter.statements.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counter
    finally:
        event.remove(engine, "before_cursor_execute", note)


def constant_cost(engine: Engine, grow: Callable[[int], object], call: Callable[[], int], *, budget: int) -> None:
    """Check that a call sends the same number of statements, at most `budget`, for 1, 5 and 25 rows.

    `grow(n)` adds rows until there are n; `call` makes the call and returns the number of rows in its answer.
    """
    costs: dict[int, QueryCounter] = {}
    for size in SIZES:
        grow(size)
        with counted(engine) as counter:
            found = call()
        assert found == size, f"The answer has {found} rows, not {size}: the test measures something else."
        costs[size] = counter
    first = costs[SIZES[0]]
    for size, counter in costs.items():
        assert len(counter) == len(first), f"{len(first)} statements for 1 row, {len(counter)} for {size}:\n{counter}"
    first.at_most(budget)
