"""What holds for every file of the project: size, and what may not be in it."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import Module, modules
from tests.support.run import PROJECT

LIMIT = 400
_LEFT_OUT = {".git", ".venv", "instance", "__pycache__", "node_modules"}
_THIS = Path(__file__).resolve()
_BINARY = {".png", ".ico", ".db", ".gz", ".pyc"}

# pattern -> why
FORBIDDEN = {
    # The port is 8001. In other senses the number is harmless.
    r"(?i)(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|\bhost|example\.\w+):8000\b": "an address with a foreign port",
    r"(?i)\b(port|bind|listen|expose)\w*[\"']?\s*[:=,]?\s*[\"']?(\S*:)?8000\b": "a foreign port",
    r"(?<![\w.$}~-])/(?:work|home|root|Users)/[\w.]": "a path of somebody's machine",
    r"(?<![\w-])shared/(?:\w|$)": "a path that is not in this project",
    r"(?i)BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY": "a private key",
    r"://[^/\s:@\"'{}<$]+:[^/\s@\"'{}<$]+@(?!/)": "an address with a password",
}


@cache
def files() -> tuple[Path, ...]:
    """Return the files that are or will be in the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0 and listed.stdout:
        found = [PROJECT / name for name in listed.stdout.split("\0") if name]
    else:  # an export without its history
        found = list(PROJECT.rglob("*"))
    return tuple(
        path
        for path in found
        if path.is_file() and not _LEFT_OUT & set(path.relative_to(PROJECT).parts) and path.suffix not in _BINARY
    )


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_is_short_and_says_what_it_owns(module: Module) -> None:
    assert len(module.text.splitlines()) < LIMIT
    body = module.tree.body
    if body:
        first = body[0]
        assert getattr(getattr(first, "value", None), "value", None), "no docstring"


def test_no_room_for_everything() -> None:
    for module in modules():
        assert not set(Path(module.name).with_suffix("").parts) & {"utils", "helpers", "common", "manager", "misc"}


def hits(text: str, pattern: str) -> list[str]:
    return [text[max(0, found.start() - 20) : found.end() + 20] for found in re.finditer(pattern, text, re.MULTILINE)]


# Passwords of nobody: examples, and what tests make up.
_HARMLESS = {"an address with a password": ("tests/", "docs/", ".env.example", "CONTRIBUTING.md", "README.md")}


@pytest.mark.parametrize(("pattern", "why"), FORBIDDEN.items(), ids=FORBIDDEN.values())
def test_no_file_holds_what_does_not_belong_there(pattern: str, why: str) -> None:
    found = {}
    for path in files():
        is_harmless = path.relative_to(PROJECT).as_posix().startswith(_HARMLESS.get(why, ()))
        if path != _THIS and not is_harmless:
            text = path.read_text(errors="replace")
            if some := hits(text, pattern):
                found[str(path.relative_to(PROJECT))] = some[:3]
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "http://localhost:" + "8000/songs",
        "PORT=" + "8000",
        'bind = "0.0.0.0:' + '8000"',
        "EXPOSE " + "8000",
        'port: "' + '8000"',
        "open('/ho" + "me/me/file')",
        "see sha" + "red/design",
        "postgresql://me:secret@host/db",
    ],
)
def test_the_patterns_find_what_they_should(line: str) -> None:
    assert any(hits(line, pattern) for pattern in FORBIDDEN)


@pytest.mark.parametrize("line", ["limit = 8000", "max_length=8000", "port 8001", "a/home/page", "/root", "not shared"])
def test_the_patterns_leave_the_rest_alone(line: str) -> None:
    assert not any(hits(line, pattern) for pattern in FORBIDDEN)
