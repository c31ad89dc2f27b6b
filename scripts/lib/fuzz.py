"""Runs all phases of schemathesis against an application with the demo community: what `scripts/fuzz` does."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

from scripts.lib.fuzzing import OFF, OFF_FOR, PHASES, Finding, Outcome, load, only, run
from scripts.lib.scratch import scratch_app, token_of

ADMIN, MEMBER = 1, 2


class Tracebacks(logging.Handler):
    """Prints each different traceback that the application logs, once."""

    def __init__(self) -> None:
        """Start with none."""
        super().__init__(logging.ERROR)
        self._seen: set[tuple[str, int | None, str]] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Print the traceback unless one from the same line was."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = (last.filename, last.lineno, type(error).__name__)
        if place not in self._seen:
            self._seen.add(place)
            print("\n" + "".join(traceback.format_exception(error, limit=-8)), flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each finding when it comes; return 1 if there were any."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("--max-examples", type=int, default=50, help="per operation and phase (%(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="repeats a run (the time)")
    parser.add_argument("--phases", nargs="+", choices=PHASES, default=PHASES, help="all by default")
    parser.add_argument("--operation", help="only those whose method and path contain this text")
    options = parser.parse_args(arguments)
    for name, reason in (*OFF.items(), *((f"{check} of {name}", why) for name, (check, why) in OFF_FOR.items())):
        print(f"off: {name}: {reason}")
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="trackflow-fuzz-") as folder:
        return _run(Path(folder), options)


def _run(folder: Path, options: argparse.Namespace) -> int:
    app = scratch_app(folder)
    logging.getLogger().handlers[:] = [Tracebacks()]
    token, admin_token = token_of(app, MEMBER), token_of(app, ADMIN)
    schema = load(
        app,
        token=token,
        admin_token=admin_token,
        max_examples=options.max_examples,
        seed=options.seed,
        phases=options.phases,
    )
    if options.operation:
        wanted: str = options.operation
        schema = only(schema, lambda label: wanted in label)
    started = time.monotonic()
    outcome = run(schema, _tell)
    counted = sum(outcome.statuses.values(), Counter[int]())
    print(f"\n\n{outcome.cases} requests in {time.monotonic() - started:.0f} s: ", end="")
    print(", ".join(f"{number} x {status}" for status, number in sorted(counted.items())))
    for label in outcome.never_succeeded:
        print(f"only refused: {label}")
    me = app.test_client().get("/auth/me", headers={"Authorization": f"Bearer {token}"})
    lost = me.status_code != HTTPStatus.OK
    if lost:
        print("The caller lost the account on the way, so the later calls proved little.")
    print(f"{len(outcome.findings)} findings")
    return 1 if outcome.findings or lost else 0


def _tell(outcome: Outcome, finding: Finding | None) -> None:
    if finding is not None:
        print(f"\n{finding}", flush=True)
    elif sys.stderr.isatty():
        print(f"\r{outcome.cases} requests, {len(outcome.findings)} findings", end="", file=sys.stderr, flush=True)
