"""The migrations lead from an empty database to the tables of the models, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import CheckConstraint, Inspector, Table, UniqueConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from tests.conftest import Person
from tests.support import application, people, rows, run
from tests.support.database import Database
from trackflow import MIGRATIONS
from trackflow.cli.catalogue import load_reference_data
from trackflow.extensions import Base, db

TABLES = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
SCRIPTS = ScriptDirectory(str(MIGRATIONS))


@pytest.fixture
def empty(worker_database: Database) -> Iterator[Flask]:  # noqa: ARG001  (its server is running)
    """Return an application on an empty database of its own, inside of its context."""
    with (
        application.worker_backend().empty() as url,
        application.other_application(database_url=url) as app,
        app.app_context(),
    ):
        yield app


@pytest.fixture
def inspector(database: Database) -> Inspector:
    """Return what the worker's migrated database says of itself."""
    return inspect(database.engine)


def names() -> set[str]:
    found = set(inspect(db.engine).get_table_names())
    db.session.close()
    return found


def test_there_is_exactly_one_head() -> None:
    assert len(SCRIPTS.get_heads()) == 1


def test_each_migration_says_what_it_does_and_can_be_undone() -> None:
    for script in SCRIPTS.walk_revisions():
        assert script.doc.strip(), script.revision
        assert "def downgrade" in Path(script.path).read_text(), script.revision


@pytest.mark.usefixtures("empty")
def test_from_empty_the_migrations_make_what_the_models_say() -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def _checks(table: Table) -> set[str]:
    return {str(found.name) for found in table.constraints if isinstance(found, CheckConstraint)}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_the_comparison_does_not_see_is_right_too(table: Table, inspector: Inspector, database: Database) -> None:
    """Alembic compares neither checks nor, on SQLite, AUTOINCREMENT and what a deletion does."""
    found: list[Any] = inspector.get_check_constraints(table.name)
    assert {check["name"] for check in found} == _checks(table)

    keys = {
        tuple(key["constrained_columns"]): key["options"].get("ondelete")
        for key in inspector.get_foreign_keys(table.name)
    }
    assert keys == {tuple(key.column_keys): key.ondelete for key in table.foreign_key_constraints}

    unique = {tuple(index["column_names"]) for index in inspector.get_indexes(table.name) if index["unique"]}
    unique |= {tuple(constraint["column_names"]) for constraint in inspector.get_unique_constraints(table.name)}
    declared = {tuple(column.name for column in index.columns) for index in table.indexes if index.unique}
    declared |= {
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    assert unique == declared

    if database.kind == "sqlite" and "id" in table.c:
        statement = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"
        assert "AUTOINCREMENT" in database.scalar(statement, name=table.name)


@pytest.mark.usefixtures("empty")
def test_down_to_nothing_and_up_again_with_data() -> None:
    database = _filled()
    tables = names()
    flask_migrate.downgrade(revision="base")
    assert names() <= {"alembic_version"}
    flask_migrate.upgrade()
    assert names() == tables
    assert database.count("users") == 0
    load_reference_data()
    assert database.count("achievements") > 0
    database.engine.dispose()


@pytest.mark.usefixtures("empty")
def test_each_step_down_and_up_keeps_data() -> None:
    """The newest migrations can be taken back on a server that is in use; the first one makes and drops everything."""
    database = _filled()
    for script in SCRIPTS.walk_revisions():
        if script.down_revision is not None:
            flask_migrate.downgrade(revision=script.down_revision)
            flask_migrate.upgrade()
    assert database.count("users") == 1
    assert database.count("songs") == 1
    database.engine.dispose()


def _filled() -> Database:
    """Migrate the database at hand, give it reference data, an account, a pack and a song, and return a look at it."""
    flask_migrate.upgrade()
    load_reference_data()
    url = db.engine.url.render_as_string(hide_password=False)
    database = Database(application.worker_backend(), [], url=url)
    user_id = people.insert_person(database, "alice")
    rows.song(database, user_id, pack_id=rows.pack(database, user_id))
    return database


@pytest.mark.parametrize("table", ["songs", "packs", "users", "notifications", "outbox"])
def test_ids_are_never_used_again(table: str, database: Database, person: Person) -> None:
    rows_of: dict[str, dict[str, Any]] = {
        "users": {"username": "next"},
        "songs": {"title": "T", "artist": "A", "status": "Released"},
        "packs": {"name": "P"},
        "notifications": {"type": "general", "title": "T", "message": "M"},
        "outbox": {"kind": "mail", "payload": {}},
    }
    values = rows_of[table]
    columns = Base.metadata.tables[table].c
    if "user_id" in columns:
        values["user_id"] = person("alice").id
    first = database.insert(table, **values)
    database.execute(f"DELETE FROM {table} WHERE id = :id", id=first)  # noqa: S608  (the names above)
    assert database.insert(table, **values) > first


def _refuses(database: Database, statement: str, **values: Any) -> bool:
    try:
        database.execute(statement, **values)
    except IntegrityError:
        return True
    return False


def test_the_database_itself_holds_the_rules(database: Database, person: Person) -> None:
    alice, bob = person("alice"), person("bob")
    pack_id = rows.pack(database, alice, "Pack")
    song_id = rows.song(database, alice, pack_id=pack_id)
    rows.grant(database, bob, "pack_view", on=pack_id)
    rows.grant(database, bob, "song_edit", on=song_id)

    for right, target in (("pack_view", pack_id), ("song_edit", song_id)):
        with pytest.raises(IntegrityError):
            rows.grant(database, bob, right, on=target)
    with pytest.raises(IntegrityError):
        rows.pack(database, alice, "  pACK ")
    with pytest.raises(IntegrityError):
        people.insert_person(database, "ALICE", email="other@example.org")
    with pytest.raises(IntegrityError):
        people.insert_person(database, "carol", email="Alice@Example.org")
    assert _refuses(database, "UPDATE songs SET status = 'Done'")
    assert _refuses(database, "UPDATE songs SET pack_id = 999")
    assert _refuses(database, "UPDATE collaborations SET collaboration_type = 'song_edit' WHERE song_id IS NULL")
    assert _refuses(database, "UPDATE collaborations SET song_id = :id WHERE song_id IS NULL", id=song_id)


def test_deleting_an_account_takes_its_things_along(database: Database, person: Person) -> None:
    alice, bob = person("alice"), person("bob")
    pack_id = rows.pack(database, alice)
    song_id = rows.song(database, alice)
    guest = rows.song(database, bob, pack_id=pack_id)
    rows.grant(database, bob, "song_edit", on=song_id)
    rows.progress(database, song_id, drums=True)
    database.execute("DELETE FROM users WHERE id = :id", id=alice.id)
    assert database.rows("SELECT id, pack_id FROM songs") == [{"id": guest, "pack_id": None}]
    assert [database.count(table) for table in ("packs", "collaborations", "song_progress")] == [0, 0, 0]


def test_the_database_is_the_one_that_was_asked_for(database: Database) -> None:
    assert database.engine.dialect.name == run.database_kind()
    with database.engine.connect() as connection:
        version = "SELECT sqlite_version()" if database.kind == "sqlite" else "SHOW server_version"
        assert connection.execute(text(version)).scalar_one()
