"""Lets a script run in the project's virtual environment, whichever Python it was called with."""

from __future__ import annotations

import os
import sys

from scripts.lib import venv


def in_venv(*requirements: str) -> None:
    """Go on in `.venv`, which gets these requirements first if it lacks them; returns only there."""
    if not all(_is_installed(name) for name in requirements) and not venv.install(
        [venv.PROJECT / name for name in requirements]
    ):
        sys.exit(1)
    if sys.prefix != str(venv.VENV):
        os.execv(venv.PYTHON, [str(venv.PYTHON), *sys.argv])  # noqa: S606  (this program, by another interpreter)


def _is_installed(name: str) -> bool:
    return venv.PYTHON.exists() and venv.run(venv.PYTHON, "-I", venv.__file__, "check", name)
