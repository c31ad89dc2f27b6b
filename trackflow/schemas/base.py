"""The base schema and the strict fields that every domain's schemas are made of.

Bodies take JSON's own types only: `"12"` is no integer, `"yes"` no boolean. Query strings are text by nature, so their
fields (`QueryInteger`) read digits. Unknown keys are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
from marshmallow import validate

from trackflow.links import MAX_LENGTH as LINK_LENGTH
from trackflow.links import is_link

MAX_INTEGER = 2**31 - 1
NAME_LENGTH = 200
MESSAGE_LENGTH = 2_000
LONG_TEXT_LENGTH = 10_000
EMAIL = re.compile(r"[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}")
EMAIL_LENGTH = 254


class Schema(ma.Schema):
    """Ignores unknown keys and refuses anything that is not an object."""

    class Meta:
        """Unknown keys are dropped."""

        unknown = ma.EXCLUDE

    error_messages = {"type": "Expected a JSON object.", "unknown": "Unknown field."}  # noqa: RUF012


class Text(ma.fields.String):
    """Text that a column can hold: no NUL, no lone surrogates, at most `max_length` characters.

    `trim` cuts surrounding blanks first; `blank=False` refuses what is then empty.
    """

    def __init__(
        self, *, max_length: int | None = LONG_TEXT_LENGTH, trim: bool = False, blank: bool = True, **kwargs: Any
    ) -> None:
        """Take the limits and the base field's options."""
        bounds: dict[str, Any] = {} if max_length is None else {"maxLength": max_length}
        if not blank:
            bounds["minLength"] = 1
        super().__init__(metadata=bounds | kwargs.pop("metadata", {}), **kwargs)
        self.max_length = max_length
        self.trim = trim
        self.blank = blank

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            message = "Must be text."
            raise ma.ValidationError(message)
        text = value.strip() if self.trim else value
        if "\x00" in text:
            message = "Must not contain the character NUL."
            raise ma.ValidationError(message)
        if any("\ud800" <= character <= "\udfff" for character in text):
            message = "Must be valid Unicode text."
            raise ma.ValidationError(message)
        if not self.blank and not text.strip():
            message = "Must not be blank."
            raise ma.ValidationError(message)
        if self.max_length is not None and len(text) > self.max_length:
            message = f"Must be at most {self.max_length} characters long."
            raise ma.ValidationError(message)
        return text


class Integer(ma.fields.Integer):
    """A JSON integer within the column's range; no boolean, no text, no fraction."""

    def __init__(self, *, low: int = -MAX_INTEGER - 1, high: int = MAX_INTEGER, **kwargs: Any) -> None:
        """Bound the number, both ends included."""
        message = f"Must be a whole number from {low} to {high}."
        super().__init__(validate=validate.Range(low, high, error=message), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            message = "Must be a whole number."
            raise ma.ValidationError(message)
        return value


class Id(Integer):
    """The id of a row."""

    def __init__(self, **kwargs: Any) -> None:
        """Bound the number by the column's range."""
        super().__init__(low=1, **kwargs)


class QueryInteger(Integer):
    """An integer in a query string, as ASCII digits with an optional sign."""

    _digits = re.compile(r"-?[0-9]{1,12}")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if not (isinstance(value, str) and self._digits.fullmatch(value)):
            message = "Must be a whole number."
            raise ma.ValidationError(message)
        return int(value)


_BOOLEAN_OR_NUMBER: dict[str, Any] = {"type": ["boolean", "integer"], "enum": [True, False, 0, 1]}


class Boolean(ma.fields.Boolean):
    """A JSON boolean; with `numbers` also 0 and 1, which one older form of the client sends."""

    def __init__(self, *, numbers: bool = False, **kwargs: Any) -> None:
        """Say whether 0 and 1 count."""
        if numbers:
            kwargs["metadata"] = _BOOLEAN_OR_NUMBER | dict(kwargs.get("metadata", {}))
        super().__init__(**kwargs)
        self.numbers = numbers

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if self.numbers and isinstance(value, int) and value in (0, 1):
            return bool(value)
        message = "Must be true or false."
        raise ma.ValidationError(message)


class Email(Text):
    """An e-mail address: trimmed, in lower case, of the form that the client checks."""

    def __init__(self, **kwargs: Any) -> None:
        """Bound the length as mail servers do."""
        super().__init__(max_length=EMAIL_LENGTH, trim=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not EMAIL.fullmatch(text):
            message = "Must be an e-mail address."
            raise ma.ValidationError(message)
        return text.lower()


class Link(Text):
    """A link to a page elsewhere: absolute http or https, with a host, without user name or password.

    An empty text loads as None, with which the client clears a stored link.
    """

    def __init__(self, *, max_length: int = LINK_LENGTH, **kwargs: Any) -> None:
        """Bound the length."""
        super().__init__(max_length=max_length, trim=True, allow_none=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str | None:  # type: ignore[override]
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text:
            return None
        if not is_link(text):
            message = "Must be a link that starts with http:// or https://."
            raise ma.ValidationError(message)
        return text


class List(ma.fields.List[Any]):
    """A list with a bound that is checked first: a long list of nonsense costs nothing and gets one sentence."""

    def __init__(
        self, inner: ma.fields.Field[Any] | type[ma.fields.Field[Any]], *, max_items: int, **kwargs: Any
    ) -> None:
        """Take the field of the items and the greatest number of them."""
        super().__init__(inner, metadata={"maxItems": max_items} | kwargs.pop("metadata", {}), **kwargs)
        self.max_items = max_items

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.max_items:
            message = f"Must have at most {self.max_items} items."
            raise ma.ValidationError(message)
        return super()._deserialize(value, attr, data, **kwargs)


class Instant(ma.fields.DateTime):
    """A point in time: sent as ISO 8601 in UTC with `Z`; stored naive in UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        if value is None:
            return None
        naive = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return naive.isoformat() + "Z"


class MessageOut(Schema):
    """A sentence that the client may show."""

    message = ma.fields.String(required=True)


def choice(*values: str) -> validate.OneOf:
    """Return a validator for a closed list of texts."""
    return validate.OneOf(values, error="Must be one of: {choices}.")
