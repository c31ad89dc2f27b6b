"""Prints what was measured, and compares the product with its floor."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from scripts.lib.bench_client import Caller, Request, Times
from scripts.lib.bench_server import BenchError


class Report:
    """Prints the figures and remembers whether a target was missed."""

    def __init__(self) -> None:
        """Start without a miss."""
        self.missed = 0

    def times(self, label: str, times: Times, note: str = "") -> None:
        """Print a line of figures."""
        sent = f"{times.statements} statements" if times.statements else ""
        print(
            f"{label:<34} p50 {times.percentile(50):8.2f} ms   p99 {times.percentile(99):8.2f} ms   "
            f"{len(times.milliseconds):>6} requests   {sent:<14} {note}".rstrip(),
            flush=True,
        )

    def target(self, text: str, *, is_met: bool) -> None:
        """Print whether a target was met."""
        self.missed += not is_met
        print(f"  {'pass' if is_met else 'FAIL'}  {text}", flush=True)

    def pair(self, label: str, product: Times, floor: Times, floor_label: str = "its floor") -> float:
        """Print both and return how many times the floor's median the product took."""
        ratio = product.percentile(50) / floor.percentile(50)
        self.times(label, product, f"{ratio:.2f} x the floor")
        self.times(f"  {floor_label}", floor)
        return ratio

    def ratio(self, what: str, ratio: float, most: float) -> None:
        """Print whether the product is near enough to its floor."""
        self.target(f"{what} at most {most} x the floor: {ratio:.2f}", is_met=ratio <= most)

    def statements(self, what: str, times: Times, most: int) -> None:
        """Print whether the product sent few enough statements."""
        text = f"{what} at most {most} statements: {times.statements}"
        self.target(text, is_met=0 < times.statements <= most)


def constant(request: Request) -> Callable[[int], Request]:
    """Return what makes the same request each time."""
    return lambda _index: request


def answer(caller: Caller, request: Request) -> Any:
    """Send a request and return its JSON; raise BenchError unless it is 200."""
    reply = caller.send(request)
    if reply.status != HTTPStatus.OK:
        message = f"{request.method} {request.path}: {reply.status} {reply.content[:300]!r}"
        raise BenchError(message)
    return reply.json


def same_answer(caller: Caller, product: Request, floor: Request) -> Any:
    """Return what both answer; raise BenchError where they differ."""
    found, wanted = (answer(caller, request) for request in (product, floor))
    if found != wanted:
        message = f"{product.path}: the floor's answer differs from the product's, so the two cannot be compared."
        raise BenchError(message)
    return found
