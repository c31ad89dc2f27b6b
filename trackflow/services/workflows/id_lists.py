"""Long lists of ids in one bound value: as `IN (?, ?, ...)` two thousand of them exceed what SQLite takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import BindParameter, ColumnElement, Integer, SQLColumnExpression, Text, bindparam, cast, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Elements(FunctionElement[str]):
    """The elements of a bound JSON array as rows with the column `value`."""

    name = "elements"
    inherit_cache = True


@compiles(_Elements, "sqlite")
def _sqlite(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Elements, "postgresql")
def _postgresql(element: _Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"


def id_array(name: str) -> BindParameter[str]:
    """Return a placeholder for an array of ids; its value comes from `array_of`."""
    return bindparam(name, type_=Text)


def array_of(ids: Iterable[int]) -> str:
    """Return ids in the form that `among` takes."""
    return orjson.dumps(list(ids)).decode()


def among(column: SQLColumnExpression[int], ids: BindParameter[str]) -> ColumnElement[bool]:
    """Return the condition that the column is one of the ids in the array."""
    rows = _Elements(ids).table_valued("value")
    return column.in_(select(cast(rows.c.value, Integer)))
