"""Marking steps by name, recent parts and part assignments over HTTP."""

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
REFUSAL = "You may not do this with this song."
# who sees the song: not who owns another song of its pack and has no right on anything
VIEWERS = set(EVERYBODY) - {"other_owner", "stranger", "admin", "inactive"}
EDITORS = {"owner", "song_edit", "pack_edit"}
LEGACY = (
    "demucs", "midi", "tempo_map", "fake_ending", "drums", "bass", "guitar", "vocals", "harmonies", "pro_keys",
    "keys", "animations", "drum_fills", "overdrive", "compile",
)  # fmt: skip


@pytest.fixture
def alice(register: Register, as_user: AsUser) -> Api:
    return as_user(register("alice"))


@pytest.fixture
def song(alice: Api, database: Database) -> int:
    return rows.song(database, id_of(alice), "Harbour Lights", artist="The Example")


def id_of(api: Api) -> int:
    assert api.account is not None
    return api.account.id


def done(database: Database, song_id: int) -> dict[str, bool]:
    found = database.rows("SELECT step_name, is_completed FROM song_progress WHERE song_id = :id", id=song_id)
    return {row["step_name"]: bool(row["is_completed"]) for row in found}


class TestMarking:
    @covers("PUT /authoring/{song_id}")
    def test_steps_are_marked_by_name(self, alice: Api, song: int, database: Database) -> None:
        answer = alice.put(f"/authoring/{song}", {"drums": True, "bass": 1, "vocals": False}).ok()
        assert set(answer) == {"message"}
        assert done(database, song) == {"drums": True, "bass": True, "vocals": False}
        alice.put(f"/authoring/{song}", {"drums": False, "vocals": 0}).ok()
        assert done(database, song) == {"drums": False, "bass": True, "vocals": False}

    def test_what_is_no_step_is_ignored(self, alice: Api, song: int, database: Database) -> None:
        sent = {"collaboration": True, "Drums": True, " drums": True, "": True, "\x00": True, "x" * 10_000: True}
        alice.put(f"/authoring/{song}", sent).ok()
        alice.put(f"/authoring/{song}", {}).ok()
        alice.put(f"/authoring/{song}").ok()
        assert done(database, song) == {}
        alice.put(f"/authoring/{song}", {**sent, "bass": True}).ok()
        assert done(database, song) == {"bass": True}

    @pytest.mark.parametrize("value", [None, "yes", "", 2, -1, 1.5, 2**63 - 1, [True], {"drums": True}])
    def test_what_is_no_step_may_have_any_value(self, alice: Api, song: int, database: Database, value: Any) -> None:
        alice.put(f"/authoring/{song}", {"collaboration": value}).ok()
        assert done(database, song) == {}
        alice.put(f"/authoring/{song}", {"collaboration": value, "bass": True}).ok()
        assert done(database, song) == {"bass": True}

    def test_marking_all_twice_keeps_the_first_time(self, alice: Api, song: int, clock: Clock) -> None:
        everything = {"drums": True, "bass": True, "vocals": True}
        alice.put(f"/authoring/{song}", {"bass": True}).ok()
        first = clock.time.isoformat() + "Z"
        clock.advance(minutes=1)
        second = clock.time.isoformat() + "Z"
        alice.put(f"/authoring/{song}", everything).ok()
        clock.advance(minutes=1)
        for name in everything:
            alice.put(f"/authoring/{song}", {name: True}).ok()
        found = {row["step_name"]: row["completed_at"] for row in alice.get(f"/workflows/songs/{song}/progress").ok()}
        assert found == {"drums": second, "bass": first, "vocals": second}

    def test_completing_the_last_step_leaves_the_status(self, alice: Api, song: int, database: Database) -> None:
        alice.put(f"/authoring/{song}", {"drums": True, "bass": True, "vocals": True}).ok()
        assert database.scalar("SELECT status FROM songs WHERE id = :id", id=song) == "In Progress"

    @pytest.mark.parametrize("value", [None, "true", "yes", 2, -1, 1.0, 2**63 - 1, [], {}])
    def test_other_values_of_steps_are_422_and_change_nothing(
        self, alice: Api, song: int, database: Database, value: Any
    ) -> None:
        sent = {"bass": True, "drums": value, "collaboration": value}
        refusal = alice.put(f"/authoring/{song}", sent).refused(422, "true or false")
        assert refusal["errors"] == {"drums": ["Must be true or false."]}
        huge = b'{"drums": 100000000000000000000000}'
        alice.put(f"/authoring/{song}", data=huge, content_type="application/json").refused(422)
        assert done(database, song) == {}

    @pytest.mark.parametrize("body", [[], [{"drums": True}], "drums", 7, True])
    def test_the_body_is_an_object(self, alice: Api, song: int, body: Any) -> None:
        alice.put(f"/authoring/{song}", body).refused(422)

    def test_unreadable_bodies_are_400(self, alice: Api, song: int) -> None:
        for data in (b"{", b'{"drums": NaN}', b'{"\\ud800": true}', b"[" * 100_000):
            alice.put(f"/authoring/{song}", data=data, content_type="application/json").refused(400)
        alice.put(f"/authoring/{song}", data=b"drums=1", content_type="application/x-www-form-urlencoded").refused(415)

    def test_who_may_not_mark_is_not_told_what_is_a_step(self, song: int, person: Person, as_user: AsUser) -> None:
        stranger = as_user(person("stranger"))
        for key in ("drums", "collaboration"):
            stranger.put(f"/authoring/{song}", {key: "yes"}).refused(403)

    def test_the_number_of_keys_is_bounded(self, alice: Api, song: int) -> None:
        alice.put(f"/authoring/{song}", {str(number): True for number in range(200)}).ok()
        alice.put(f"/authoring/{song}", {str(number): True for number in range(201)}).refused(422)

    @covers("POST /authoring/complete/{song_id}")
    def test_completing_everything(self, alice: Api, song: int, database: Database) -> None:
        assert alice.post(f"/authoring/complete/{song}").ok() == {"success": True}
        assert done(database, song) == {"drums": True, "bass": True, "vocals": True}
        assert alice.post(f"/authoring/complete/{song}", {"x": 1}).ok() == {"success": True}

    def test_who_may_edit_may_mark(self, world: World, as_user: AsUser, database: Database) -> None:
        for who in set(EVERYBODY) - {"inactive"}:
            api = as_user(world.people[who])
            toggle = api.put(f"/authoring/{world.song}", {"drums": True})
            complete = api.post(f"/authoring/complete/{world.song}")
            if who in EDITORS:
                toggle.ok()
                complete.ok()
                assert len(done(database, world.song)) == len(DEFAULT_STEPS)
                found = database.column("SELECT DISTINCT completed_by_user_id FROM song_progress")
                assert found == [world.people[who].id]
            else:
                assert toggle.refused(403)["detail"] == complete.refused(403)["detail"] == REFUSAL
                assert done(database, world.song) == {}
            database.execute("DELETE FROM song_progress")

    @pytest.mark.parametrize("song_id", [NOBODY, 0, HUGE, "-1"])
    def test_an_unknown_song_is_404(self, alice: Api, song_id: object) -> None:
        alice.put(f"/authoring/{song_id}", {"drums": True}).refused(404)
        alice.post(f"/authoring/complete/{song_id}").refused(404)


class TestLegacy:
    @covers("GET /authoring/{song_id}")
    def test_the_booleans_come_from_the_progress(self, alice: Api, song: int, database: Database) -> None:
        rows.progress(database, song, drums=True, bass=False, midi=True, lights=True)
        expected = {"id": song, "song_id": song, **{name: name in ("drums", "midi") for name in LEGACY}}
        assert alice.get(f"/authoring/{song}").ok() == expected
        assert database.count("authoring") == 0

    def test_without_progress_all_are_false(self, alice: Api, song: int) -> None:
        answer = alice.get(f"/authoring/{song}").ok()
        assert [name for name, value in answer.items() if value is not False] == ["id", "song_id"]

    def test_who_sees_the_song_may_read(self, world: World, as_user: AsUser, database: Database) -> None:
        database.execute("UPDATE songs SET is_public = true")
        for who in set(EVERYBODY) - {"inactive"}:
            answer = as_user(world.people[who]).get(f"/authoring/{world.song}")
            if who in VIEWERS:
                answer.ok()
            else:
                assert answer.refused(403)["detail"] == REFUSAL

    def test_an_unknown_song_is_404(self, alice: Api) -> None:
        alice.get(f"/authoring/{NOBODY}").refused(404)


class TestRecent:
    @covers("GET /authoring/recent")
    def test_the_latest_come_first(self, alice: Api, song: int, database: Database, clock: Clock) -> None:
        other = rows.song(database, id_of(alice), "Other")
        alice.put(f"/authoring/{song}", {"drums": True}).ok()
        first = clock.time.isoformat() + "Z"
        clock.advance(minutes=1)
        alice.put(f"/authoring/{other}", {"bass": True, "vocals": True}).ok()
        second = clock.time.isoformat() + "Z"
        rest = {"song_title": "Other", "song_id": other, "artist": "Artist", "completed_at": second}
        assert alice.get("/authoring/recent").ok() == [
            {"part_name": "vocals", **rest},
            {"part_name": "bass", **rest},
            {
                "part_name": "drums", "song_title": "Harbour Lights", "song_id": song,
                "completed_at": first, "artist": "The Example",
            },
        ]  # fmt: skip
        assert len(alice.get("/authoring/recent", {"limit": 2}).ok()) == 2

    def test_what_does_not_count(self, alice: Api, song: int, database: Database) -> None:
        rows.progress(database, song, drums=True)  # without a date
        alice.put(f"/authoring/{song}", {"bass": True}).ok()
        alice.put(f"/authoring/{song}", {"bass": False}).ok()
        alice.put(f"/authoring/{song}", {"vocals": True}).ok()
        kept = [
            {"step_name": name, "display_name": name, "order_index": place} for place, name in enumerate(("a", "b"))
        ]
        alice.put("/workflows/my-workflow", {"steps": kept}).ok()  # vocals is no step any more
        assert alice.get("/authoring/recent").ok() == []

    def test_it_is_of_songs_that_the_caller_may_edit(self, world: World, as_user: AsUser) -> None:
        as_user(world.people["owner"]).put(f"/authoring/{world.song}", {"drums": True}).ok()
        for who in set(EVERYBODY) - {"inactive"}:
            found = as_user(world.people[who]).get("/authoring/recent").ok()
            assert [row["song_id"] for row in found] == ([world.song] if who in EDITORS else []), who

    def test_by_default_there_are_five(self, alice: Api, database: Database, clock: Clock) -> None:
        for title in ("a", "b"):
            alice.post(f"/authoring/complete/{rows.song(database, id_of(alice), title)}").ok()
            clock.advance(minutes=1)
        assert len(alice.get("/authoring/recent").ok()) == 5
        assert len(alice.get("/authoring/recent", {"limit": 100}).ok()) == 6

    @pytest.mark.parametrize("limit", [0, -1, 101, HUGE, "x", "1.5", ""])
    def test_a_limit_out_of_range_is_422(self, alice: Api, limit: object) -> None:
        assert "limit" in alice.get("/authoring/recent", {"limit": limit}).refused(422)["errors"]


class TestAssignments:
    @covers("PUT /authoring/{song_id}/wip-collaborations", "GET /authoring/{song_id}/wip-collaborations")
    def test_the_whole_list_is_replaced(self, alice: Api, song: int) -> None:
        path = f"/authoring/{song}/wip-collaborations"
        assert alice.get(path).ok() == {"assignments": []}
        sent = [
            {"collaborator": " bobby ", "field": "drums", "id": 7},
            {"collaborator": "carol", "field": "bass"},
            {"collaborator": "bobby", "field": " drums"},
            {"collaborator": "Someone Else", "field": "no step"},
        ]
        assert set(alice.put(path, {"assignments": sent}).ok()) == {"message"}
        bobby, carol = {"collaborator": "bobby", "field": "drums"}, {"collaborator": "carol", "field": "bass"}
        other = {"collaborator": "Someone Else", "field": "no step"}
        assert alice.get(path).ok() == {"assignments": [bobby, carol, other]}
        alice.put(path, {"assignments": [carol, bobby]}).ok()
        assert alice.get(path).ok() == {"assignments": [carol, bobby]}
        alice.put(path, {}).ok()
        assert alice.get(path).ok() == {"assignments": []}

    @pytest.mark.parametrize(
        ("value", "field"),
        [
            (None, "assignments"),
            ("bobby", "assignments"),
            ({"bobby": "drums"}, "assignments"),
            (["bobby"], "assignments.0._schema"),
            ([{"collaborator": "bobby"}], "assignments.0.field"),
            ([{"field": "drums"}], "assignments.0.collaborator"),
            ([{"collaborator": None, "field": "drums"}], "assignments.0.collaborator"),
            ([{"collaborator": 7, "field": "drums"}], "assignments.0.collaborator"),
            ([{"collaborator": " ", "field": "drums"}], "assignments.0.collaborator"),
            ([{"collaborator": "bobby", "field": ""}], "assignments.0.field"),
            ([{"collaborator": "x" * 201, "field": "drums"}], "assignments.0.collaborator"),
            ([{"collaborator": "bobby", "field": "x" * 101}], "assignments.0.field"),
            ([{"collaborator": "bob\x00by", "field": "drums"}], "assignments.0.collaborator"),
            ([{"collaborator": "bobby", "field": "drums"}] * 501, "assignments"),
        ],
    )
    def test_a_malformed_list_is_422_and_changes_nothing(self, alice: Api, song: int, value: Any, field: str) -> None:
        path = f"/authoring/{song}/wip-collaborations"
        before = {"assignments": [{"collaborator": "bobby", "field": "drums"}]}
        alice.put(path, before).ok()
        assert field in alice.put(path, {"assignments": value}).refused(422)["errors"]
        alice.put(path, [value]).refused(422)
        assert alice.get(path).ok() == before

    def test_five_hundred_fit(self, alice: Api, song: int) -> None:
        sent = {"assignments": [{"collaborator": f"{number:0>200}", "field": "x" * 100} for number in range(500)]}
        path = f"/authoring/{song}/wip-collaborations"
        alice.put(path, sent).ok()
        assert alice.get(path).ok() == sent

    def test_who_sees_may_read_and_who_may_assign(self, world: World, as_user: AsUser, database: Database) -> None:
        path = f"/authoring/{world.song}/wip-collaborations"
        for who in set(EVERYBODY) - {"inactive"}:
            api = as_user(world.people[who])
            before = database.count("wip_collaborations")
            read, replaced = api.get(path), api.put(path, {"assignments": [{"collaborator": who, "field": "drums"}]})
            if who in VIEWERS:
                read.ok()
            else:
                assert read.refused(403)["detail"] == REFUSAL
            if who in EDITORS | {"pack_owner"}:
                replaced.ok()
                assert database.column("SELECT collaborator FROM wip_collaborations") == [who]
            else:
                assert replaced.refused(403)["detail"] == REFUSAL
                assert database.count("wip_collaborations") == before

    def test_an_unknown_song_is_404(self, alice: Api) -> None:
        alice.get(f"/authoring/{NOBODY}/wip-collaborations").refused(404)
        alice.put(f"/authoring/{NOBODY}/wip-collaborations", {"assignments": []}).refused(404)


class TestAssignmentsInBulk:
    path = "/authoring/wip-collaborations/bulk"

    @covers("GET /authoring/wip-collaborations/bulk")
    def test_only_songs_that_have_some_are_keys(
        self, alice: Api, song: int, database: Database, person: Person
    ) -> None:
        empty, foreign = (
            rows.song(database, id_of(alice), "Empty"),
            rows.song(database, person("bobby"), is_public=True),
        )
        pairs = [("bobby", "drums"), ("carol", "bass"), ("bobby", "bass")]
        for song_id in (song, foreign):
            for name, field in pairs:
                database.insert("wip_collaborations", song_id=song_id, collaborator=name, field=field)
        asked = f"{song}, {empty},,{foreign},{NOBODY},{HUGE},-1"
        expected = [{"collaborator": name, "field": field} for name, field in pairs]
        assert alice.get(self.path, {"song_ids": asked}).ok() == {str(song): expected}

    @pytest.mark.parametrize("asked", ["", " , ", str(NOBODY), ",".join(map(str, range(10**6, 10**6 + 2000)))])
    def test_nothing_found_is_an_empty_object(self, alice: Api, asked: str) -> None:
        assert alice.get(self.path, {"song_ids": asked}).ok() == {}

    def test_what_is_no_list_of_ids_is_refused(self, alice: Api) -> None:
        alice.get(self.path).refused(422)
        alice.get(self.path, {"song_ids": "1,x"}).refused(400, "numbers")

    def test_who_sees_the_song_sees_them(self, world: World, as_user: AsUser, database: Database) -> None:
        database.insert("wip_collaborations", song_id=world.song, collaborator="bobby", field="drums")
        for who in set(EVERYBODY) - {"inactive"}:
            answer = as_user(world.people[who]).get(self.path, {"song_ids": str(world.song)}).ok()
            expected = {str(world.song): [{"collaborator": "bobby", "field": "drums"}]}
            assert answer == (expected if who in VIEWERS else {}), who


CALLS: dict[str, tuple[str, str, Any]] = {
    "recent": ("GET", "/authoring/recent", None),
    "legacy": ("GET", "/authoring/{song}", None),
    "toggle": ("PUT", "/authoring/{song}", {"drums": True}),
    "complete": ("POST", "/authoring/complete/{song}", None),
    "bulk": ("GET", "/authoring/wip-collaborations/bulk", None),
    "assignments": ("GET", "/authoring/{song}/wip-collaborations", None),
    "assign": ("PUT", "/authoring/{song}/wip-collaborations", {"assignments": []}),
}


@pytest.mark.parametrize("name", CALLS)
def test_all_spellings_of_a_path_are_one_operation(name: str, alice: Api, song: int) -> None:
    method, path, body = CALLS[name]
    query = {"song_ids": "1", "_t": "123"} if name == "bulk" else {"_t": "123"}
    answers = [
        alice.call(method, f"{prefix}{path.format(song=song)}{slash}", body, query=query).ok()
        for prefix in ("", "/api")
        for slash in ("", "/")
    ]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("name", CALLS)
def test_a_missing_token_comes_before_everything(name: str, anonymous: Api) -> None:
    method, path, _ = CALLS[name]
    anonymous.call(method, path.format(song=NOBODY), body=[7]).refused(401)
