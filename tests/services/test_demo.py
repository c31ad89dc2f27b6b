"""The demo community: the same every time, stored once, consistent with each rule that derives one row of another."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask import Flask

from tests.conftest import MakeApp
from tests.support import people
from tests.support.clock import START, Clock
from tests.support.database import Database
from tests.support.http import Api
from trackflow.errors import RuleViolation
from trackflow.extensions import Base
from trackflow.models import SongStatus
from trackflow.services.demo import commands
from trackflow.services.demo.world import ADMIN_NAME, CUSTOM_STEPS, MAX_PEOPLE, MIN_PEOPLE, PLACEHOLDER_NAME, build
from trackflow.services.workflows.template import DEFAULT_STEPS

STEPS = tuple(step.step_name for step in DEFAULT_STEPS)
STATUSES = {status.value for status in SongStatus}


@pytest.fixture
def stored(app: Flask, database: Database, clock: Clock) -> Database:  # noqa: ARG001  (the dates stand still)
    """A database with the default community."""
    with app.app_context():
        assert commands.load(7, 12) is not None
    return database


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {
        table.name: database.rows(table.select().order_by(*table.primary_key.columns))
        for table in Base.metadata.sorted_tables
    }


def test_the_same_seed_makes_the_same_world() -> None:
    assert build(7, 12, START, STEPS) == build(7, 12, START, STEPS)
    assert build(7, 12, START, STEPS) != build(8, 12, START, STEPS)


@pytest.mark.parametrize("number", [MIN_PEOPLE, 5, 12, 40, MAX_PEOPLE])
@pytest.mark.parametrize("seed", range(3))
def test_a_world_of_any_size_is_sound(seed: int, number: int) -> None:
    now = START.replace(microsecond=5)
    world = build(seed, number, now, STEPS)

    assert len(world.people) == len({person.username for person in world.people}) == number
    assert [person.username for person in world.people if person.is_admin] == [ADMIN_NAME]
    assert {song.status.value for song in world.songs} == STATUSES
    keys = [(song.owner, song.track.artist, song.track.title) for song in world.songs]
    assert len(set(keys)) == len(keys)
    assert len({(pack.owner, pack.name) for pack in world.packs}) == len(world.packs)
    for song in world.songs:
        moments = [entry.at for entry in song.history]
        assert moments == sorted(moments)
        assert world.people[song.owner].created_at <= moments[0]
        assert song.updated_at <= now
        assert [entry.before for entry in song.history] == [None, *(entry.after for entry in song.history[:-1])]
        assert (song.released_at is not None) == (song.status is SongStatus.RELEASED and len(song.history) > 1)
        if song.released_at:
            assert set(song.done) == set(song.measured)
    rights = [(right.person, right.kind, right.pack, right.song) for right in world.rights]
    assert len(set(rights)) == len(rights)
    for right in world.rights:
        owner = world.songs[right.song].owner if right.song is not None else world.packs[right.pack or 0].owner
        assert right.person != owner
        assert world.people[right.person].created_at <= right.at <= now


def test_a_second_run_changes_nothing(app: Flask, stored: Database, clock: Clock) -> None:
    before = everything(stored)
    clock.advance(days=3)

    with app.app_context():
        assert commands.load(7, 12) is None
        assert commands.load(8, 30) is None

    assert everything(stored) == before


def test_every_kind_of_thing_is_there(stored: Database) -> None:
    assert stored.count("users") == 12
    assert stored.count("users", is_admin=True) == 1
    assert set(stored.column("SELECT DISTINCT status FROM songs")) == STATUSES
    assert set(stored.column("SELECT DISTINCT collaboration_type FROM collaborations")) == {
        "pack_view",
        "pack_edit",
        "song_edit",
    }
    assert stored.count("packs", released_at=None) < stored.count("packs")
    assert stored.count("songs", pack_id=None) < stored.count("songs")
    assert stored.count("songs", status="Released", released_at=None)
    assert stored.count("songs", optional=True)
    assert stored.count("songs", is_public=True)
    assert stored.count("wip_collaborations")
    assert stored.scalar("SELECT count(*) FROM songs s JOIN packs p ON p.id = s.pack_id WHERE p.user_id <> s.user_id")
    assert stored.column("SELECT username FROM users WHERE hashed_password IS NULL") == [PLACEHOLDER_NAME]


def test_points_and_counters_follow_from_the_rows(stored: Database) -> None:
    earned = _sums(
        stored,
        "SELECT user_id, sum(points) FROM user_achievements JOIN achievements a ON a.id = achievement_id GROUP BY 1",
    )
    paying = _sums(
        stored, "SELECT user_id, count(*) FROM songs WHERE status = 'Released' AND released_at IS NOT NULL GROUP BY 1"
    )
    entries = {
        status: _sums(stored, f"SELECT user_id, count(*) FROM status_ledger WHERE to_status = '{status}' GROUP BY 1")  # noqa: S608
        for status in STATUSES
    }
    songs = {
        status: _sums(stored, f"SELECT user_id, count(*) FROM songs WHERE status = '{status}' GROUP BY 1")  # noqa: S608
        for status in STATUSES
    }
    packs = _sums(stored, "SELECT user_id, count(*) FROM packs GROUP BY 1")

    stats = stored.rows("SELECT * FROM user_stats")
    assert len(stats) == 12
    assert sum(row["total_points"] for row in stats) > 100
    for row in stats:
        user = row["user_id"]
        assert row["total_points"] == earned[user] + 10 * paying[user]
        assert row["total_future_created"] == entries["Future Plans"][user]
        assert row["total_wip_created"] == entries["In Progress"][user]
        assert row["total_future"] == songs["Future Plans"][user]
        assert row["total_wip"] == songs["In Progress"][user]
        assert row["total_released"] == songs["Released"][user]
        assert row["total_packs"] == packs[user]


def test_the_ledger_ends_where_each_song_is(stored: Database) -> None:
    entries: dict[int, list[dict[str, Any]]] = {}
    for row in stored.rows(
        "SELECT song_id, user_id, from_status, to_status FROM status_ledger ORDER BY entered_at, id"
    ):
        entries.setdefault(row["song_id"], []).append(row)

    for song in stored.rows("SELECT id, user_id, status FROM songs"):
        past = entries[song["id"]]
        assert past[0]["from_status"] is None
        assert past[-1]["to_status"] == song["status"]
        assert {row["user_id"] for row in past} == {song["user_id"]}


def test_progress_is_kept_by_the_steps_of_the_owner(stored: Database) -> None:
    steps: dict[int, list[str]] = {}
    for row in stored.rows(
        "SELECT user_id, step_name FROM user_workflows w JOIN user_workflow_steps s ON s.workflow_id = w.id "
        "ORDER BY order_index"
    ):
        steps.setdefault(row["user_id"], []).append(row["step_name"])
    assert {STEPS, *CUSTOM_STEPS} == {tuple(own) for own in steps.values()}
    assert len(steps) == 11

    kept: dict[int, dict[str, bool]] = {}
    for row in stored.rows("SELECT song_id, step_name, is_completed, completed_at FROM song_progress"):
        kept.setdefault(row["song_id"], {})[row["step_name"]] = bool(row["is_completed"])
        assert bool(row["is_completed"]) == (row["completed_at"] is not None)
    for song in stored.rows("SELECT id, user_id, status, released_at FROM songs"):
        own = kept.get(song["id"], {})
        if song["status"] == "In Progress" or song["released_at"]:
            assert set(own) == set(steps[song["user_id"]])
        if song["released_at"]:
            assert all(own.values())


def test_foreign_songs_lie_only_in_packs_that_their_owners_may_add_to(stored: Database) -> None:
    rights = {(row["pack_id"], row["user_id"]) for row in stored.rows("SELECT pack_id, user_id FROM collaborations")}
    for row in stored.rows(
        "SELECT s.pack_id, s.user_id FROM songs s JOIN packs p ON p.id = s.pack_id WHERE p.user_id <> s.user_id"
    ):
        assert (row["pack_id"], row["user_id"]) in rights


@pytest.mark.usefixtures("stored")
def test_people_can_sign_in_with_the_known_password(app: Flask) -> None:
    body = {"username": ADMIN_NAME, "password": commands.PASSWORD}

    answer = Api(app.test_client()).post("/auth/login", body).ok()

    assert answer["user"]["is_admin"] is True


def test_a_name_that_somebody_has_is_refused(app: Flask, database: Database) -> None:
    people.insert_person(database, PLACEHOLDER_NAME)

    with app.app_context(), pytest.raises(RuleViolation, match=PLACEHOLDER_NAME):
        commands.load(7, 12)

    assert database.count("users") == 1


def test_the_command_says_what_it_did(app: Flask, database: Database) -> None:
    first = app.test_cli_runner().invoke(args=["demo", "load", "--users", "4"])
    second = app.test_cli_runner().invoke(args=["demo", "load", "--users", "4"])

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "4 people" in first.output
    assert commands.PASSWORD in first.output
    assert "nothing changed" in second.output
    assert database.count("users") == 4


def test_production_refuses_it(make_app: MakeApp, database: Database) -> None:
    result = make_app(environment="production").test_cli_runner().invoke(args=["demo", "load"])

    assert result.exit_code == 1
    assert "production" in result.output
    assert database.count("users") == 0


def _sums(database: Database, statement: str) -> Counter[int]:
    return Counter({int(key): int(value) for key, value in (row.values() for row in database.rows(statement))})
