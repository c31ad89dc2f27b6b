"""How a permission is defined once and used twice: as a predicate on one object and as an SQL clause on lists.

A rule is a set of rights. For one object the caller's rights on it are loaded in one statement and intersected with
the rule; for a list each right of the rule contributes its clause. Administrators have no right of their own here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import ColumnElement, or_

from trackflow.errors import Forbidden

R = TypeVar("R")
Rule = frozenset[R]


def clause_of(rule: Rule[R], clauses: Mapping[R, ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition that any right of the rule holds; rights in a fixed order, so that statements are cached."""
    return or_(*(clause for right, clause in clauses.items() if right in rule))


def require(rights: Rule[R], rule: Rule[R], refusal: str) -> None:
    """Raise Forbidden with this sentence unless one of the rights is enough."""
    if not rights & rule:
        raise Forbidden(refusal)
