"""Sends requests over connections that stay open, and keeps how long each took."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from scripts.lib.bench_server import HOST, BenchError
from trackflow.config import PORT

STATEMENTS_HEADER = "X-Statements"


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent."""

    method: str
    path: str
    body: Any = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, after how many milliseconds."""

    status: int
    content: bytes
    statements: int
    milliseconds: float

    @property
    def json(self) -> Any:
        """Return the answer, unpacked."""
        is_packed = self.content[:2] == b"\x1f\x8b"
        return json.loads(gzip.decompress(self.content) if is_packed else self.content)


class Caller:
    """One connection that speaks for one account."""

    def __init__(self, token: str | None, *, packed: bool = True) -> None:
        """Take the token, and whether answers may come compressed, as browsers ask for."""
        self._connection = http.client.HTTPConnection(HOST, PORT, timeout=60)
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip" if packed else "identity"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def send(self, request: Request) -> Reply:
        """Send the request; a connection that the server closed meanwhile is opened anew."""
        body = None if request.body is None else json.dumps(request.body)
        started = time.perf_counter()
        try:
            self._connection.request(request.method, request.path, body, self._headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            self._connection.request(request.method, request.path, body, self._headers)
            response = self._connection.getresponse()
        content = response.read()
        milliseconds = (time.perf_counter() - started) * 1000
        return Reply(response.status, content, int(response.headers.get(STATEMENTS_HEADER, 0)), milliseconds)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@dataclass(slots=True)
class Times:
    """How long the requests of one kind took, how many statements each sent at most, and how they ended."""

    milliseconds: list[float] = field(default_factory=list)
    statements: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    def add(self, reply: Reply) -> None:
        """Count a reply."""
        self.milliseconds.append(reply.milliseconds)
        self.statements = max(self.statements, reply.statements)
        self.statuses[reply.status] += 1

    def percentile(self, per_cent: float) -> float:
        """Return the time within which so many per cent of the requests were answered."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * per_cent / 100))] if ordered else 0.0


def alternate(caller: Caller, number: int, *makers: Callable[[int], Request]) -> Sequence[Times]:
    """Send so many requests of each kind in turns, so that whatever else the machine does meets all kinds alike."""
    times = [Times() for _ in makers]
    warm_up = max(5, number // 20)
    for index in range(-warm_up, number):
        for maker, kept in zip(makers, times, strict=True):
            reply = caller.send(maker(index))
            if reply.status != HTTPStatus.OK:
                message = f"{maker(index)}: {reply.status} {reply.content[:300]!r}"
                raise BenchError(message)
            if index >= 0:
                kept.add(reply)
    return times


def together(seconds: float, callers: Sequence[tuple[Caller, Callable[[int], Request]]]) -> Sequence[Times]:
    """Let all callers send at once for so many seconds; return the times of each."""
    times = [Times() for _ in callers]
    barrier = threading.Barrier(len(callers))

    def run(place: int) -> None:
        caller, maker = callers[place]
        barrier.wait()
        until, index = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            times[place].add(caller.send(maker(index)))
            index += 1

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(callers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times
