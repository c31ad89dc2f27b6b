"""Who may import whom, as setup.cfg says."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.source import modules
from tests.support.run import PROJECT

# module -> why it imports inside of a function
LATE_IMPORTS: dict[str, str] = {}


def test_the_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(  # noqa: S603  (this project's own interpreter)
        [program, "--no-cache", "--no-logo"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_import_hides_in_a_function() -> None:
    """An import inside of a function dodges a circle that should not be there."""
    found = set()
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inner = [child for child in ast.walk(node) if isinstance(child, ast.Import | ast.ImportFrom)]
                found |= {f"{module.name}:{child.lineno}" for child in inner if module.name not in LATE_IMPORTS}
    assert sorted(found) == []


def test_the_exceptions_are_still_needed() -> None:
    assert set(LATE_IMPORTS) <= {module.name for module in modules()}
