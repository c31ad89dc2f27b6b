"""Progress, assignments and workflows under several writers at once, with real commits."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Concurrently, Person
from tests.support import rows
from tests.support.database import Database
from trackflow import unit_of_work
from trackflow.actor import Actor
from trackflow.extensions import db
from trackflow.models import Song
from trackflow.services.authoring import assignments, commands
from trackflow.services.authoring.events import AssignmentsReplaced, StepsCompleted
from trackflow.services.workflows import commands as workflows
from trackflow.services.workflows import setup
from trackflow.services.workflows.progress_rows import create_missing_progress
from trackflow.services.workflows.steps import Step, numbered
from trackflow.unit_of_work import Handlers, atomic

NAMES = tuple(f"step{number}" for number in range(12))


@pytest.fixture
def alice(person: Person) -> Actor:
    account = person("alice")
    return Actor(account.id, account.username)


@pytest.fixture
def heard(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[object]:  # noqa: ARG001  (which installs the table)
    """Hear what was committed."""
    events: list[object] = []
    listen = Handlers(after_commit=(events.append,))
    for event in (StepsCompleted, AssignmentsReplaced):
        monkeypatch.setitem(unit_of_work._handlers, event, listen)  # noqa: SLF001
    return events


def save(who: Actor, *names: str) -> None:
    workflows.change(who, workflows.WorkflowEdit(steps=numbered([Step(name, name) for name in names])))


def steps(database: Database) -> list[str]:
    return database.column("SELECT step_name FROM user_workflow_steps ORDER BY order_index")


def test_toggles_of_different_steps_lose_nothing(
    alice: Actor, database: Database, concurrently: Concurrently, heard: list[object]
) -> None:
    rows.workflow(database, alice.id, *NAMES)
    song = rows.song(database, alice.id)
    concurrently(len(NAMES), lambda index: commands.set_steps(alice, song, {NAMES[index]: True})).all_succeeded()
    assert sorted(database.column("SELECT step_name FROM song_progress WHERE is_completed")) == sorted(NAMES)
    assert sorted(event.steps for event in heard if isinstance(event, StepsCompleted)) == sorted((n,) for n in NAMES)


def test_equal_toggles_are_told_once(
    alice: Actor, database: Database, concurrently: Concurrently, heard: list[object]
) -> None:
    rows.workflow(database, alice.id, *NAMES)
    song = rows.song(database, alice.id)
    everything = dict.fromkeys(NAMES, True)

    def toggle(index: int) -> None:
        if index % 4 == 0:
            commands.complete_all(alice, song)
        else:
            commands.set_steps(alice, song, everything)

    concurrently(20, toggle).all_succeeded()
    assert len(heard) == 1
    assert database.count("song_progress", is_completed=True) == len(NAMES)


def test_two_lists_of_assignments_are_not_mixed(
    alice: Actor, database: Database, concurrently: Concurrently, heard: list[object]
) -> None:
    song = rows.song(database, alice.id)
    lists = {
        (index, turn): [(f"user{index}-{turn}", name) for name in NAMES] for index in range(8) for turn in range(8)
    }

    def replace(index: int) -> None:
        for turn in range(8):
            assignments.replace(alice, song, lists[index, turn])

    concurrently(8, replace).all_succeeded()
    found = database.rows("SELECT collaborator, field FROM wip_collaborations ORDER BY id")
    assert [(row["collaborator"], row["field"]) for row in found] in lists.values()
    assert len(heard) == len(lists)


@pytest.mark.parametrize("has_one", [True, False])
def test_two_saves_of_a_workflow_follow_each_other(
    alice: Actor,
    database: Database,
    concurrently: Concurrently,
    has_one: bool,  # noqa: FBT001
) -> None:
    if has_one:
        rows.workflow(database, alice.id, "drums", "bass")
    song = rows.song(database, alice.id)
    lists = [("drums", "bass", *(f"{name}-{index}" for name in NAMES)) for index in range(6)]
    concurrently(6, lambda index: save(alice, *lists[index])).all_succeeded()
    assert database.count("user_workflows") == 1
    assert tuple(steps(database)) in lists
    # each save found the one before: of its steps no open row is left, and all of the last one's have theirs
    found = database.column("SELECT step_name FROM song_progress WHERE song_id = :id", id=song)
    assert sorted(found) == sorted(set(steps(database)) - {"drums", "bass"})


def test_a_step_is_not_ticked_off_under_a_name_that_it_lost(
    alice: Actor, database: Database, concurrently: Concurrently
) -> None:
    rows.workflow(database, alice.id, "drums", "bass")
    songs = [rows.song(database, alice.id) for _ in range(9)]

    def work(index: int) -> None:
        if index == 0:
            save(alice, "drums", "low")
        else:
            commands.set_steps(alice, songs[index], {"drums": True, "bass": True})

    concurrently(9, work).all_succeeded()
    assert steps(database) == ["drums", "low"]
    assert database.count("song_progress", step_name="bass") == 0
    assert database.count("song_progress", step_name="drums", is_completed=True) == 8


def test_starting_a_song_leaves_a_workflow_that_is_just_being_chosen(
    person: Person, database: Database, concurrently: Concurrently
) -> None:
    @atomic
    def start(song: int) -> None:
        db.session.execute(select(Song.id).where(Song.id == song).with_for_update(key_share=True)).one()
        create_missing_progress([song])

    for number in range(8):
        account = person(f"user{number}")
        who, song = Actor(account.id, account.username), rows.song(database, account.id)

        def work(index: int, who: Actor = who, song: int = song) -> None:
            if index == 0:
                save(who, f"lights-{who.id}")
            elif index % 2:
                start(song)
            else:
                setup.ensure_workflow(who.id)  # as for the first song of an owner, which locks no other

        concurrently(8, work).all_succeeded()
    assert database.count("user_workflows") == 8
    chosen = database.column("SELECT step_name FROM user_workflow_steps ORDER BY workflow_id")
    assert chosen == database.column("SELECT 'lights-' || user_id FROM user_workflows ORDER BY id")
    assert database.column("SELECT song_id FROM song_progress WHERE step_name LIKE 'lights-%' ORDER BY song_id") == (
        database.column("SELECT id FROM songs ORDER BY id")
    )
