"""Long lists of ids in one bound value: as `IN (?, ?, ...)` two thousand of them exceed what SQLite takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import BindParameter, Boolean, ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement



class among(FunctionElement[bool]):  # noqa: N801  (reads like SQLAlchemy's own `and_`, `func.count`)
    """The condition that a column is one of the ids in a bound JSON array, see `array_of`."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: ColumnElement[int], ids: BindParameter[str]) -> None:
        """Take the column and the bound array."""
        super().__init__(column, ids)


def id_array(name: str) -> BindParameter[str]:
    """Return a placeholder for an array of ids; its value comes from `array_of`."""
    return bindparam(name, type_=Text)


def array_of(ids: Iterable[int]) -> str:
    """Return ids in the form that `among` takes."""
    return orjson.dumps(list(ids)).decode()


def _parts(element: among, compiler: SQLCompiler, options: dict[str, Any]) -> tuple[str, str]:
    column, ids = (compiler.process(clause, **options) for clause in element.clauses)
    return column, ids


@compiles(among, "sqlite")
def _sqlite(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = _parts(element, compiler, options)
    return f"{column} IN (SELECT value FROM json_each({ids}))"


@compiles(among, "postgresql")
def _postgresql(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = _parts(element, compiler, options)
    return f"{column} = ANY (ARRAY(SELECT CAST(json_array_elements_text(CAST({ids} AS json)) AS INTEGER)))"
