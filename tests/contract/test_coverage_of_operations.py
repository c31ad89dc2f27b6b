"""No operation without tests: each has an access row, a success, and, if it answers with a list, a query budget."""

from __future__ import annotations

import pytest

from tests.access.operations import EXEMPT, OPERATIONS
from tests.support.operations import Registered, every, registered
from tests.support.registry import claims, key

COVERED = claims("covers")
BUDGETED = claims("budget_of")
TABLE = {key(name) for name in (*OPERATIONS, *EXEMPT)}


@pytest.mark.parametrize("item", every())
def test_an_operation_is_tested(item: Registered) -> None:
    assert item.key in TABLE, "add it to tests/access/operations.py"
    assert item.key in COVERED, f'no test is marked @covers("{item.key}"), see tests/support/registry.py'
    if item.operation.is_list or item.operation.hot:
        assert item.key in BUDGETED, f'no test is marked @budget_of("{item.key}"), see tests/README.md'


def test_claims_speak_of_operations_that_exist() -> None:
    known = {item.key for item in registered()}
    unknown = {name: places for found in (COVERED, BUDGETED) for name, places in found.items() if name not in known}
    assert unknown == {}
