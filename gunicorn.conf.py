"""The server. One process that answers with threads; every setting that differs from gunicorn's default has its reason.

Environment, or `.env`: `HOST`, the address to listen on, and `WEB_THREADS`, how many requests are answered at once.
The port is 8001, always.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import load_dotenv
from gunicorn.http import message
from gunicorn.workers.gthread import TConn, ThreadWorker

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

load_dotenv(Path(__file__).with_name(".env"))

wsgi_app = "wsgi:app"

_PATIENCE_SECONDS = 20

_host = os.environ.get("HOST") or "127.0.0.1"
bind = f"[{_host}]:8001" if ":" in _host else f"{_host}:8001"

# One process: the scheduler, rate limits in memory and the queue of SQLite's writers live in it. Waiting for the
# database or for another service leaves the other threads running. More processes need PostgreSQL and Redis.
# Said here, or `WEB_CONCURRENCY` of the environment would count.
workers = 1


class PatientWorker(ThreadWorker):
    """Threads whose patience with a sender ends: a request that has not arrived in time is cut off.

    gunicorn bounds how long it waits for a request to begin, not for the rest of it; as many senders as there are
    threads could otherwise stop the server. Cutting off the reading leaves a request that is being answered alone.
    """

    def init_process(self) -> None:
        """Start watching, in the process that answers."""
        self._arriving: dict[TConn, float] = {}
        threading.Thread(target=self._watch, name="patience", daemon=True).start()
        super().init_process()

    def handle(self, conn: TConn) -> object:
        """Read and answer a request, watched."""
        self._arriving[conn] = time.monotonic() + _PATIENCE_SECONDS
        try:
            return super().handle(conn)
        finally:
            self._arriving.pop(conn, None)

    def _watch(self) -> None:
        while True:
            time.sleep(1)
            now = time.monotonic()
            for conn, deadline in list(self._arriving.items()):
                if deadline < now and self._arriving.pop(conn, None):
                    with contextlib.suppress(OSError):
                        conn.sock.shutdown(socket.SHUT_RD)


worker_class = PatientWorker
threads = int(os.environ.get("WEB_THREADS") or 16)

# Not before the fork: connections and threads do not survive it.
preload_app = False

# Two thousand ids in a query are a request line of 18 KB. gunicorn takes 8190 bytes at most, or, with 0, a line
# without end, which it copies with every block that arrives: one client could fill memory and a processor without
# having signed in. So its upper bound is raised instead.
limit_request_line = message.MAX_REQUEST_LINE = 64 * 1024

# SIGTERM: no new connections, 30 s for the requests that are being answered.
graceful_timeout = 30

# Seconds without a sign of life after which the process is replaced. Threads do not count: a request may take longer.
timeout = 60

# Seconds an idle connection stays open for the client's next request.
keepalive = 5

# Signs of life are file times; in memory they cannot wait for a slow disk.
_memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes a file there that has no name
worker_tmp_dir = str(_memory) if os.access(_memory, os.W_OK | os.X_OK) else None

# The application logs requests itself, with account and request id.
accesslog = None

# The socket of `gunicornc` would lie in the home folder: it may be missing or read-only, and all servers share it.
control_socket_disable = True

# Which proxies are trusted is a setting of the application. Without this a client of a proxy on this machine could
# send headers of these names and so choose the path that the application sees.
forwarder_headers = ""


def post_worker_init(worker: Worker) -> None:
    """Start the scheduler in the process that answers; `create_app` also runs for commands and tests."""
    from trackflow.jobs import scheduler  # noqa: PLC0415 - the parent process never loads the application

    scheduler.start(worker.wsgi)


def worker_exit(_server: Arbiter, _worker: Worker) -> None:
    """Stop the scheduler, if this process came as far as starting it."""
    scheduler = sys.modules.get("trackflow.jobs.scheduler")
    if scheduler is not None:
        scheduler.stop()
