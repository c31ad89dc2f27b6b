"""Several threads at once, released together, each with an application context of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import Flask

T = TypeVar("T")
_LIMIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Outcomes(Generic[T]):
    """What the threads returned and what they raised, each in the order of the threads."""

    results: list[T]
    errors: list[BaseException]

    def all_succeeded(self) -> list[T]:
        """Return the results; raise the first error."""
        if self.errors:
            raise self.errors[0]
        return self.results


def concurrently(app: Flask, number: int, function: Callable[[int], T]) -> Outcomes[T]:
    """Call the function in so many threads at once, each with its number from 0, and wait for all."""
    barrier = threading.Barrier(number)
    results: dict[int, T] = {}
    errors: dict[int, BaseException] = {}

    def run(index: int) -> None:
        try:
            barrier.wait(_LIMIT_SECONDS)
            with app.app_context():
                results[index] = function(index)
        except BaseException as error:  # noqa: BLE001  (reported to the test)
            errors[index] = error

    threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_LIMIT_SECONDS)
        assert not thread.is_alive(), "A thread did not end in time: a deadlock?"
    return Outcomes([results[key] for key in sorted(results)], [errors[key] for key in sorted(errors)])
