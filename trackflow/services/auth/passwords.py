"""Passwords: hashing that is slow on purpose and bounded, so that a flood of sign-ins leaves threads for the rest.

bcrypt reads 72 bytes; longer passwords are cut there, which keeps hashes of older servers valid. The policy (6 to 128
characters) belongs to the schemas. All of it happens outside any transaction.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import bcrypt

from trackflow.errors import Busy

MIN_LENGTH = 6
MAX_LENGTH = 128
_BCRYPT_BYTES = 72
_WAIT_SECONDS = 10
_FINGERPRINT_LENGTH = 16


class Hasher:
    """bcrypt with a cost, at most one run per core at a time, and a short queue before it."""

    def __init__(self, rounds: int = 12, *, threads: int = 16) -> None:
        """Take the cost and the number of server threads, of which three in four may hash or wait to hash."""
        self._rounds = rounds
        self._running = threading.BoundedSemaphore(max(1, os.cpu_count() or 1))
        self._admitted = threading.BoundedSemaphore(max(2, threads * 3 // 4))
        self._dummy = bcrypt.hashpw(b"no account has this password", bcrypt.gensalt(rounds)).decode()

    def hash(self, password: str) -> str:
        """Return the bcrypt hash of a password."""
        with self._turn():
            return bcrypt.hashpw(_cut(password), bcrypt.gensalt(self._rounds)).decode()

    def matches(self, password: str, hashed: str | None) -> bool:
        """Check a password; without a stored hash take as long and say no."""
        with self._turn():
            try:
                same = bcrypt.checkpw(_cut(password), (hashed or self._dummy).encode())
            except ValueError:  # the stored text is no bcrypt hash
                same = False
        return same and bool(hashed)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        message = "Too many people are signing in at this moment; please try again."
        if not self._admitted.acquire(blocking=False):
            raise Busy(message, retry_after=2)
        try:
            if not self._running.acquire(timeout=_WAIT_SECONDS):
                raise Busy(message, retry_after=2)
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._admitted.release()


def _cut(password: str) -> bytes:
    return password.encode()[:_BCRYPT_BYTES]


def fingerprint(hashed: str | None) -> str:
    """Return the short digest of a stored hash that a token carries, so that a new password ends old tokens."""
    return hashlib.sha256((hashed or "").encode()).hexdigest()[:_FINGERPRINT_LENGTH]


_current: list[Hasher] = []


def configure(*, rounds: int, threads: int) -> None:
    """Set the cost and the bounds; `create_app` calls this once."""
    _current[:] = [Hasher(rounds, threads=threads)]


def hasher() -> Hasher:
    """Return the configured hasher."""
    if not _current:
        _current.append(Hasher())
    return _current[0]
