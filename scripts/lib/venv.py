"""Make `.venv` hold what requirements files pin, once, also when two starts race or one was interrupted.

Needs nothing but the standard library, and is run by scripts/lib/venv.sh. A file is installed when `.venv` holds a
stamp of its present text and of the interpreter; the stamp is written last. An installation leaves a mark while it
runs: who finds one after getting the lock finds a half-installed package that pip would take for a whole one, and
builds the environment anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
UNFINISHED = VENV / ".unfinished"


def stamp_of(requirements: Path) -> Path:
    """Return the file that says what of these requirements is installed."""
    return VENV / f".{requirements.stem}.stamp"


def wanted(requirements: Path) -> str:
    """Return the stamp of these requirements for the interpreter that runs this."""
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{digest} {sys.implementation.cache_tag} {sys.version.split()[0]} {sysconfig.get_platform()}\n"


def is_installed(requirements: Path) -> bool:
    """Tell whether these requirements are installed; only the environment's own interpreter can."""
    try:
        return not UNFINISHED.exists() and stamp_of(requirements).read_text("ascii") == wanted(requirements)
    except OSError:
        return False


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other start installs; the lock ends with its process, however that ends."""
    with (PROJECT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is installing; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """Print a line for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str | Path) -> bool:
    """Run a command to its end and tell whether it succeeded."""
    return subprocess.run(command, cwd=PROJECT, check=False).returncode == 0


def is_usable() -> bool:
    """Tell whether `.venv` is whole: no installation broke off in it, its interpreter runs, is new enough, has pip."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        if UNFINISHED.exists():
            return False
        return subprocess.run([PYTHON, "-I", "-c", probe], stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def create() -> bool:
    """Make an empty `.venv`, in place of one that is there."""
    say("Creating .venv ...")
    VENV.mkdir(exist_ok=True)
    UNFINISHED.touch()
    # `--clear` would remove the mark first, and an interruption after that would go unnoticed.
    for entry in VENV.iterdir():
        if entry != UNFINISHED:
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    return run(sys.executable, "-I", "-m", "venv", VENV)


def pip_install(requirements: Path) -> bool:
    """Install what the file pins, each package checked against its hashes."""
    say(f"Installing {requirements.name} into .venv ...")
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes"]
    # Without a home folder of one's own pip would put its cache into `/` or into a folder called `~`.
    home = os.environ.get("HOME")
    if "PIP_CACHE_DIR" not in os.environ and not (home and os.access(home, os.W_OK)):
        options.append("--no-cache-dir")
    return run(PYTHON, "-I", "-m", "pip", "install", *options, "-r", requirements)


def install(files: list[Path]) -> bool:
    """Bring `.venv` to what the files pin, unless it is there already."""
    with alone():
        if not is_usable() and not create():
            return False
        for requirements in files:
            if run(PYTHON, "-I", __file__, "check", requirements.name):
                continue
            UNFINISHED.touch()
            if not pip_install(requirements):
                return False
            run(PYTHON, "-I", __file__, "stamp", requirements.name)
            UNFINISHED.unlink()
        return True


def write_stamps(files: list[Path]) -> None:
    """Note that the files are installed; a reader sees the whole note or none."""
    for requirements in files:
        new = VENV / ".new-stamp"
        new.write_text(wanted(requirements), "ascii")
        new.replace(stamp_of(requirements))


def main(action: str, *names: str) -> bool:
    """Carry out `check`, `install` or `stamp` for the requirements files of these names."""
    files = [PROJECT / name for name in names]
    if action == "check":
        return all(is_installed(requirements) for requirements in files)
    if action == "install":
        return install(files)
    write_stamps(files)
    return True


if __name__ == "__main__":
    sys.exit(not main(*sys.argv[1:]))
