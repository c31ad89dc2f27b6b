"""What can go wrong in the domain, in the domain's words; `web/errors.py` turns each into an HTTP answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class DomainError(Exception):
    """A request that cannot be carried out; `detail` is one sentence for the person who asked."""

    def __init__(self, detail: str, *, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        """Keep the sentence and, where single fields are to blame, the sentences per field."""
        super().__init__(detail)
        self.detail = detail
        self.errors = errors


class NotFound(DomainError):
    """The object does not exist, or the caller may not know that it does."""


class Forbidden(DomainError):
    """The caller is known, and may not do this."""


class Conflict(DomainError):
    """The object's present state contradicts the request, where a contract names this apart."""


class InvalidState(DomainError):
    """The object is in a state that does not allow the action."""


class RuleViolation(DomainError):
    """A rule of the product forbids it: a duplicate, a value out of the allowed set."""


class InvalidShape(DomainError):
    """The request itself is malformed in a way that only the command can see."""


class WrongCredentials(DomainError):
    """The name or the password is wrong; never says which."""


class RetryableError(DomainError):
    """A refusal that passes by itself; `retry_after` is in seconds."""

    def __init__(self, detail: str, *, retry_after: int) -> None:
        """Keep the sentence and the pause that the caller should make, in seconds."""
        super().__init__(detail)
        self.retry_after = retry_after


class Throttled(RetryableError):
    """Too many failures from this caller."""


class Busy(RetryableError):
    """The database or a bounded resource is taken; nothing was changed."""


class Unavailable(DomainError):
    """An outside service that the operation needs is not configured or does not answer."""
