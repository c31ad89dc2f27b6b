"""Rules that every table and relationship keeps."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.orm import RelationshipProperty, configure_mappers

from tests.architecture.source import modules
from trackflow import models
from trackflow.extensions import Base

configure_mappers()
TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
RELATIONSHIPS = [relationship for mapper in Base.registry.mappers for relationship in mapper.relationships]


@pytest.mark.parametrize("relationship", RELATIONSHIPS, ids=str)
def test_a_relationship_is_never_loaded_by_accident(relationship: RelationshipProperty[object]) -> None:
    assert relationship.lazy == "raise_on_sql"
    assert relationship.backref is None


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_foreign_key_says_what_a_deletion_does_and_has_an_index(table: Table) -> None:
    for key in table.foreign_keys:
        column = key.parent
        assert key.ondelete in ("CASCADE", "SET NULL", "RESTRICT"), f"{column}: no ondelete"
        if key.ondelete == "SET NULL":
            assert column.nullable, f"{column}: SET NULL on a column that takes none"
        assert _has_index(table, column), f"{column}: no index begins with it"


def _has_index(table: Table, column: Column[object]) -> bool:
    """Say whether an index begins with the column, without a condition that would keep a cascade from using it."""
    lists = [list(index.columns) for index in table.indexes if not _is_partial(index.dialect_options)]
    lists += [
        list(constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint)
    ]
    return any(columns and columns[0] is column for columns in lists)


def _is_partial(options: object) -> bool:
    return any(options[name].get("where") is not None for name in ("sqlite", "postgresql"))  # type: ignore[index]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_constraint_has_a_name_that_both_databases_take(table: Table) -> None:
    names = [str(item.name or "") for item in table.constraints] + [str(item.name or "") for item in table.indexes]
    assert all(names), f"{table.name}: a constraint or an index without a name"
    assert max(map(len, names)) <= 63, f"{table.name}: a name is longer than PostgreSQL's"


def test_every_model_is_exported() -> None:
    mapped = {mapper.class_.__name__ for mapper in Base.registry.mappers}
    assert mapped <= set(models.__all__)


def test_no_backref_and_no_other_way_of_loading() -> None:
    for module in modules():
        for word in ("backref=", 'lazy="select"', 'lazy="joined"', 'lazy="dynamic"', 'lazy="selectin"'):
            assert word not in module.text, f"{module.name}: {word}"
