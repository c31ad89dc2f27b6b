"""Failures of sign-in, claim, registration and reset: counted per caller, outside the request's transaction.

Only failures count, a success forgets them; `limit` counts every call, of operations that anybody may call. Counters
live in memory for one process, in Redis or Valkey when `RATELIMIT_STORAGE_URL` names one.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from trackflow.config import ThrottleSettings
from trackflow.errors import DomainError, RetryableError, Throttled
from trackflow.models import text_key

ALARM_PAUSE_SECONDS = 1.0
ALARM_WAIT_SECONDS = 5.0
_REMEMBERED_PAIRS = 10_000
_EXTENSION = "trackflow.throttle"
_log = logging.getLogger(__name__)


class Throttle:
    """The counters of one application."""

    def __init__(self, settings: ThrottleSettings, *, threads: int) -> None:
        """Open the counter store; each limit is (number, window in seconds). Take how many threads answer requests."""
        self._enabled = settings.enabled
        self._pair = RateLimitItemPerSecond(settings.per_account_and_address, settings.window)
        self._address = RateLimitItemPerSecond(settings.per_address, settings.window)
        self._alarm = RateLimitItemPerSecond(settings.alarm_per_account, settings.alarm_window)
        # Windows of fixed length: their counters vanish with them, so memory is bounded by recent failures.
        self._limiter = FixedWindowRateLimiter(storage_from_string(settings.storage_url, wrap_exceptions=True))
        self._fallback = FixedWindowRateLimiter(MemoryStorage())
        self._slow = _SlowLane(seats=max(1, threads // 8), waiting=max(1, threads // 4))
        self._known = _KnownPairs()

    @contextmanager
    def failures(self, action: str, account: str | None, address: str) -> Iterator[None]:
        """Refuse with Throttled after too many failures; count the block's failure, forget the pair's on its success.

        Without an account only the address counts, under the stricter limit. An account under attack is answered
        slowly, except from addresses where its password was known before.
        """
        if not self._enabled:
            yield
            return
        pair = (action, "pair", account or "", address)
        watched: list[tuple[RateLimitItem, tuple[str, ...]]] = [
            (self._pair, pair),
            (self._address, (action, "address", address)),
        ]
        for spent, key in watched:
            self._refuse_when_spent(spent, key)
        if account is not None:
            watched.append((self._alarm, (action, "account", account)))
            if pair not in self._known and not self._test(*watched[-1]):
                _log.warning("many failed attempts on one account: %s", action)
                self._slow.pass_through()
        try:
            yield
        except RetryableError:
            raise
        except DomainError:
            for limit, key in watched:
                self._hit(limit, key)
            raise
        self._clear(self._pair, pair)
        self._known.add(pair)

    def is_within(self, action: str, per_hour: int, address: str) -> bool:
        """Count a call from this address; say whether it is among the first so many of the hour."""
        return not self._enabled or self._hit(RateLimitItemPerHour(per_hour), (action, "calls", address))

    def limit(self, action: str, per_minute: int, address: str) -> None:
        """Count a call from this address; refuse with Throttled what goes beyond so many in a minute."""
        calls, key = RateLimitItemPerMinute(per_minute), (action, "calls", address)
        if self._enabled and not self._hit(calls, key):
            message = "Too many requests. Please wait a moment."
            raise Throttled(message, retry_after=self._seconds_until_reset(calls, key))

    def _refuse_when_spent(self, limit: RateLimitItem, key: tuple[str, ...]) -> None:
        if self._test(limit, key):
            return
        message = "Too many failed attempts. Please wait before you try again."
        raise Throttled(message, retry_after=self._seconds_until_reset(limit, key))

    def _seconds_until_reset(self, limit: RateLimitItem, key: tuple[str, ...]) -> int:
        reset_time: float = self._call("get_window_stats", limit, key).reset_time
        return max(1, math.ceil(reset_time - time.time()))

    def _test(self, limit: RateLimitItem, key: tuple[str, ...]) -> bool:
        return bool(self._call("test", limit, key))

    def _hit(self, limit: RateLimitItem, key: tuple[str, ...]) -> bool:
        return bool(self._call("hit", limit, key))

    def _clear(self, limit: RateLimitItem, key: tuple[str, ...]) -> None:
        self._call("clear", limit, key)

    def _call(self, verb: str, limit: RateLimitItem, key: tuple[str, ...]):  # type: ignore[no-untyped-def]  # noqa: ANN202
        """Ask the store; when it is down count in this process's memory, so that sign-in goes on."""
        try:
            return getattr(self._limiter, verb)(limit, *key)
        except StorageError:
            _log.warning("the counter store does not answer; counting in memory")
            return getattr(self._fallback, verb)(limit, *key)


class _SlowLane:
    """Lets few through at a time, each after a pause; a short line before it, so that attackers hold few threads."""

    def __init__(self, *, seats: int, waiting: int) -> None:
        self._seats = threading.BoundedSemaphore(seats)
        self._line = threading.BoundedSemaphore(seats + waiting)

    def pass_through(self) -> None:
        """Wait for a seat and sit out the pause; raise Throttled when the line is full or does not move."""
        message = "Please try again in a moment."
        if not self._line.acquire(blocking=False):
            raise Throttled(message, retry_after=2)
        try:
            if not self._seats.acquire(timeout=ALARM_WAIT_SECONDS):
                raise Throttled(message, retry_after=2)
            try:
                time.sleep(ALARM_PAUSE_SECONDS)
            finally:
                self._seats.release()
        finally:
            self._line.release()


class _KnownPairs:
    """Where accounts have signed in of late, in this process; the oldest are forgotten."""

    def __init__(self) -> None:
        self._pairs: OrderedDict[tuple[str, ...], None] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, pair: tuple[str, ...]) -> bool:
        return pair in self._pairs

    def add(self, pair: tuple[str, ...]) -> None:
        with self._lock:
            self._pairs[pair] = None
            self._pairs.move_to_end(pair)
            if len(self._pairs) > _REMEMBERED_PAIRS:
                self._pairs.popitem(last=False)


def install(app: Flask, settings: ThrottleSettings, *, threads: int) -> None:
    """Give the application its counters."""
    app.extensions[_EXTENSION] = Throttle(settings, threads=threads)


@contextmanager
def failures(action: str, account: str | None = None) -> Iterator[None]:
    """Count the failures of this action by the requesting address on this account, however its name is spelt."""
    throttle: Throttle = current_app.extensions[_EXTENSION]
    with throttle.failures(action, text_key(account) if account else None, client_address()):
        yield


def is_within(action: str, per_hour: int) -> bool:
    """Count a call of this action by the requesting address; say whether it is among the first so many of the hour."""
    throttle: Throttle = current_app.extensions[_EXTENSION]
    return throttle.is_within(action, per_hour, client_address())


def limit(action: str, per_minute: int) -> None:
    """Count a call of this action by the requesting address; refuse with Throttled what is too much in a minute."""
    throttle: Throttle = current_app.extensions[_EXTENSION]
    throttle.limit(action, per_minute, client_address())


def client_address() -> str:
    """Return the caller's address; of IPv6 the /64 network, which one person commands whole."""
    text = request.remote_addr or "unknown"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if address.version == 6:  # noqa: PLR2004
        return str(ipaddress.ip_network((address, 64), strict=False))
    return text
