"""Workflows and progress over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Person, Register
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import covers
from tests.support.world import EVERYBODY, World
from trackflow.services.workflows.template import DEFAULT_STEPS

AsUser = Callable[[Account | None], Api]
NOBODY = 2_000_000_000
HUGE = "9" * 20
CONSTANTS = {"description": None, "is_required": True, "category": None, "is_enabled": True}
REFUSAL = "You may not do this with this song."
# who sees the song: not who owns another song of its pack and has no right on anything
VIEWERS = set(EVERYBODY) - {"other_owner", "stranger", "admin", "inactive"}
EDITORS = {"owner", "song_edit", "pack_edit"}


def steps(*names: str) -> list[dict[str, Any]]:
    return [{"step_name": name, "display_name": name.title(), "order_index": place} for place, name in enumerate(names)]


def names(workflow: dict[str, Any]) -> list[str]:
    return [step["step_name"] for step in workflow["steps"]]


@pytest.fixture
def alice(register: Register, as_user: AsUser) -> Api:
    return as_user(register("alice"))


def id_of(api: Api) -> int:
    assert api.account is not None
    return api.account.id


class TestOwnWorkflow:
    @covers("GET /workflows/my-workflow")
    def test_reading(self, alice: Api, database: Database, clock: Clock) -> None:
        alice.put("/workflows/my-workflow", {"name": "Mine", "description": "of mine"}).ok()
        answer = alice.get("/workflows/my-workflow").ok()
        ids = database.column("SELECT id FROM user_workflow_steps ORDER BY order_index")
        workflow_id = database.scalar("SELECT id FROM user_workflows")
        assert answer == {
            "id": workflow_id,
            "user_id": id_of(alice),
            "name": "Mine",
            "description": "of mine",
            "template_id": None,
            "created_at": answer["created_at"],
            "updated_at": clock.time.isoformat() + "Z",
            "steps": [
                {"id": step_id, "workflow_id": workflow_id, **step, **CONSTANTS}
                for step_id, step in zip(ids, steps("drums", "bass", "vocals"), strict=True)
            ],
        }

    def test_reading_without_one_is_the_template_and_stores_nothing(
        self, person: Person, as_user: AsUser, database: Database
    ) -> None:
        bobby = as_user(person("bobby"))
        answer = bobby.get("/workflows/my-workflow").ok()
        template_id = database.scalar("SELECT id FROM workflow_templates WHERE is_default")
        ids = database.column("SELECT id FROM workflow_template_steps ORDER BY order_index")
        assert answer == {
            "id": 0,
            "user_id": id_of(bobby),
            "name": "My Workflow",
            "description": "Custom workflow",
            "template_id": template_id,
            "created_at": answer["created_at"],
            "updated_at": answer["created_at"],
            "steps": [
                {
                    "id": step_id,
                    "workflow_id": 0,
                    "step_name": step.step_name,
                    "display_name": step.display_name,
                    "order_index": place,
                    **CONSTANTS,
                }
                for place, (step_id, step) in enumerate(zip(ids, DEFAULT_STEPS, strict=True))
            ],
        }
        assert answer["created_at"].endswith("Z")
        assert database.count("user_workflows") == 0

    @covers("GET /workflows/my-workflow/summary")
    def test_the_summary(self, alice: Api, person: Person, as_user: AsUser, database: Database) -> None:
        workflow_id = database.scalar("SELECT id FROM user_workflows")
        counts = {"total_steps": 3, "required_steps": 3, "enabled_steps": 3}
        answer = alice.get("/workflows/my-workflow/summary").ok()
        assert answer == {"id": workflow_id, "name": "My Workflow", **counts, "template_name": None}
        counts = dict.fromkeys(counts, 13)
        answer = as_user(person("bobby")).get("/workflows/my-workflow/summary").ok()
        assert answer == {"id": 0, "name": "My Workflow", **counts, "template_name": "Standard Workflow"}

    @covers("PUT /workflows/my-workflow")
    def test_saving_answers_with_the_workflow(self, alice: Api, database: Database) -> None:
        extra = {"is_enabled": False, "category": "x", "id": 1, "workflow_id": NOBODY}
        sent = [{**step, **extra, "order_index": step["order_index"] * -10} for step in steps("drums", "lights")]
        answer = alice.put("/workflows/my-workflow", {"name": " Mine ", "steps": sent, "user_id": NOBODY}).ok()
        assert answer == alice.get("/workflows/my-workflow").ok()
        assert (answer["name"], answer["user_id"]) == ("Mine", id_of(alice))
        found = [(step["step_name"], step["display_name"], step["order_index"]) for step in answer["steps"]]
        assert found == [("lights", "Lights", -10), ("drums", "Drums", 0)]
        assert all({**step, **CONSTANTS} == step for step in answer["steps"])
        assert database.count("user_workflows") == 1

    def test_saving_without_one_makes_it(self, person: Person, as_user: AsUser) -> None:
        bobby = as_user(person("bobby"))
        answer = bobby.put("/workflows/my-workflow", {"steps": steps("drums")}).ok()
        assert answer["id"] > 0
        assert (names(answer), answer["name"]) == (["drums"], "My Workflow")

    @pytest.mark.parametrize("body", [None, {}, {"name": None, "description": None, "steps": None}, {"x": 1}])
    def test_saving_nothing_changes_nothing(self, alice: Api, body: Any) -> None:
        before = alice.get("/workflows/my-workflow").ok()
        assert alice.put("/workflows/my-workflow", body).ok() == before

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ([], "_schema"),
            ({"name": 7}, "name"),
            ({"name": "  "}, "name"),
            ({"name": "x" * 201}, "name"),
            ({"name": "a\x00b"}, "name"),
            ({"description": ["x"]}, "description"),
            ({"description": "x" * 10_001}, "description"),
            ({"steps": []}, "steps"),
            ({"steps": "drums"}, "steps"),
            ({"steps": {"a": 1}}, "steps"),
            ({"steps": [None]}, "steps.0"),
            ({"steps": ["drums"]}, "steps.0._schema"),
            ({"steps": [{"step_name": "a", "display_name": "A"}]}, "steps.0.order_index"),
            ({"steps": [{"step_name": "a", "order_index": 0}]}, "steps.0.display_name"),
            ({"steps": [{"display_name": "A", "order_index": 0}]}, "steps.0.step_name"),
            ({"steps": [{"step_name": None, "display_name": "A", "order_index": 0}]}, "steps.0.step_name"),
            ({"steps": [{"step_name": "a\x00", "display_name": "A", "order_index": 0}]}, "steps.0.step_name"),
            ({"steps": [{"step_name": "a", "display_name": "A", "order_index": "0"}]}, "steps.0.order_index"),
            ({"steps": [{"step_name": "a", "display_name": "A", "order_index": 0.0}]}, "steps.0.order_index"),
            ({"steps": [{"step_name": "a", "display_name": "A", "order_index": True}]}, "steps.0.order_index"),
            ({"steps": [{"step_name": "a", "display_name": "A", "order_index": 2**31}]}, "steps.0.order_index"),
            ({"steps": [{"step_name": "", "display_name": "A", "order_index": 0}]}, "steps"),
            ({"steps": [{"step_name": "a", "display_name": " ", "order_index": 0}]}, "steps"),
            ({"steps": [{"step_name": "x" * 101, "display_name": "A", "order_index": 0}]}, "steps"),
            ({"steps": [*steps("a"), *steps("a")]}, "steps"),
            ({"steps": [*steps("a"), *steps("b")]}, "steps"),
            ({"steps": steps(*map(str, range(101)))}, "steps"),
        ],
    )
    def test_a_malformed_body_is_422_and_changes_nothing(
        self, alice: Api, database: Database, body: Any, field: str
    ) -> None:
        before = alice.get("/workflows/my-workflow").ok()
        logged = database.count("activity_logs")
        refusal = alice.put("/workflows/my-workflow", body).refused(422)
        assert field in refusal["errors"], refusal
        assert alice.get("/workflows/my-workflow").ok() == before
        assert database.count("activity_logs") == logged

    def test_a_lone_surrogate_is_400(self, alice: Api) -> None:
        body = b'{"name": "\\ud800"}'
        alice.put("/workflows/my-workflow", data=body, content_type="application/json").refused(400)

    @covers("POST /workflows/reset-to-default")
    def test_a_reset_takes_no_body(self, alice: Api, database: Database) -> None:
        alice.put("/workflows/my-workflow", {"name": "Mine"}).ok()
        answer = alice.post("/workflows/reset-to-default").ok()
        assert answer == alice.get("/workflows/my-workflow").ok()
        assert names(answer) == [step.step_name for step in DEFAULT_STEPS]
        assert answer["name"] == "Mine"
        assert answer["template_id"] == database.scalar("SELECT id FROM workflow_templates WHERE is_default")

    def test_a_reset_without_a_workflow_makes_it(self, person: Person, as_user: AsUser) -> None:
        answer = as_user(person("bobby")).post("/workflows/reset-to-default").ok()
        assert answer["id"] > 0
        assert len(answer["steps"]) == 13


class TestWorkflowsOfOthers:
    @covers("GET /workflows/user/{user_id}", "GET /workflows/user/{user_id}/workflow-fields")
    def test_everybody_may_read_them(self, alice: Api, person: Person, as_user: AsUser) -> None:
        bobby = as_user(person("bobby"))
        path = f"/workflows/user/{id_of(alice)}"
        assert bobby.get(path).ok() == alice.get("/workflows/my-workflow").ok()
        assert bobby.get(f"{path}/workflow-fields").ok() == {"authoringFields": ["drums", "bass", "vocals"]}

    def test_who_has_none_has_the_templates(self, alice: Api, person: Person, as_user: AsUser) -> None:
        bobby = as_user(person("bobby"))
        path = f"/workflows/user/{id_of(bobby)}"
        assert alice.get(path).ok() == bobby.get("/workflows/my-workflow").ok()
        expected = [step.step_name for step in DEFAULT_STEPS]
        assert alice.get(f"{path}/workflow-fields").ok() == {"authoringFields": expected}

    @pytest.mark.parametrize("ending", ["", "/workflow-fields"])
    @pytest.mark.parametrize("user_id", [NOBODY, 0, HUGE, "-1", "alice", "1.0"])
    def test_an_unknown_user_is_404(self, alice: Api, user_id: object, ending: str) -> None:
        alice.get(f"/workflows/user/{user_id}{ending}").refused(404)


class TestProgressOfASong:
    @covers("GET /workflows/songs/{song_id}/progress")
    def test_it_has_each_step_of_the_owner_in_order(
        self, alice: Api, database: Database, as_user: AsUser, clock: Clock
    ) -> None:
        song = rows.song(database, id_of(alice))
        rows.progress(database, song, keys=True)  # no step of the workflow
        alice.put(f"/workflows/songs/{song}/progress/vocals", {"is_completed": True, "notes": "loud"}).ok()
        row_id = database.scalar("SELECT id FROM song_progress WHERE step_name = 'vocals'")
        now = clock.time.isoformat() + "Z"
        untouched = {
            "id": 0, "song_id": song, "is_completed": False, "notes": None,
            "completed_at": None, "created_at": None, "updated_at": None,
        }  # fmt: skip
        expected = [
            {**untouched, "step_name": "drums"},
            {**untouched, "step_name": "bass"},
            {
                "id": row_id, "song_id": song, "step_name": "vocals", "is_completed": True, "notes": "loud",
                "completed_at": now, "created_at": now, "updated_at": now,
            },
        ]  # fmt: skip
        assert alice.get(f"/workflows/songs/{song}/progress").ok() == expected
        assert database.count("song_progress") == 2

    def test_who_sees_the_song_sees_its_progress(self, world: World, as_user: AsUser) -> None:
        for who in set(EVERYBODY) - {"inactive"}:
            answer = as_user(world.people[who]).get(f"/workflows/songs/{world.song}/progress")
            if who in VIEWERS:
                assert len(answer.ok()) == 13
            else:
                assert answer.refused(403)["detail"] == REFUSAL

    def test_everybody_sees_it_of_public_songs(self, world: World, as_user: AsUser, database: Database) -> None:
        database.execute("UPDATE songs SET is_public = true WHERE id = :id", id=world.song)
        as_user(world.people["stranger"]).get(f"/workflows/songs/{world.song}/progress").ok()

    @pytest.mark.parametrize("song_id", [NOBODY, 0, HUGE, "-1", "x"])
    def test_an_unknown_song_is_404(self, alice: Api, song_id: object) -> None:
        alice.get(f"/workflows/songs/{song_id}/progress").refused(404)


class TestProgressInBulk:
    path = "/workflows/songs/progress/bulk"

    @covers("GET /workflows/songs/progress/bulk")
    def test_every_id_that_is_asked_for_is_a_key(self, alice: Api, database: Database, person: Person) -> None:
        first, second = rows.song(database, id_of(alice)), rows.song(database, id_of(alice))
        foreign = rows.song(database, person("bobby"))
        third = rows.song(database, id_of(alice))
        rows.progress(database, first, drums=True, bass=False, stale=True)  # stale: no step of the workflow any more
        rows.progress(database, third, stale=True)
        rows.progress(database, foreign, drums=True)
        asked = f"{first}, {second},{third},,{foreign},{NOBODY},{HUGE},-1,000{first}"
        assert alice.get(self.path, {"song_ids": asked}).ok() == {
            str(first): {"drums": True, "bass": False},
            str(second): {},
            str(third): {},
            str(foreign): {},
            str(NOBODY): {},
            HUGE: {},
            "-1": {},
        }

    def test_the_steps_are_those_of_each_songs_owner(
        self, alice: Api, database: Database, person: Person, as_user: AsUser
    ) -> None:
        bobby = person("bobby")  # without a workflow: measured by the default template
        own, foreign = rows.song(database, id_of(alice)), rows.song(database, bobby)
        rows.grant(database, id_of(alice), "song_edit", on=foreign)
        for song in (own, foreign):
            rows.progress(database, song, drums=True, compile=False, lights=True)
        expected = {str(own): {"drums": True}, str(foreign): {"drums": True, "compile": False}}
        assert alice.get(self.path, {"song_ids": f"{own},{foreign}"}).ok() == expected
        assert as_user(bobby).get(self.path, {"song_ids": str(foreign)}).ok()[str(foreign)] == expected[str(foreign)]

    @pytest.mark.parametrize("asked", ["", " ", ",", " , ,"])
    def test_nothing_asked_is_nothing_answered(self, alice: Api, asked: str) -> None:
        assert alice.get(self.path, {"song_ids": asked}).ok() == {}

    def test_the_parameter_is_required(self, alice: Api) -> None:
        assert "song_ids" in alice.get(self.path).refused(422)["errors"]

    @pytest.mark.parametrize("asked", ["x", "1,x", "1.5", "null", "1;2", "1 2"])
    def test_what_is_no_number_is_400(self, alice: Api, asked: str) -> None:
        alice.get(self.path, {"song_ids": asked}).refused(400, "numbers")

    def test_nul_is_422(self, alice: Api) -> None:
        alice.get(self.path, {"song_ids": "1\x00"}).refused(422)

    def test_two_thousand_songs_in_one_call(self, alice: Api, database: Database) -> None:
        song = rows.song(database, id_of(alice))
        rows.progress(database, song, drums=True)
        asked = [*range(1_000_000, 1_002_500), song]
        answer = alice.get(self.path, {"song_ids": ",".join(map(str, asked))}).ok()
        assert len(answer) == 2501
        assert answer.pop(str(song)) == {"drums": True}
        assert set(map(str, answer.values())) == {"{}"}

    def test_others_see_what_they_see_of_the_songs(self, world: World, as_user: AsUser, database: Database) -> None:
        rows.progress(database, world.song, drums=True)
        for who in set(EVERYBODY) - {"inactive"}:
            answer = as_user(world.people[who]).get(self.path, {"song_ids": str(world.song)}).ok()
            assert answer == {str(world.song): {"drums": True} if who in VIEWERS else {}}, who

    @pytest.mark.parametrize("status", ["planned", "in_progress", "released"])
    def test_songs_of_a_series_are_shown_to_who_sees_the_series(
        self, world: World, as_user: AsUser, database: Database, status: str
    ) -> None:
        series = database.insert("album_series", album_name="LP", artist_name="Band", status=status, pack_id=world.pack)
        for song in (world.loose_song, world.other_song):
            database.execute("UPDATE songs SET album_series_id = :series WHERE id = :id", series=series, id=song)
            rows.progress(database, song, drums=True)
        # involved: owners and editors of the pack or of a song of the series, and administrators; not pack_view
        involved = {"owner", "other_owner", "sibling_edit", "pack_owner", "pack_edit", "admin"}
        for who in set(EVERYBODY) - {"inactive"}:
            api = as_user(world.people[who])
            sees = status == "released" or who in involved
            answer = api.get(self.path, {"song_ids": str(world.loose_song)}).ok()
            assert answer == {str(world.loose_song): {"drums": True} if sees else {}}, who
            single = api.get(f"/workflows/songs/{world.loose_song}/progress")
            assert single.status == (200 if sees else 403), who


class TestMarking:
    @covers("PUT /workflows/songs/{song_id}/progress/{step_name}")
    def test_one_step(self, alice: Api, database: Database, clock: Clock) -> None:
        song = rows.song(database, id_of(alice))
        path = f"/workflows/songs/{song}/progress/bass"
        start = clock.time.isoformat() + "Z"
        answer = alice.put(path, {"is_completed": 1, "notes": "slap"}).ok()
        expected = {
            "id": answer["id"], "song_id": song, "step_name": "bass", "is_completed": True, "notes": "slap",
            "completed_at": start, "created_at": start, "updated_at": start,
        }  # fmt: skip
        assert answer == expected
        assert answer["id"] > 0
        clock.advance(minutes=5)
        later = clock.time.isoformat() + "Z"
        assert alice.put(path, {}).ok() == expected
        assert alice.put(path, {"is_completed": True, "notes": None}).ok() == expected
        assert alice.put(path, {"notes": ""}).ok() == {**expected, "notes": None, "updated_at": later}
        opened = {**expected, "notes": None, "is_completed": False, "completed_at": None, "updated_at": later}
        assert alice.put(path, {"is_completed": False}).ok() == opened

    @covers("POST /workflows/songs/{song_id}/progress/bulk")
    def test_several_steps(self, alice: Api, database: Database) -> None:
        song = rows.song(database, id_of(alice))
        updates = [
            {"step_name": "vocals", "is_completed": True, "notes": None},
            {"step_name": "collaboration", "is_completed": True},
            {"step_name": "drums", "notes": "soon"},
            {"step_name": "vocals", "is_completed": True, "notes": "last"},
        ]
        answer = alice.post(f"/workflows/songs/{song}/progress/bulk", {"updates": updates}).ok()
        found = [(row["step_name"], row["is_completed"], row["notes"]) for row in answer]
        assert found == [("drums", False, "soon"), ("vocals", True, "last")]
        assert answer == [row for row in alice.get(f"/workflows/songs/{song}/progress").ok() if row["id"]]
        assert alice.post(f"/workflows/songs/{song}/progress/bulk", {"updates": []}).ok() == []

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ([], "_schema"),
            ({"is_completed": "yes"}, "is_completed"),
            ({"is_completed": 2}, "is_completed"),
            ({"notes": 7}, "notes"),
            ({"notes": "x" * 10_001}, "notes"),
            ({"notes": "\x00"}, "notes"),
        ],
    )
    def test_a_malformed_mark_is_422(self, alice: Api, database: Database, body: Any, field: str) -> None:
        song = rows.song(database, id_of(alice))
        path = f"/workflows/songs/{song}/progress"
        assert field in alice.put(f"{path}/drums", body).refused(422)["errors"]
        if isinstance(body, dict):
            sent = {"updates": [{"step_name": "drums", **body}]}
            assert f"updates.0.{field}" in alice.post(f"{path}/bulk", sent).refused(422)["errors"]
        assert database.count("song_progress") == 0

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "updates"),
            (None, "updates"),
            ({"updates": None}, "updates"),
            ({"updates": {"drums": True}}, "updates"),
            ({"updates": [{}]}, "updates.0.step_name"),
            ({"updates": [{"step_name": 7}]}, "updates.0.step_name"),
            ({"updates": [{"step_name": "a"}] * 201}, "updates"),
        ],
    )
    def test_a_malformed_list_of_marks_is_422(self, alice: Api, database: Database, body: Any, field: str) -> None:
        song = rows.song(database, id_of(alice))
        refusal = alice.post(f"/workflows/songs/{song}/progress/bulk", body).refused(422)
        assert field in refusal["errors"], refusal

    def test_a_step_that_is_none_is_404(self, alice: Api, database: Database) -> None:
        song = rows.song(database, id_of(alice))
        for name in ("keys", "Drums", "x" * 500, "%F0%9F%8E%B8"):
            alice.put(f"/workflows/songs/{song}/progress/{name}", {"is_completed": True}).refused(404)
        assert database.count("song_progress") == 0

    def test_who_may_edit_may_mark(self, world: World, as_user: AsUser, database: Database) -> None:
        for who in set(EVERYBODY) - {"inactive"}:
            api = as_user(world.people[who])
            path = f"/workflows/songs/{world.song}/progress"
            single = api.put(f"{path}/drums", {"is_completed": True})
            several = api.post(f"{path}/bulk", {"updates": [{"step_name": "bass", "is_completed": True}]})
            if who in EDITORS:
                assert (single.ok()["step_name"], several.ok()[0]["step_name"]) == ("drums", "bass")
            else:
                assert single.refused(403)["detail"] == several.refused(403)["detail"] == REFUSAL
            database.execute("DELETE FROM song_progress")

    def test_an_unknown_song_is_404(self, alice: Api) -> None:
        alice.put(f"/workflows/songs/{NOBODY}/progress/drums", {}).refused(404)
        alice.post(f"/workflows/songs/{NOBODY}/progress/bulk", {"updates": []}).refused(404)


CALLS: dict[str, tuple[str, str, Any]] = {
    "own": ("GET", "/workflows/my-workflow", None),
    "summary": ("GET", "/workflows/my-workflow/summary", None),
    "save": ("PUT", "/workflows/my-workflow", {"steps": steps("a", "b")}),
    "reset": ("POST", "/workflows/reset-to-default", None),
    "user": ("GET", "/workflows/user/{user}", None),
    "fields": ("GET", "/workflows/user/{user}/workflow-fields", None),
    "progress": ("GET", "/workflows/songs/{song}/progress", None),
    "bulk": ("GET", "/workflows/songs/progress/bulk", None),
    "mark": ("PUT", "/workflows/songs/{song}/progress/drums", {"is_completed": True}),
    "marks": ("POST", "/workflows/songs/{song}/progress/bulk", {"updates": [{"step_name": "drums"}]}),
}


@pytest.mark.parametrize("name", CALLS)
def test_all_spellings_of_a_path_are_one_operation(name: str, alice: Api, database: Database) -> None:
    method, path, body = CALLS[name]
    path = path.format(user=id_of(alice), song=rows.song(database, id_of(alice)))
    query = {"song_ids": "1", "_t": "123"} if name == "bulk" else {"_t": "123"}
    answers = [
        alice.call(method, f"{prefix}{path}{slash}", body, query=query).ok()
        for prefix in ("", "/api")
        for slash in ("", "/")
    ]
    kinds = {(type(answer), len(answer)) for answer in answers}
    assert len(kinds) == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_missing_token_comes_before_everything(name: str, anonymous: Api) -> None:
    method, path, _ = CALLS[name]
    refusal = anonymous.call(method, path.format(user=NOBODY, song=NOBODY), body=[7])
    refusal.refused(401)
    assert refusal.headers["WWW-Authenticate"] == "Bearer"
