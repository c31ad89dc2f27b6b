"""`flask catalogue`, `flask prepare`, `flask doctor`: from nothing to a server that can start."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import Run
from tests.conftest import MakeApp, Person
from tests.support import application
from tests.support import run as test_run
from tests.support.clock import START
from tests.support.database import Database
from tests.support.rows import song
from trackflow.config import MailSettings
from trackflow.models import Achievement, Rarity, WorkflowTemplateStep
from trackflow.services.achievements.catalogue import CATALOGUE, POINTS
from trackflow.services.installation import lock
from trackflow.services.workflows.template import DEFAULT_STEPS

NOTHING_NEW = "default workflow: present; achievements: 0 added, 0 changed, points of 0 users recounted\n"


@pytest.fixture
def empty_url() -> Iterator[str]:
    """Lend the URL of a new, empty database."""
    with application.worker_backend().empty() as url:
        yield url


@pytest.fixture
def fresh(empty_url: str) -> Iterator[Flask]:
    """Lend an application whose database is empty."""
    with application.other_application(database_url=empty_url) as app:
        yield app


class TestCatalogue:
    def test_it_is_consistent(self) -> None:
        codes = [entry.code for entry in CATALOGUE]
        assert len(set(codes)) == len(codes) == 85
        assert sum(entry.points for entry in CATALOGUE) == 4945 + 10 + 10 + 10 + 15 + 50
        own = {entry.code for entry in CATALOGUE if entry.points != POINTS[Rarity(entry.rarity)]}
        assert own == {"welcome_aboard", "bug_reporter", "priority_setter", "immortal_legend"}
        without = {entry.code for entry in CATALOGUE if entry.metric_type is None}
        assert without == {"welcome_aboard", "bug_reporter"}
        assert all((entry.metric_type is None) == (entry.target_value is None) for entry in CATALOGUE)

    def test_everything_is_in_the_database(self, database: Database) -> None:
        stored = {row["code"]: row for row in database.rows(Achievement.__table__.select())}
        assert set(stored) == {entry.code for entry in CATALOGUE}
        for entry in CATALOGUE:
            row = stored[entry.code]
            assert (row["name"], row["points"], row["target_value"]) == (entry.name, entry.points, entry.target_value)
        steps = database.rows(WorkflowTemplateStep.__table__.select().order_by(WorkflowTemplateStep.order_index))
        assert [(row["step_name"], row["display_name"]) for row in steps] == [
            (step.step_name, step.display_name) for step in DEFAULT_STEPS
        ]

    def test_a_second_time_changes_nothing(self, run: Run, database: Database) -> None:
        before = database.rows(Achievement.__table__.select())
        assert run("catalogue", "load").output == NOTHING_NEW
        assert database.rows(Achievement.__table__.select()) == before

    def test_what_differs_is_mended_and_points_follow(self, run: Run, database: Database, person: Person) -> None:
        alice = person("alice")
        song(database, alice, status="Released", released_at=START)
        dreamer = database.scalar("SELECT id FROM achievements WHERE code = 'dreamer'")
        database.insert("user_achievements", user_id=alice.id, achievement_id=dreamer)
        database.execute("UPDATE achievements SET points = 7, name = 'x' WHERE code = 'dreamer'")
        database.execute("DELETE FROM achievements WHERE code = 'visionary'")
        database.execute("UPDATE workflow_templates SET name = 'Ours' WHERE is_default")
        result = run("catalogue", "load")
        assert "1 added, 1 changed, points of 1 users recounted" in result.output
        assert database.row("SELECT id, points, name FROM achievements WHERE code = 'dreamer'") == {
            "id": dreamer,
            "points": 10,
            "name": "Dreamer",
        }
        assert database.scalar("SELECT total_points FROM user_stats WHERE user_id = :id", id=alice.id) == 20
        assert database.column("SELECT name FROM workflow_templates") == ["Ours"]

    def test_holders_of_a_replaced_entry_get_the_new_one(self, run: Run, database: Database, person: Person) -> None:
        alice, bob = person("alice"), person("bob")
        old = database.insert(
            "achievements", code="account_created", name="Old", description="Old", icon="x", category="activity"
        )
        new = database.scalar("SELECT id FROM achievements WHERE code = 'welcome_aboard'")
        for who, achievement in ((alice, old), (bob, old), (bob, new)):
            database.insert("user_achievements", user_id=who.id, achievement_id=achievement)
        assert "points of 2 users" in run("catalogue", "load").output
        held = "SELECT user_id, achievement_id FROM user_achievements ORDER BY user_id"
        assert database.rows(held) == [{"user_id": who.id, "achievement_id": new} for who in (alice, bob)]
        assert database.column("SELECT total_points FROM user_stats") == [5, 5]
        assert run("catalogue", "load").output == NOTHING_NEW


class TestPrepare:
    def test_an_empty_database_becomes_ready(self, run: Run, fresh: Flask) -> None:
        result = run("prepare", on=fresh)
        assert result.exit_code == 0, result.output
        assert "http://127.0.0.1:8001\n" in result.output
        assert "http://127.0.0.1:8001/docs" in result.output
        assert "users create-admin" in result.output
        assert fresh.test_client().get("/ready").status_code == 200
        again = run("prepare", "--host", "::1", on=fresh)
        assert again.exit_code == 0
        assert "http://[::1]:8001/docs" in again.output

    def test_the_hint_goes_when_there_is_an_administrator(self, run: Run, person: Person) -> None:
        person("ada", is_admin=True)
        assert "create-admin" not in run("prepare").output

    def test_a_silent_database_is_named_without_its_password(self, run: Run, make_app: MakeApp) -> None:
        silent = make_app(database_url="postgresql+psycopg://ada:hunter22@127.0.0.1:9/flow?password=hunter22")
        result = run("prepare", on=silent)
        assert result.exit_code == 1
        assert "does not answer" in result.output
        assert "127.0.0.1:9/flow" in result.output
        assert "hunter22" not in result.output

    def test_a_lock_that_is_held_is_named(self, run: Run, fresh: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lock, "WAIT_SECONDS", 1)
        with fresh.app_context(), lock.exclusively(Path(fresh.instance_path)):
            result = run("prepare", on=fresh)
        assert result.exit_code == 1
        assert "Another process" in result.output
        assert run("prepare", on=fresh).exit_code == 0

    def test_two_at_once_agree(self, empty_url: str, tmp_path: Path, make_app: MakeApp) -> None:
        environment = {
            **os.environ,
            "DATABASE_URL": empty_url,
            "INSTANCE_DIR": str(tmp_path),
            "TRACKFLOW_ENV": "development",
        }
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"]
        options = {"env": environment, "cwd": test_run.PROJECT, "stderr": subprocess.STDOUT}
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, **options) for _ in range(2)]  # type: ignore[call-overload]  # noqa: S603
        outputs = [process.communicate(timeout=60)[0].decode() for process in both]
        assert [process.returncode for process in both] == [0, 0], outputs
        prepared = make_app(database_url=empty_url)
        assert prepared.test_cli_runner().invoke(args=["catalogue", "load"]).output == NOTHING_NEW


class TestDoctor:
    def test_a_sound_installation(self, run: Run, person: Person) -> None:
        person("ada", is_admin=True)
        result = run("doctor")
        assert result.exit_code == 0, result.output
        assert "FAIL" not in result.output
        assert "note" not in result.output

    def test_an_empty_database_is_a_problem_with_advice(self, run: Run, fresh: Flask) -> None:
        result = run("doctor", on=fresh)
        assert result.exit_code == 1
        assert "FAIL  migrations" in result.output
        assert "Run: flask --app wsgi prepare" in result.output
        assert "1 problem found" in result.output

    def test_missing_reference_data_is_a_problem(self, run: Run, database: Database) -> None:
        database.execute("DELETE FROM achievements WHERE code = 'dreamer'")
        database.execute("DELETE FROM workflow_template_steps")
        result = run("doctor")
        assert result.exit_code == 1
        assert "2 problems found" in result.output
        assert "1 missing" in result.output

    def test_a_silent_database_is_a_problem(self, run: Run, make_app: MakeApp) -> None:
        result = run("doctor", on=make_app(database_url="postgresql+psycopg://ada:hunter22@127.0.0.1:9/flow"))
        assert result.exit_code == 1
        assert "does not answer" in result.output
        assert "hunter22" not in result.output

    def test_mail_in_production(self, run: Run, make_app: MakeApp, tmp_path: Path) -> None:
        way = MailSettings(server="smtp.example.org", username="postman", password="hunter22")
        sent = run("doctor", on=make_app(environment="production", mail=way))
        assert "smtp.example.org:587, STARTTLS, with a password" in sent.output
        assert "hunter22" not in sent.output
        dropped = run("doctor", on=make_app(environment="production", mail=MailSettings()))
        assert dropped.exit_code == 1
        assert "set SMTP_SERVER" in dropped.output
        filed = run("doctor", on=make_app(environment="production", mail=MailSettings(directory=tmp_path)))
        assert filed.exit_code == 0


def test_commands_that_need_tables_say_how_to_get_them(run: Run, fresh: Flask) -> None:
    for command in (("users", "list"), ("catalogue", "load"), ("jobs", "list")):
        result = run(*command, on=fresh)
        assert result.exit_code == 1
        assert "not up to date" in result.output


def test_every_command_has_an_example(app: Flask) -> None:
    for name in ("users", "catalogue", "jobs"):
        group = app.cli.commands[name]
        for command in group.commands.values():  # type: ignore[attr-defined]
            assert f"flask --app wsgi {name} {command.name}" in command.help, command.name
    for name in ("prepare", "doctor"):
        assert f"flask --app wsgi {name}" in str(app.cli.commands[name].help)
