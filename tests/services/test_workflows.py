"""Workflows and progress on a database: what the commands store, say and refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from tests.conftest import Person
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account
from tests.support.queries import QueryCounter
from trackflow import unit_of_work
from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound, RuleViolation
from trackflow.extensions import Base, db
from trackflow.services.authoring import assignments
from trackflow.services.authoring import commands as authoring
from trackflow.services.authoring import queries as progress
from trackflow.services.authoring.events import AssignmentsReplaced, StepsCompleted
from trackflow.services.authoring.marks import DONE, Mark
from trackflow.services.users import commands as users
from trackflow.services.users.events import SettingsChanged
from trackflow.services.workflows import commands, queries, setup
from trackflow.services.workflows.events import WorkflowChanged, WorkflowReset
from trackflow.services.workflows.steps import Step, numbered
from trackflow.services.workflows.template import DEFAULT_STEPS
from trackflow.unit_of_work import Handlers

Counter = Callable[[], AbstractContextManager[QueryCounter]]
PROGRESS = Base.metadata.tables["song_progress"]
DEFAULT_NAMES = [step.step_name for step in DEFAULT_STEPS]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Hear every event instead of the wired listeners."""
    events: list[object] = []
    kinds = (WorkflowChanged, WorkflowReset, StepsCompleted, AssignmentsReplaced, SettingsChanged)
    monkeypatch.setattr(unit_of_work, "_handlers", {kind: Handlers(required=(events.append,)) for kind in kinds})
    return events


@pytest.fixture
def alice(person: Person) -> Actor:
    return actor(person("alice"))


def actor(account: Account) -> Actor:
    return Actor(account.id, account.username)


def save(who: Actor, *names: str) -> None:
    steps = numbered([Step(name, name.title()) for name in names])
    commands.change(who, commands.WorkflowEdit(steps=steps))


def steps_of(who: Actor) -> list[str]:
    return [step.step_name for step in queries.workflow_of(who.id).steps]


def stored(database: Database, song_id: int) -> dict[str, bool]:
    found = database.rows("SELECT step_name, is_completed FROM song_progress WHERE song_id = :id", id=song_id)
    return {row["step_name"]: bool(row["is_completed"]) for row in found}


def pairs(database: Database, song_id: int) -> list[tuple[str, str]]:
    found = database.rows(
        "SELECT collaborator, field FROM wip_collaborations WHERE song_id = :i ORDER BY id", i=song_id
    )
    return [(row["collaborator"], row["field"]) for row in found]


class TestOwnWorkflow:
    def test_reading_stores_nothing(self, alice: Actor, database: Database) -> None:
        workflow = queries.workflow_of(alice.id)
        template = database.row("SELECT id, name FROM workflow_templates WHERE is_default")
        ids = database.column("SELECT id FROM workflow_template_steps ORDER BY order_index")
        assert (workflow.id, workflow.user_id, workflow.name) == (0, alice.id, "My Workflow")
        assert (workflow.template_id, workflow.template_name) == (template["id"], template["name"])
        assert [step.id for step in workflow.steps] == ids
        assert steps_of(alice) == DEFAULT_NAMES
        assert database.count("user_workflows") == 0

    def test_the_first_save_makes_it_from_the_template(
        self, alice: Actor, database: Database, heard: list[object]
    ) -> None:
        commands.change(alice, commands.WorkflowEdit(name="Mine"))
        workflow = queries.workflow_of(alice.id)
        assert workflow.id > 0
        assert workflow.name == "Mine"
        assert workflow.template_id == database.scalar("SELECT id FROM workflow_templates WHERE is_default")
        assert steps_of(alice) == DEFAULT_NAMES
        assert heard == [WorkflowChanged(alice.id, workflow.id, ("meta",))]

    def test_saving_replaces_the_rows_of_the_steps(self, alice: Actor, database: Database, clock: Clock) -> None:
        rows.workflow(database, alice.id, "drums", "bass")
        before = queries.workflow_of(alice.id)
        clock.advance(hours=1)
        save(alice, "drums", "bass")
        after = queries.workflow_of(alice.id)
        assert after.id == before.id
        assert not {step.id for step in after.steps} & {step.id for step in before.steps}
        assert after.updated_at == clock.time

    def test_saving_nothing_is_told_and_changes_nothing(
        self, alice: Actor, database: Database, heard: list[object], clock: Clock
    ) -> None:
        workflow_id = rows.workflow(database, alice.id, "drums")
        before = queries.workflow_of(alice.id)
        clock.advance(hours=1)
        commands.change(alice, commands.WorkflowEdit())
        assert queries.workflow_of(alice.id) == before
        assert heard == [WorkflowChanged(alice.id, workflow_id, ())]

    def test_a_description_is_cleared_by_an_empty_one(self, alice: Actor, database: Database) -> None:
        rows.workflow(database, alice.id, "drums")
        commands.change(alice, commands.WorkflowEdit(description="Mine"))
        assert queries.workflow_of(alice.id).description == "Mine"
        commands.change(alice, commands.WorkflowEdit(description=""))
        assert queries.workflow_of(alice.id).description is None
        assert queries.workflow_of(alice.id).name == "My Workflow"

    def test_a_reset_keeps_the_name(self, alice: Actor, database: Database, heard: list[object]) -> None:
        workflow_id = rows.workflow(database, alice.id, "drums", "lights")
        commands.change(alice, commands.WorkflowEdit(name="Mine"))
        commands.reset(alice)
        template_id = database.scalar("SELECT id FROM workflow_templates WHERE is_default")
        workflow = queries.workflow_of(alice.id)
        assert (workflow.id, workflow.name, workflow.template_id) == (workflow_id, "Mine", template_id)
        assert steps_of(alice) == DEFAULT_NAMES
        assert heard[1:] == [WorkflowReset(alice.id, workflow_id, template_id)]

    def test_making_it_twice_makes_it_once(self, alice: Actor, database: Database) -> None:
        workflow_id, is_new = setup.ensure_workflow(alice.id)
        assert is_new
        assert setup.ensure_workflow(alice.id) == (workflow_id, False)
        assert database.count("user_workflows") == 1

    def test_an_unknown_user_has_none(self) -> None:
        with pytest.raises(NotFound):
            queries.workflow_of(2_000_000_000)

    def test_the_activity_log_says_what_was_saved(self, alice: Actor, database: Database) -> None:
        save(alice, "drums")
        commands.change(alice, commands.WorkflowEdit(name="Mine", steps=numbered([Step("drums", "Drums")])))
        commands.change(alice, commands.WorkflowEdit())
        commands.reset(alice)
        logged = database.rows("SELECT activity_type, user_id FROM activity_logs ORDER BY id")
        assert {row["user_id"] for row in logged} == {alice.id}
        assert [row["activity_type"] for row in logged] == [*["update_workflow"] * 3, "reset_workflow"]
        workflow = queries.workflow_of(alice.id)
        activity = Base.metadata.tables["activity_logs"]
        facts = database.column(activity.select().with_only_columns(activity.c.metadata_json).order_by(activity.c.id))
        assert facts == [
            {"updated_sections": ["steps"], "workflow_id": workflow.id},
            {"updated_sections": ["meta", "steps"], "workflow_id": workflow.id},
            {"updated_sections": ["none"], "workflow_id": workflow.id},
            {"workflow_id": workflow.id, "template_id": workflow.template_id},
        ]


class TestAddedSteps:
    @pytest.fixture(autouse=True)
    def _workflow(self, alice: Actor, database: Database) -> None:
        rows.workflow(database, alice.id, "drums", "bass")

    @pytest.mark.parametrize(
        ("status", "before", "after"),
        [
            ("In Progress", {"drums": True, "bass": True}, True),
            ("In Progress", {"drums": True, "bass": False}, False),
            ("In Progress", {"drums": True}, False),
            ("In Progress", {}, False),
            # as many completed rows as there were steps, but not of these steps
            ("In Progress", {"drums": True, "keys": True, "collaboration": True}, False),
            ("Released", {}, True),
            ("Released", {"drums": False}, True),
            ("Future Plans", {}, None),
            ("Future Plans", {"drums": True}, None),
            ("Future Plans", {"drums": True, "bass": True}, True),
        ],
    )
    def test_finished_work_stays_finished(  # noqa: PLR0913, PLR0917  (fixtures)
        self,
        alice: Actor,
        database: Database,
        clock: Clock,
        status: str,
        before: dict[str, bool],
        after: bool | None,  # noqa: FBT001
    ) -> None:
        song = rows.song(database, alice.id, status=status)
        if before:
            rows.progress(database, song, **before)
        save(alice, "drums", "bass", "lights")
        expected = before if after is None else {**before, "lights": after}
        assert stored(database, song) == expected
        if after is not None:
            row = database.row(PROGRESS.select().where(PROGRESS.c.step_name == "lights"))
            assert row["completed_at"] == (clock.time if after else None)
            assert row["completed_by_user_id"] is None
            assert (row["created_at"], row["updated_at"]) == (clock.time, clock.time)

    @pytest.mark.parametrize("was_done", [True, False])
    def test_an_existing_row_is_left_as_it_is(self, alice: Actor, database: Database, was_done: bool) -> None:  # noqa: FBT001
        song = rows.song(database, alice.id)
        rows.progress(database, song, drums=True, bass=True, lights=was_done)
        before = database.rows("SELECT * FROM song_progress ORDER BY id")
        save(alice, "drums", "bass", "lights")
        assert database.rows("SELECT * FROM song_progress ORDER BY id") == before

    def test_songs_of_others_are_not_touched(self, alice: Actor, database: Database, person: Person) -> None:
        song = rows.song(database, person("bobby"))
        rows.grant(database, alice.id, "song_edit", on=song)
        rows.progress(database, song, drums=True, bass=True)
        save(alice, "drums", "bass", "lights")
        assert stored(database, song) == {"drums": True, "bass": True}

    def test_removed_steps_keep_their_work_and_assignments(
        self, alice: Actor, database: Database, person: Person
    ) -> None:
        done, open_, noted = (rows.song(database, alice.id, status="Released") for _ in range(3))
        foreign = rows.song(database, person("bobby"))
        for song in (done, open_, noted, foreign):
            rows.progress(database, song, drums=False, bass=song == done, stale=False)
            database.insert("wip_collaborations", song_id=song, collaborator="bobby", field="bass")
        authoring.mark_step(alice, noted, "bass", Mark(notes="the bridge is missing"))
        save(alice, "drums")
        kept = {"drums": False, "stale": False}
        assert stored(database, done) == {**kept, "bass": True}
        assert stored(database, open_) == kept  # a missing row means open
        assert stored(database, noted) == stored(database, foreign) == {**kept, "bass": False}
        assert {tuple(pairs(database, song)) for song in (done, open_, noted, foreign)} == {(("bobby", "bass"),)}

    def test_saves_with_fresh_names_leave_no_open_rows_behind(self, alice: Actor, database: Database) -> None:
        for _ in range(2):
            rows.song(database, alice.id)
        for turn in range(4):
            save(alice, *(f"step{turn}-{number}" for number in range(5)))
            assert database.count("song_progress") == 2 * 5

    def test_without_previous_steps_nothing_was_finished(self, database: Database, person: Person) -> None:
        bobby = actor(person("bobby"))
        database.insert("user_workflows", user_id=bobby.id, name="Empty")
        song, released = rows.song(database, bobby.id), rows.song(database, bobby.id, status="Released")
        save(bobby, "drums")
        assert stored(database, song) == {"drums": False}
        assert stored(database, released) == {"drums": True}

    def test_without_a_workflow_the_template_is_what_was_before(self, database: Database, person: Person) -> None:
        bobby = actor(person("bobby"))
        done, open_ = rows.song(database, bobby.id, "Done"), rows.song(database, bobby.id, "Open")
        rows.progress(database, done, **dict.fromkeys(DEFAULT_NAMES, True))
        rows.progress(database, open_, **dict.fromkeys(DEFAULT_NAMES[1:], True))
        save(bobby, *DEFAULT_NAMES, "lights")
        assert stored(database, done)["lights"] is True
        assert stored(database, open_)["lights"] is False

    def test_a_reset_adds_steps_in_the_same_way(self, alice: Actor, database: Database) -> None:
        done, open_ = rows.song(database, alice.id, "Done"), rows.song(database, alice.id, "Open")
        rows.progress(database, done, drums=True, bass=True)
        commands.reset(alice)
        assert stored(database, done) == dict.fromkeys(DEFAULT_NAMES, True)
        assert stored(database, open_) == {name: False for name in DEFAULT_NAMES if name not in ("drums", "bass")}

    def test_the_number_of_statements_does_not_depend_on_the_number_of_songs(
        self, alice: Actor, database: Database, query_counter: Counter
    ) -> None:
        costs = []
        for number, names in enumerate((["drums", "x", "b"], ["drums", "y", "z", "a"], ["v", "w"])):
            for _ in range(20 * number + 1):
                rows.progress(database, rows.song(database, alice.id), drums=True)
            with query_counter() as sent:
                save(alice, *names)
            costs.append(len(sent))
        assert len(set(costs)) == 1, costs
        assert costs[0] <= 10

    def test_no_part_of_a_statement_is_worked_out_anew_for_each_row(self, alice: Actor, database: Database) -> None:
        for number in range(20):
            rows.progress(database, rows.song(database, alice.id), drums=True, bass=number % 2 == 0)
        sqlite = db.engine.dialect.name == "sqlite"
        explain, per_row = ("EXPLAIN QUERY PLAN", "CORRELATED") if sqlite else ("EXPLAIN", "SubPlan")
        plans: dict[str, str] = {}

        def note(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            if "song_progress" in statement and not statement.startswith("EXPLAIN"):
                plan = connection.exec_driver_sql(f"{explain} {statement}", parameters)
                plans[statement] = "\n".join(str(row[-1]) for row in plan)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            save(alice, "drums", "lights", "keys", "vocals")
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert len(plans) == 2  # one INSERT, one DELETE
        for statement, plan in plans.items():
            assert per_row not in plan, f"{statement}\n{plan}"
        (insert,) = (statement for statement in plans if "INSERT" in statement)
        assert insert.count("count(") <= 3  # of one aggregate over the songs
        assert "MATERIALIZED" in insert


class TestInstalledSteps:
    """Steps that an account gets when it is registered or claimed."""

    @pytest.mark.parametrize("had_one", [True, False])
    def test_finished_work_stays_finished(self, alice: Actor, database: Database, had_one: bool) -> None:  # noqa: FBT001
        before = ("drums", "bass") if had_one else DEFAULT_NAMES
        if had_one:
            rows.workflow(database, alice.id, *before)
        released, done, open_, planned = (
            rows.song(database, alice.id, status=status)
            for status in ("Released", "In Progress", "In Progress", "Future Plans")
        )
        rows.progress(database, done, **dict.fromkeys(before, True))
        rows.progress(database, open_, drums=True, bass=False)
        workflow_id, is_new = setup.install(alice.id, [Step(name, name) for name in ("lights", "drums", "smoke")])
        assert is_new is not had_one
        assert workflow_id == database.scalar("SELECT id FROM user_workflows")
        assert steps_of(alice) == ["lights", "drums", "smoke"]
        assert stored(database, released) == {"lights": True, "smoke": True}
        assert stored(database, done) == {**dict.fromkeys(before, True), "lights": True, "smoke": True}
        assert stored(database, open_) == {"drums": True, "lights": False, "smoke": False}
        assert stored(database, planned) == {}

    def test_a_step_with_another_name_takes_its_progress_along(self, alice: Actor, database: Database) -> None:
        rows.workflow(database, alice.id, "drums", "bass")
        song = rows.song(database, alice.id)
        rows.progress(database, song, bass=True)
        setup.install(alice.id, [Step("drums", "Drums"), Step("low_end", "Low End")])
        assert stored(database, song) == {"low_end": True}

    def test_the_same_steps_change_nothing(self, alice: Actor, database: Database) -> None:
        rows.workflow(database, alice.id, "drums", "bass")
        rows.progress(database, rows.song(database, alice.id, status="Released"), drums=False)
        before = database.rows("SELECT * FROM song_progress")
        setup.install(alice.id, [Step("bass", "Bass"), Step("drums", "Drums")])
        assert database.rows("SELECT * FROM song_progress") == before


class TestRenamedSteps:
    @pytest.fixture(autouse=True)
    def _workflow(self, alice: Actor, database: Database) -> None:
        rows.workflow(database, alice.id, "drums", "bass", "vocals")

    def test_progress_and_assignments_follow(self, alice: Actor, database: Database, clock: Clock) -> None:
        songs = [rows.song(database, alice.id, status, status=status) for status in ("In Progress", "Released")]
        for song in songs:
            rows.progress(database, song, drums=True, bass=song == songs[0])
            database.insert("wip_collaborations", song_id=song, collaborator="bobby", field="bass")
        clock.advance(hours=1)
        save(alice, "drums", "bass_guitar", "vocals")
        assert stored(database, songs[0]) == {"drums": True, "bass_guitar": True}
        assert stored(database, songs[1]) == {"drums": True, "bass_guitar": False}
        assert pairs(database, songs[0]) == pairs(database, songs[1]) == [("bobby", "bass_guitar")]

    def test_when_a_step_was_completed_stays(self, alice: Actor, database: Database, clock: Clock) -> None:
        song = rows.song(database, alice.id)
        authoring.set_steps(alice, song, {"bass": True})
        before = database.row(PROGRESS.select())
        clock.advance(hours=1)
        save(alice, "drums", "bass_guitar", "vocals")
        expected = {**before, "step_name": "bass_guitar", "updated_at": clock.time}
        assert database.row(PROGRESS.select()) == expected

    @pytest.mark.parametrize("is_done", [True, False, None])
    def test_what_an_earlier_step_of_the_new_name_left_gives_way(
        self,
        alice: Actor,
        database: Database,
        is_done: bool | None,  # noqa: FBT001
    ) -> None:
        song = rows.song(database, alice.id)
        rows.progress(database, song, drums=True, lights=not is_done)
        if is_done is not None:
            rows.progress(database, song, bass=is_done)
        save(alice, "drums", "lights", "vocals")
        assert stored(database, song).get("lights", False) is bool(is_done)

    def test_an_assignment_under_both_names_stays_once(self, alice: Actor, database: Database) -> None:
        song = rows.song(database, alice.id)
        for name, field in (("bobby", "lights"), ("bobby", "bass"), ("carol", "lights"), ("dave", "bass")):
            database.insert("wip_collaborations", song_id=song, collaborator=name, field=field)
        save(alice, "drums", "lights", "vocals")
        assert sorted(pairs(database, song)) == [("bobby", "lights"), ("carol", "lights"), ("dave", "lights")]

    def test_songs_of_others_are_not_touched(self, alice: Actor, database: Database, person: Person) -> None:
        song = rows.song(database, person("bobby"))
        rows.progress(database, song, bass=True)
        database.insert("wip_collaborations", song_id=song, collaborator="alice", field="bass")
        save(alice, "drums", "lights", "vocals")
        assert stored(database, song) == {"bass": True}
        assert pairs(database, song) == [("alice", "bass")]

    def test_a_reset_renames_nothing(self, alice: Actor, database: Database) -> None:
        song = rows.song(database, alice.id)
        save(alice, *DEFAULT_NAMES[:-1], "pack_it")
        authoring.set_steps(alice, song, {"pack_it": True})
        commands.reset(alice)
        assert stored(database, song)["pack_it"] is True
        assert stored(database, song)["compile"] is False


class TestMarking:
    @pytest.fixture
    def song(self, alice: Actor, database: Database) -> int:
        rows.workflow(database, alice.id, "drums", "bass", "vocals")
        return rows.song(database, alice.id, status="Released")

    def test_only_what_turns_is_told_in_the_order_of_the_workflow(
        self, alice: Actor, song: int, heard: list[object]
    ) -> None:
        authoring.set_steps(alice, song, {"bass": True})
        authoring.set_steps(alice, song, {"vocals": True, "bass": True, "drums": True, "keys": True})
        authoring.set_steps(alice, song, {"drums": False})
        told = [event.steps for event in heard if isinstance(event, StepsCompleted)]
        assert told == [("bass",), ("drums", "vocals")]
        assert heard[0] == StepsCompleted(alice.id, song, alice.id, None, "Released", ("bass",), announced=True)

    def test_completing_everything_is_not_announced(self, alice: Actor, song: int, heard: list[object]) -> None:
        authoring.complete_all(alice, song)
        authoring.complete_all(alice, song)
        steps = ("drums", "bass", "vocals")
        assert heard == [StepsCompleted(alice.id, song, alice.id, None, "Released", steps, announced=False)]

    def test_completing_everything_keeps_the_first_time(
        self, alice: Actor, song: int, database: Database, clock: Clock
    ) -> None:
        authoring.set_steps(alice, song, {"bass": True})
        first = clock.time
        clock.advance(hours=1)
        authoring.complete_all(alice, song)
        times = {row["step_name"]: row["completed_at"] for row in progress.progress(alice, song)}
        assert times == {"drums": clock.time, "bass": first, "vocals": clock.time}
        assert stored(database, song) == {"drums": True, "bass": True, "vocals": True}

    def test_the_song_is_touched_only_when_a_step_turns(
        self, alice: Actor, song: int, database: Database, clock: Clock
    ) -> None:
        songs = Base.metadata.tables["songs"]

        def touched() -> object:
            return database.row(songs.select().where(songs.c.id == song))["updated_at"]

        start = clock.advance(hours=1)
        authoring.set_steps(alice, song, {"drums": True})
        assert touched() == start
        for wanted in ({"drums": True}, {"bass": False}, {"collaboration": True}, {}):
            clock.advance(hours=1)
            authoring.set_steps(alice, song, wanted)
            assert touched() == start
        authoring.mark_step(alice, song, "bass", Mark(notes="later"))
        assert touched() == start
        authoring.set_steps(alice, song, {"drums": False})
        assert touched() == clock.time

    def test_a_step_that_is_none_cannot_be_marked_alone(self, alice: Actor, song: int, database: Database) -> None:
        with pytest.raises(NotFound):
            authoring.mark_step(alice, song, "keys", DONE)
        authoring.mark_steps(alice, song, {"keys": DONE})
        assert stored(database, song) == {}

    def test_the_steps_are_the_owners(self, alice: Actor, song: int, database: Database, person: Person) -> None:
        bobby = actor(person("bobby"))
        rows.workflow(database, bobby.id, "keys")
        rows.grant(database, bobby.id, "song_edit", on=song)
        authoring.set_steps(bobby, song, {"keys": True, "bass": True})
        assert stored(database, song) == {"bass": True}
        assert database.column("SELECT completed_by_user_id FROM song_progress") == [bobby.id]

    def test_an_owner_without_a_workflow_has_the_templates_steps(self, database: Database, person: Person) -> None:
        bobby = actor(person("bobby"))
        song = rows.song(database, bobby.id)
        authoring.complete_all(bobby, song)
        assert stored(database, song) == dict.fromkeys(DEFAULT_NAMES, True)
        assert database.count("user_workflows") == 0

    def test_who_may_not_edit_is_refused(self, song: int, database: Database, person: Person) -> None:
        stranger = actor(person("stranger"))
        with pytest.raises(Forbidden):
            authoring.set_steps(stranger, song, {"drums": True})
        with pytest.raises(Forbidden):
            authoring.complete_all(stranger, song)
        with pytest.raises(Forbidden):
            authoring.mark_step(stranger, song, "drums", DONE)
        with pytest.raises(Forbidden):
            authoring.mark_steps(stranger, song, {"drums": DONE})
        with pytest.raises(Forbidden):
            assignments.replace(stranger, song, [])
        assert database.count("song_progress") == 0


class TestAssignments:
    def test_the_event_comes_only_with_other_pairs(self, alice: Actor, database: Database, heard: list[object]) -> None:
        song = rows.song(database, alice.id)
        first, second = ("bobby", "drums"), ("carol", "bass")

        def replace(pairs_: Sequence[tuple[str, str]]) -> None:
            assignments.replace(alice, song, pairs_)

        replace([])
        assert heard == []
        replace([first, second, first])
        assert pairs(database, song) == [first, second]
        replace([first, second])
        replace([second, first])
        assert pairs(database, song) == [second, first]
        assert heard == [AssignmentsReplaced(alice.id, song, alice.id, "In Progress", (first, second))]
        replace([second])
        replace([])
        assert [event.assignments for event in heard[1:] if isinstance(event, AssignmentsReplaced)] == [(second,), ()]
        assert pairs(database, song) == []

    def test_an_unchanged_list_writes_nothing(self, alice: Actor, database: Database, query_counter: Counter) -> None:
        song = rows.song(database, alice.id)
        assignments.replace(alice, song, [("bobby", "drums")])
        ids = database.column("SELECT id FROM wip_collaborations")
        with query_counter() as sent:
            assignments.replace(alice, song, [("bobby", "drums")])
        sent.at_most(2)
        assert database.column("SELECT id FROM wip_collaborations") == ids

    def test_an_unknown_song_is_refused(self, alice: Actor) -> None:
        with pytest.raises(NotFound):
            assignments.replace(alice, 2_000_000_000, [])


class TestSettings:
    def test_a_new_address_ends_the_reset_tokens_of_the_old_one(
        self, alice: Actor, database: Database, person: Person, clock: Clock
    ) -> None:
        person("bobby")
        for number, email in enumerate(("alice@example.org", "alice@example.org", "bobby@example.org")):
            database.insert("password_reset_tokens", email=email, token=f"{number:064}", expires_at=clock.time)
        users.change(alice, users.SettingsEdit(email="alice@example.org", website_url="https://a.example"))
        assert database.count("password_reset_tokens") == 3
        users.change(alice, users.SettingsEdit(email="new@example.org"))
        assert database.column("SELECT email FROM password_reset_tokens") == ["bobby@example.org"]

    def test_a_refusal_changes_nothing(self, alice: Actor, database: Database, person: Person, clock: Clock) -> None:
        person("bobby")
        database.insert("password_reset_tokens", email="alice@example.org", token="0" * 64, expires_at=clock.time)
        edit = users.SettingsEdit(email="bobby@example.org", website_url="https://a.example")
        with pytest.raises(RuleViolation):
            users.change(alice, edit)
        assert database.count("password_reset_tokens") == 1
        assert database.scalar("SELECT website_url FROM users WHERE id = :id", id=alice.id) is None

    def test_every_save_is_told(self, alice: Actor, heard: list[object]) -> None:
        users.change(alice, users.SettingsEdit())
        users.change(alice, users.SettingsEdit(display_name="Al"))
        assert heard == [SettingsChanged(alice.id)] * 2

    def test_a_user_who_is_gone_cannot_save(self, database: Database) -> None:
        with pytest.raises(NotFound):
            users.change(Actor(2_000_000_000, "gone"), users.SettingsEdit(display_name="Al"))
        assert database.count("users") == 0

    @pytest.mark.parametrize("stored_method", ["discord", "telephone"])
    def test_what_an_older_version_stored_does_not_stand_in_the_way(
        self, database: Database, person: Person, stored_method: str
    ) -> None:
        bobby = actor(person("bobby", preferred_contact_method=stored_method))
        edit: dict[str, Any] = {"website_url": "https://b.example", "auto_spotify_fetch_enabled": False}
        users.change(bobby, users.SettingsEdit(**edit))
        assert database.scalar("SELECT website_url FROM users WHERE id = :id", id=bobby.id) == "https://b.example"
