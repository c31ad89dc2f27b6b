"""Keeps every `..._key` column in step with its source, in ORM attribute writes and in UPDATE statements.

INSERT is covered by the default of `base.key_of`. What cannot be covered is listed there; an UPDATE whose source is an
SQL expression without an explicit key is refused here.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Engine, Executable, Null, Table, Update, bindparam, event
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import ColumnProperty, InstrumentedAttribute

from trackflow.extensions import Base
from trackflow.models.base import KEY_OF, text_key

Rows = Sequence[Mapping[str, Any]]


@cache
def key_columns(table_key: str) -> dict[str, str]:
    """Return source column -> key column of one table."""
    columns = Base.metadata.tables[table_key].c
    return {column.info[KEY_OF]: column.key for column in columns if KEY_OF in column.info}


def _key(value: str | None) -> str | None:
    return None if value is None else text_key(value)


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _follow_attribute(_class: type[Any], name: str, attribute: InstrumentedAttribute[Any]) -> None:
    """Write the key together with its source when a mapped attribute is set."""
    prop = attribute.property
    if not isinstance(prop, ColumnProperty) or not isinstance(prop.columns[0].table, Table):
        return
    targets = [column.key for column in prop.columns[0].table.c if column.info.get(KEY_OF) == name]

    def follow(target: object, value: str | None, _old: object, _initiator: object) -> None:
        for key in targets:
            setattr(target, key, _key(value))

    if targets:
        event.listen(attribute, "set", follow)


def _rows_with_key(rows: Rows, source: str, key: str) -> Rows:
    """Add the key to each parameter set that gives its source."""
    return [{**row, key: _key(row[source])} if source in row else row for row in rows]


def _with_keys(statement: Update, table: Table, rows: Rows) -> tuple[Update, Rows]:
    """Return the UPDATE and its parameter sets, completed by the keys of the sources that they set."""
    # The SET list has no public accessor: the tests hold this to the installed version.
    assigned = {getattr(column, "key", column): value for column, value in (statement._values or {}).items()}  # noqa: SLF001
    for source, key in key_columns(table.key).items():
        if key in assigned or any(key in row for row in rows):
            continue
        value = assigned.get(source)
        if value is None:
            rows = _rows_with_key(rows, source, key)
        elif isinstance(value, Null):
            statement = statement.values({key: None})
        elif not isinstance(value, BindParameter):
            message = f"{table.name}.{source} is given as an expression: give {key} too."
            raise InvalidRequestError(message)
        elif value.required:
            statement = statement.values({key: bindparam(f"{value.key}__key")})
            rows = _rows_with_key(rows, value.key, f"{value.key}__key")
        else:
            statement = statement.values({key: _key(value.value)})
    return statement, rows


@event.listens_for(Engine, "before_execute", retval=True)
def _follow_update(
    _connection: Connection,
    statement: Executable,
    many: Rows,
    single: Mapping[str, Any],
    _options: Mapping[str, Any],
) -> tuple[Executable, Rows, Mapping[str, Any]]:
    """Add the key to an UPDATE that sets its source and not the key itself."""
    if not isinstance(statement, Update):
        return statement, many, single
    table = statement.table
    if not isinstance(table, Table) or table.metadata is not Base.metadata or not key_columns(table.key):
        return statement, many, single
    if many:
        return *_with_keys(statement, table, many), single
    statement, (row,) = _with_keys(statement, table, [single])
    return statement, many, row
