"""Only `unit_of_work` ends transactions, and only `clock` knows the time: proved on the syntax trees."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import Module, calls, dotted, modules

UNIT_OF_WORK = "unit_of_work.py"
CLOCK = "clock.py"
_ENDINGS = {"commit", "rollback", "begin_nested"}
_TIMES = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "datetime.datetime.now",
          "datetime.datetime.utcnow", "datetime.date.today"}  # fmt: skip

# module -> why it may ask for the wall clock besides `clock.py`
WALL_CLOCKS = {
    "web/throttle.py": "compares with the reset time of the counter store, which is in seconds since 1970",
}


def endings(tree: ast.AST) -> list[str]:
    """Return each call that ends, nests or closes a transaction: `session.close` too, but not `file.close`."""
    found = []
    for line, name in calls(tree):
        *owner, verb = name.split(".")
        closes_a_session = verb in ("close", "remove", "close_all") and bool(owner) and "session" in owner[-1].lower()
        if (verb in _ENDINGS and owner) or closes_a_session:
            found.append(f"{line} {name}")
    return found


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("db.session.commit()", True),
        ("session.rollback()", True),
        ("db.session().close()", True),
        ("with db.session.begin_nested(): pass", True),
        ("db.session.remove()", True),
        ("connection.commit()", True),
        ("file.close()", False),
        ("items.remove(1)", False),
    ],
)
def test_the_guard_finds_what_it_should(line: str, is_found: bool) -> None:  # noqa: FBT001
    assert bool(endings(ast.parse(line))) is is_found


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_only_the_unit_of_work_ends_transactions(module: Module) -> None:
    if module.name != UNIT_OF_WORK:
        assert endings(module.tree) == []


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_only_the_clock_knows_the_time(module: Module) -> None:
    if module.name != CLOCK and module.name not in WALL_CLOCKS:
        assert [f"{line} {name}" for line, name in calls(module.tree) if name in _TIMES] == []


def test_nobody_listens_to_the_commits_of_sqlalchemy() -> None:
    """`after_commit` also fires when a savepoint is released, and no statement may be sent inside of it."""
    names = {"after_commit", "after_transaction_end", "before_commit", "after_flush"}
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in ("listen", "listens_for"):
                texts = {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
                assert not texts & names, f"{module.name}:{node.lineno}"
