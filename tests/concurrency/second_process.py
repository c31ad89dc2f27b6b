"""A second server process: takes steps in several threads on the first one's database, prints how many it took."""

from __future__ import annotations

import sys

from tests.concurrency.steps import add
from tests.support import application
from tests.support.threads import concurrently

THREADS = 8


def main() -> None:
    """Say that it is ready, wait for a line, take the steps."""
    pack_id, steps = map(int, sys.argv[1:])
    app = application.application()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(str(sum(concurrently(app, THREADS, lambda _index: add(pack_id, steps)).all_succeeded())))


if __name__ == "__main__":
    main()
