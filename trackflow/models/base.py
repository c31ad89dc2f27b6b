"""Column types, column shorthands and the id mixin that every table shares, and the rule that ignores case and blanks.

Owns how a value is stored; which tables exist is said in the other modules of this package, and how the `..._key`
columns follow their source is said in `keys`.
"""

import logging
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, DateTime, Dialect, Interval, String, Text, text
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, MappedColumn, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

from trackflow.clock import now_utc

logger = logging.getLogger(__name__)

KEY_OF = "key_of"
"""The entry of `Column.info` that names the column of which a key column is the key."""


def text_key(text: str) -> str:
    """Return the form in which texts are compared when case and blanks do not count.

    NFKC, case-folded, trimmed, inner white space to one blank; applying it twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def _naive_utc(value: datetime) -> datetime:
    return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)


def _read_datetime(value: object) -> datetime | None:
    """Return the stored value as naive UTC; what is no date is reported and read as absent."""
    if isinstance(value, datetime):
        return _naive_utc(value)
    try:
        return _naive_utc(datetime.fromisoformat(str(value).strip()))
    except (ValueError, OverflowError):
        logger.warning("Unreadable date %.40r in the database is read as NULL", value)
        return None


class SafeDateTime(TypeDecorator[datetime]):
    """A date and time in naive UTC; empty and unparsable stored text reads as NULL."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store an aware time as naive UTC."""
        return None if value is None else _naive_utc(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Read the driver's value directly: the parser of SQLAlchemy's SQLite type raises on text that is no date."""
        parse = datetime.fromisoformat

        def process(value: Any) -> datetime | None:
            if value is None:
                return None
            if isinstance(value, datetime):
                return _naive_utc(value)
            try:
                moment = parse(value)
            except (TypeError, ValueError):
                return _read_datetime(value)
            return moment if moment.tzinfo is None else _naive_utc(moment)

        return process

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Let `column - timedelta(...)` send an interval and everything else a date."""
        return Interval() if isinstance(value, timedelta) else self


class Email(TypeDecorator[str]):
    """An e-mail address: trimmed and in lower case, whichever way it is written or compared."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Store and compare the address in lower case."""
        return None if value is None else value.strip().lower()


Name = Annotated[str, mapped_column(String(255))]
Code = Annotated[str, mapped_column(String(100))]
LongText = Annotated[str, mapped_column(Text)]
Link = Annotated[str, mapped_column(String(2048))]
ShortLink = Annotated[str, mapped_column(String(500))]
Word = Annotated[str, mapped_column(String(30))]
Address = Annotated[str, mapped_column(Email(320))]
Moment = Annotated[datetime, mapped_column(SafeDateTime)]
Now = Annotated[datetime, mapped_column(SafeDateTime, default=now_utc)]
# As text the two words are rendered alike for both databases; `true()` becomes a 1 in a migration written on SQLite.
On = Annotated[bool, mapped_column(default=True, server_default=text("true"))]
Off = Annotated[bool, mapped_column(default=False, server_default=text("false"))]
Count = Annotated[int, mapped_column(default=0, server_default=text("0"))]
JsonObject = Annotated[dict[str, Any], mapped_column(JSON(none_as_null=True))]
StringList = Annotated[list[str], mapped_column(JSON(none_as_null=True))]
IdList = Annotated[list[int], mapped_column(JSON(none_as_null=True))]


class Identified:
    """A table with an integer id that is never given twice; its constraints and indexes go into `__rules__`."""

    __rules__: ClassVar[tuple[SchemaItem, ...]] = ()

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        """Return the table's rules, and AUTOINCREMENT for SQLite, which otherwise reuses the highest id."""
        return (*cls.__rules__, {"sqlite_autoincrement": True})


def key_of(source: str, *, unique: bool | None = None, index: bool | None = None) -> MappedColumn[Any]:
    """Make the column that holds `text_key` of the column `source` of the same table.

    The value follows its source in every ORM write, Core INSERT ... VALUES and UPDATE (`keys`). Only INSERT ... SELECT,
    ON CONFLICT DO UPDATE and a source given as an SQL expression have to set it themselves.
    """

    def compute(context: DefaultExecutionContext) -> str | None:
        value: str | None = context.get_current_parameters().get(source)  # type: ignore[no-untyped-call]
        return None if value is None else text_key(value)

    return mapped_column(Text, default=compute, info={KEY_OF: source}, unique=unique, index=index)


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Make the check that `column` holds one of the enum's values (or NULL, where the column allows it)."""
    listed = ", ".join(f"'{member.value}'" for member in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
