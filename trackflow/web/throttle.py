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
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, request
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter

from trackflow.config import ThrottleSettings
from trackflow.errors import DomainError, RetryableError, Throttled

ALARM_PAUSE_SECONDS = 1.0
_ALARM_SEATS = 2
_EXTENSION = "trackflow.throttle"
_log = logging.getLogger(__name__)


class Throttle:
    """The counters of one application."""

    def __init__(self, settings: ThrottleSettings) -> None:
        """Open the counter store; each limit is (number, window in seconds)."""
        self._enabled = settings.enabled
        self._pair = RateLimitItemPerSecond(settings.per_account_and_address, settings.window)
        self._address = RateLimitItemPerSecond(settings.per_address, settings.window)
        self._alarm = RateLimitItemPerSecond(settings.alarm_per_account, settings.alarm_window)
        storage = storage_from_string(settings.storage_url, wrap_exceptions=True)
        self._limiter = MovingWindowRateLimiter(storage)
        self._fallback = MovingWindowRateLimiter(MemoryStorage())
        self._alarm_seats = threading.BoundedSemaphore(_ALARM_SEATS)

    @contextmanager
    def failures(self, action: str, account: str | None, address: str) -> Iterator[None]:
        """Refuse with Throttled after too many failures; count the block's failure, forget the pair's on its success.

        Without an account only the address counts, under the stricter limit.
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
            if not self._test(*watched[-1]):
                self._slow_down(action)
        try:
            yield
        except RetryableError:
            raise
        except DomainError:
            for limit, key in watched:
                self._hit(limit, key)
            raise
        self._clear(self._pair, pair)

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

    def _slow_down(self, action: str) -> None:
        """Answer slowly, a few at a time: an attacked account is never locked, and its attackers hold few threads."""
        _log.warning("many failed attempts on one account: %s", action)
        if not self._alarm_seats.acquire(timeout=0):
            message = "Please try again in a moment."
            raise Throttled(message, retry_after=2)
        try:
            time.sleep(ALARM_PAUSE_SECONDS)
        finally:
            self._alarm_seats.release()

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


def install(app: Flask, settings: ThrottleSettings) -> None:
    """Give the application its counters."""
    app.extensions[_EXTENSION] = Throttle(settings)


@contextmanager
def failures(action: str, account: str | None = None) -> Iterator[None]:
    """Count the failures of this action by the requesting address on this account, whose case does not count."""
    throttle: Throttle = current_app.extensions[_EXTENSION]
    with throttle.failures(action, account.casefold() if account else None, client_address()):
        yield


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
