"""Sharing packs and songs over HTTP: whole answers, each refusal, odd ids and bodies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.conftest import Person, Register
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import covers

AsUser = Callable[[Account | None], Api]
HUGE = 2**31
BOTH = ["pack_view", "pack_edit"]
FORMS = ["/collaborations/{}", "/collaborations/{}/", "/api/collaborations/{}", "/api/collaborations/{}/"]
ODD_IDS = ("null", "undefined", "-1", "1.5", str(HUGE), "9" * 30, "%00", "x")


@pytest.fixture
def alice(register: Register) -> Account:
    return register("alice")


@pytest.fixture
def bobby(person: Person) -> Account:
    return person("bobby")


@pytest.fixture
def api(alice: Account, as_user: AsUser) -> Api:
    return as_user(alice)


@pytest.fixture
def pack(alice: Account, database: Database) -> int:
    return rows.pack(database, alice)


@pytest.fixture
def song(alice: Account, pack: int, database: Database) -> int:
    return rows.song(database, alice, pack_id=pack)


@dataclass(frozen=True, slots=True)
class Scene:
    """Alice calls; she owns a pack and a song in it. Bobby is to work with her."""

    api: Api
    alice: Account
    bobby: Account
    pack: int
    song: int


@pytest.fixture
def scene(api: Api, alice: Account, bobby: Account, pack: int, song: int) -> Scene:
    return Scene(api, alice, bobby, pack, song)


def right(who: Account, kind: str, target: int, clock: Clock, **changes: Any) -> dict[str, Any]:
    """Return a CollaborationOut without its id."""
    ids = {"pack_id": None, "song_id": None, "song_id" if kind == "song_edit" else "pack_id": target}
    row = {"user_id": who.id, "username": who.username, "collaboration_type": kind}
    return {**ids, **row, "created_at": clock.time.isoformat() + "Z", **changes}


def without_ids(answer: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert all(isinstance(row["id"], int) for row in answer)
    return [{name: value for name, value in row.items() if name != "id"} for row in answer]


class TestPacks:
    @covers(
        "POST /collaborations/packs/{pack_id}/collaborate",
        "GET /collaborations/packs/{pack_id}/collaborators",
        "GET /collaborations/on-my-packs",
        "GET /collaborations/my-collaborations",
        "DELETE /collaborations/packs/{pack_id}/collaborate/{user_id}",
    )
    @pytest.mark.parametrize("form", FORMS)
    def test_sharing_and_the_end_of_it(self, form: str, scene: Scene, clock: Clock, as_user: AsUser) -> None:
        api, bobby, pack = scene.api, scene.bobby, scene.pack
        path = form.format(f"packs/{pack}/collaborate")
        first = api.post(path, {"user_id": bobby.id, "permissions": ["pack_view"], "unknown": 1}).ok()
        assert without_ids(first) == [right(bobby, "pack_view", pack, clock)]
        both = api.post(path, {"user_id": bobby.id, "permissions": BOTH}).ok()
        strongest_first = [right(bobby, "pack_edit", pack, clock), right(bobby, "pack_view", pack, clock)]
        assert without_ids(both) == strongest_first
        assert api.post(path, {"user_id": bobby.id, "permissions": BOTH}).ok() == both
        assert both[1] == first[0]
        assert api.get(form.format(f"packs/{pack}/collaborators")).ok() == both
        assert api.get(form.format("on-my-packs")).ok() == both
        assert api.get(form.format("on-my-packs")).total == 2
        assert api.get(form.format("my-collaborations")).ok() == []
        assert as_user(bobby).get(form.format("my-collaborations")).ok() == both[::-1]
        end = form.format(f"packs/{pack}/collaborate/{bobby.id}")
        assert api.delete(end).ok() == {"message": "Rights removed: 2."}
        assert api.delete(end).ok() == {"message": "Rights removed: 0."}
        assert api.get(form.format("on-my-packs")).ok() == []

    @pytest.mark.parametrize(
        ("permissions", "status"),
        [
            (["song_edit"], 400), (["pack_view", "owner"], 400), (["PACK_VIEW"], 400), ([""], 400),
            ([], 422), (None, 422), ("pack_view", 422), ([1], 422), ([None], 422), ([["pack_view"]], 422),
            ({"0": "pack_view"}, 422), (["a\x00"], 422), (["x" * 201], 422), (["pack_view"] * 11, 422),
        ],
    )  # fmt: skip
    def test_refuses_other_permissions(self, permissions: Any, status: int, scene: Scene, database: Database) -> None:
        api, bobby, pack = scene.api, scene.bobby, scene.pack
        body = {"user_id": bobby.id, "permissions": permissions}
        api.post(f"/collaborations/packs/{pack}/collaborate", body).refused(status)
        assert (database.count("collaborations"), database.count("activity_logs", user_id=bobby.id)) == (0, 0)

    @pytest.mark.parametrize("user_id", [None, "1", 1.5, True, [], {}, 0, -1, HUGE])
    def test_refuses_other_ids_in_the_body(self, user_id: Any, api: Api, pack: int, song: int) -> None:
        api.post(f"/collaborations/packs/{pack}/collaborate", {"user_id": user_id, "permissions": BOTH}).refused(
            422, "user_id"
        )
        api.post(f"/collaborations/songs/{song}/collaborate", {"user_id": user_id}).refused(422, "user_id")

    def test_refuses_to_do_without(self, api: Api, bobby: Account, pack: int, song: int) -> None:
        path = f"/collaborations/packs/{pack}/collaborate"
        assert set(api.post(path).refused(422)["errors"]) == {"user_id", "permissions"}
        assert set(api.post(path, {"user_id": bobby.id}).refused(422)["errors"]) == {"permissions"}
        api.post(path, []).refused(422)
        api.post(f"/collaborations/songs/{song}/collaborate", {}).refused(422)

    @pytest.mark.parametrize("raw", ["{", '{"user_id": NaN}', '{"permissions": ["\\ud800"]}', "\x00"])
    def test_refuses_unreadable_bodies(self, raw: str, api: Api, pack: int) -> None:
        path = f"/collaborations/packs/{pack}/collaborate"
        api.post(path, data=raw, content_type="application/json").refused(400)
        api.post(path, data="user_id=1", content_type="text/plain").refused(415)

    def test_says_whether_the_person_may_be_added(
        self, api: Api, alice: Account, pack: int, person: Person, database: Database
    ) -> None:
        path = f"/collaborations/packs/{pack}/collaborate"
        for nobody in (person("gone", is_active=False).id, 12345):
            api.post(path, {"user_id": nobody, "permissions": BOTH}).refused(404, "no such user")
        api.post(path, {"user_id": alice.id, "permissions": BOTH}).refused(400, "your own")
        assert database.count("collaborations") == 0


class TestSongs:
    @covers(
        "POST /collaborations/songs/{song_id}/collaborate",
        "GET /collaborations/songs/{song_id}/collaborators",
        "DELETE /collaborations/songs/{song_id}/collaborate/{user_id}",
    )
    @pytest.mark.parametrize("form", FORMS)
    def test_sharing_and_the_end_of_it(self, form: str, api: Api, bobby: Account, song: int, clock: Clock) -> None:
        path = form.format(f"songs/{song}/collaborate")
        granted = api.post(path, {"user_id": bobby.id, "role": "x"}).ok()
        assert without_ids([granted]) == [right(bobby, "song_edit", song, clock)]
        clock.advance(days=1)
        assert api.post(path, {"user_id": bobby.id}).ok() == granted
        assert api.get(form.format(f"songs/{song}/collaborators")).ok() == [granted]
        assert api.get(form.format("on-my-packs")).ok() == []
        end = form.format(f"songs/{song}/collaborate/{bobby.id}")
        assert api.delete(end).ok() == {"message": "Rights removed: 1."}
        assert api.delete(end).ok() == {"message": "Rights removed: 0."}
        assert api.get(form.format(f"songs/{song}/collaborators")).ok() == []

    def test_says_whether_the_person_may_be_added(
        self, scene: Scene, as_user: AsUser, person: Person, database: Database
    ) -> None:
        api, alice, bobby = scene.api, scene.alice, scene.bobby
        theirs = rows.song(database, alice, pack_id=rows.pack(database, bobby))
        path = f"/collaborations/songs/{theirs}/collaborate"
        for nobody in (person("gone", is_active=False).id, 12345):
            api.post(path, {"user_id": nobody}).refused(404, "no such user")
        api.post(path, {"user_id": alice.id}).refused(400, "your own")
        as_user(bobby).post(path, {"user_id": alice.id}).refused(400, "owner of the song")
        as_user(bobby).post(path, {"user_id": bobby.id}).refused(400, "your own")
        assert database.count("collaborations") == 0


class TestPaths:
    @pytest.mark.parametrize("kind", ["packs", "songs"])
    def test_unknown_ids(self, kind: str, scene: Scene) -> None:
        api, known = scene.api, {"packs": scene.pack, "songs": scene.song}[kind]
        body = {"user_id": scene.bobby.id, "permissions": BOTH}
        for target in (known + 100, 0, HUGE - 1, *ODD_IDS):
            base = f"/collaborations/{kind}/{target}"
            api.post(f"{base}/collaborate", body).refused(404)
            api.get(f"{base}/collaborators").refused(404)
            api.delete(f"{base}/collaborate/{scene.alice.id}").refused(404)
        for odd in ODD_IDS:
            api.delete(f"/collaborations/{kind}/{known}/collaborate/{odd}").refused(404)
        for user_id in (0, 12345, HUGE - 1):
            api.delete(f"/collaborations/{kind}/{known}/collaborate/{user_id}").ok()

    @pytest.mark.parametrize("kind", ["packs", "songs"])
    def test_those_of_others(self, kind: str, api: Api, bobby: Account, anonymous: Api, database: Database) -> None:
        pack = rows.pack(database, bobby, "Secret name")
        target = pack if kind == "packs" else rows.song(database, bobby, "Secret name", pack_id=pack)
        base = f"/collaborations/{kind}/{target}"
        calls: tuple[Callable[[Api], Any], ...] = (
            lambda who: who.post(f"{base}/collaborate", {"user_id": 12345, "permissions": ["x"]}),
            lambda who: who.get(f"{base}/collaborators"),
            lambda who: who.delete(f"{base}/collaborate/{bobby.id}"),
        )
        for call in calls:
            assert "Secret" not in call(api).refused(403)["detail"]
            call(anonymous).refused(401)


@covers("GET /collaborations/available-users")
@pytest.mark.parametrize("form", FORMS)
def test_available_users_are_all_other_active_ones(form: str, api: Api, bobby: Account, person: Person) -> None:
    anna = person("Anna")
    person("gone", is_active=False)
    found = api.get(form.format("available-users")).ok()
    assert found == [{"id": anna.id, "username": "Anna"}, {"id": bobby.id, "username": "bobby"}]
