"""Packs over HTTP: whole bodies, the forms of the client, and what each operation refuses."""

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

AsUser = Callable[[Account | None], Api]
HUGE = 2**31
FORMS = ["/packs{}", "/packs{}/", "/api/packs{}", "/api/packs{}/"]


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
    return rows.pack(database, alice, "Summer", priority=4)


@pytest.fixture
def song(alice: Account, pack: int, database: Database) -> int:
    """Insert a song in progress into the pack."""
    return rows.song(database, alice, pack_id=pack)


def pack_json(**changes: Any) -> dict[str, Any]:
    """Return the Pack JSON of a pack that has nothing but what it must have."""
    empty = ("priority", "released_at", "release_title", "release_description", "release_download_link",
             "release_youtube_url")  # fmt: skip
    return {**dict.fromkeys(empty), "show_on_homepage": True, **changes}


BAD_PACKS: list[dict[str, Any]] = [
    {"name": ""}, {"name": " \t"}, {"name": "x" * 201}, {"name": 5}, {"name": ["x"]}, {"name": "a\x00b"},
    {"priority": 0}, {"priority": 11}, {"priority": "3"}, {"priority": 1.5}, {"priority": True}, {"priority": HUGE},
    {"priority": []},
]  # fmt: skip


class TestMaking:
    @covers("POST /packs")
    def test_answers_with_the_pack(self, api: Api, alice: Account, clock: Clock) -> None:
        body = {"name": "  Summer  ", "priority": 10, "user_id": 5, "show_on_homepage": False}
        answer = api.post("/packs/", body).ok()
        now = clock.time.isoformat() + "Z"
        times = {"created_at": now, "updated_at": now}
        expected = pack_json(id=answer["id"], name="Summer", user_id=alice.id, priority=10, **times)
        assert answer == expected
        assert api.get(f"/packs/{answer['id']}").ok() == expected

    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("more", [{}, {"priority": None}])
    def test_without_priority(self, form: str, more: dict[str, Any], api: Api) -> None:
        assert api.post(form.format(""), {"name": "x" * 200, **more}).ok()["priority"] is None

    @pytest.mark.parametrize("changes", [*BAD_PACKS, {"name": None}])
    def test_refuses_other_shapes(self, changes: dict[str, Any], api: Api, database: Database) -> None:
        api.post("/packs", {"name": "Summer", **changes}).refused(422)
        assert database.count("packs") == 0

    @pytest.mark.parametrize("body", [{}, {"priority": 1}, [], [{"name": "x"}], "x", 5])
    def test_refuses_other_bodies(self, body: Any, api: Api) -> None:
        api.post("/packs", body).refused(422)

    def test_refuses_a_second_of_the_name(self, api: Api, pack: int, database: Database) -> None:
        body = api.post("/packs", {"name": "sUMMER "}).refused(400, "already exists")
        assert set(body["errors"]) == {"name"}
        assert database.column("SELECT id FROM packs") == [pack]


class TestReading:
    @covers("GET /packs")
    def test_the_own_ones(self, api: Api, pack: int, bobby: Account, database: Database) -> None:
        hidden = rows.pack(database, api.account or 0, "Hidden", show_on_homepage=False)
        rows.grant(database, api.account or 0, "pack_edit", on=rows.pack(database, bobby, "Theirs"))
        answer = api.get("/packs/")
        assert [item["id"] for item in answer.ok()] == [hidden, pack]
        assert [item["show_on_homepage"] for item in answer.json] == [False, True]
        assert answer.total == 2
        for form in FORMS:
            assert api.get(form.format("")).ok() == answer.json

    def test_none(self, api: Api) -> None:
        assert api.get("/packs").ok() == []

    @covers("GET /packs/{pack_id}")
    @pytest.mark.parametrize("form", FORMS)
    def test_one(self, form: str, api: Api, pack: int, alice: Account) -> None:
        answer = api.get(form.format(f"/{pack}")).ok()
        times = {name: answer[name] for name in ("created_at", "updated_at")}
        assert answer == pack_json(id=pack, name="Summer", user_id=alice.id, priority=4, **times)

    @pytest.mark.parametrize("wrong", ["0", "12345", str(HUGE), "x", "-1", "1.5"])
    def test_no_such_pack(self, wrong: str, api: Api) -> None:
        api.get(f"/packs/{wrong}").refused(404)
        api.patch(f"/packs/{wrong}", {"name": "x"}).refused(404)
        api.delete(f"/packs/{wrong}").refused(404)
        api.patch(f"/packs/{wrong}/status", {"status": "WIP"}).refused(404)
        api.post(f"/packs/{wrong}/release", {}).refused(404)

    @covers("GET /packs/autocomplete", "GET /songs/autocomplete/packs")
    def test_names_at_both_addresses(self, api: Api, alice: Account, database: Database) -> None:
        for name in ("Summertime", "Winter", "Summer"):
            rows.pack(database, alice, name)
        for path in ("/packs/autocomplete", "/songs/autocomplete/packs"):
            for form in (path, f"{path}/", f"/api{path}", f"/api{path}/"):
                assert api.get(f"{form}?query=sUmmer").ok() == {"suggestions": ["Summer", "Summertime"]}

    @pytest.mark.parametrize("path", ["/packs/autocomplete", "/songs/autocomplete/packs"])
    def test_names_that_are_asked_for_oddly(self, path: str, api: Api, pack: int) -> None:
        assert pack
        assert api.get(path).ok() == api.get(f"{path}?query=+").ok() == {"suggestions": []}
        assert api.get(f"{path}?query=%25").ok() == {"suggestions": []}
        api.get(f"{path}?query={'x' * 101}").refused(400, "at most 100")
        assert api.get(f"{path}?query={'x' * 100}++").ok() == {"suggestions": []}
        api.get(f"{path}?query=%00").refused(422)

    @covers("GET /packs/near-completion")
    def test_near_completion(self, api: Api, alice: Account, pack: int, database: Database) -> None:
        for number in range(4):
            song = rows.song(database, alice, f"Song {number}", pack_id=pack, album_cover="https://img.example/c.jpg")
            rows.progress(database, song, drums=True, bass=True, vocals=number > 0)
        expected = {
            "pack_id": pack, "pack_name": "Summer", "completion_percentage": 75.0, "incomplete_songs": 1,
            "total_songs": 4, "display_name": "Summer", "album_cover": "https://img.example/c.jpg",
        }  # fmt: skip
        for form in FORMS:
            assert api.get(form.format("/near-completion")).ok() == [expected]
        assert api.get("/packs/near-completion?threshold=76").ok() == []

    @pytest.mark.parametrize("query", ["limit=0", "limit=11", "limit=x", "threshold=101", "threshold=-1", "threshold="])
    def test_near_completion_within_bounds(self, query: str, api: Api) -> None:
        api.get(f"/packs/near-completion?{query}").refused(422)


class TestEditing:
    @covers("PATCH /packs/{pack_id}")
    @pytest.mark.parametrize("form", FORMS)
    def test_one_key_per_call(self, form: str, api: Api, pack: int) -> None:
        path = form.format(f"/{pack}")
        before = api.get(path).ok()
        answer = api.patch(path, {"name": " Winter "}).ok()
        assert answer == {**before, "name": "Winter", "updated_at": answer["updated_at"]}
        assert api.patch(path, {"priority": 3}).ok()["priority"] == 3
        answer = api.patch(path, {"priority": None, "user_id": 9, "released_at": "2020-01-01"}).ok()
        assert answer == {**before, "name": "Winter", "priority": None, "updated_at": answer["updated_at"]}
        assert api.patch(path, {"name": None}).ok()["name"] == "Winter"
        assert api.patch(path).ok()["name"] == "Winter"

    @pytest.mark.parametrize("changes", BAD_PACKS)
    def test_refuses_other_shapes(self, changes: dict[str, Any], api: Api, pack: int) -> None:
        before = api.get(f"/packs/{pack}").ok()
        api.patch(f"/packs/{pack}", changes).refused(422)
        assert api.get(f"/packs/{pack}").ok() == before

    def test_refuses_the_name_of_another(self, api: Api, alice: Account, pack: int, database: Database) -> None:
        rows.pack(database, alice, "Winter")
        api.patch(f"/packs/{pack}", {"name": "WINTER", "priority": 1}).refused(400, "already exists")
        assert api.get(f"/packs/{pack}").ok()["priority"] == 4
        assert api.patch(f"/packs/{pack}", {"name": "SUMMER"}).ok()["name"] == "SUMMER"

    def test_the_pack_of_an_event_has_its_own_operations(self, api: Api, alice: Account, database: Database) -> None:
        event = rows.pack(database, alice, "Event", is_community_event=True)
        before = database.row("SELECT * FROM packs WHERE id = :id", id=event)
        api.patch(f"/packs/{event}", {"name": "x"}).refused(400, "community event")
        api.patch(f"/packs/{event}/status", {"status": "Released"}).refused(400, "community event")
        api.post(f"/packs/{event}/release", {}).refused(400, "community event")
        api.delete(f"/packs/{event}").refused(400, "community event")
        assert database.row("SELECT * FROM packs WHERE id = :id", id=event) == before


class TestDeleting:
    @covers("DELETE /packs/{pack_id}")
    @pytest.mark.parametrize("form", FORMS)
    def test_takes_its_songs_along(self, form: str, api: Api, alice: Account, pack: int, database: Database) -> None:
        rows.song(database, alice, pack_id=pack)
        assert api.delete(form.format(f"/{pack}")).ok() == {"message": "The pack Summer is deleted."}
        assert (database.count("packs"), database.count("songs")) == (0, 0)
        api.delete(f"/packs/{pack}").refused(404)

    def test_an_editor_gets_a_clear_answer(
        self, as_user: AsUser, bobby: Account, pack: int, database: Database
    ) -> None:
        rows.grant(database, bobby, "pack_edit", on=pack)
        as_user(bobby).delete(f"/packs/{pack}").refused(403, "may not")


class TestStatus:
    @covers("PATCH /packs/{pack_id}/status")
    @pytest.mark.parametrize("form", FORMS)
    @pytest.mark.parametrize("status", ["In Progress", "WIP", "Future Plans", "Complete", "Released"])
    def test_takes_all_that_clients_send(self, form: str, status: str, api: Api, pack: int) -> None:
        path = f"/packs/{pack}"
        before = api.get(path).ok()
        answer = api.patch(form.format(f"/{pack}/status"), {"status": status}).ok()
        changed = {name: answer[name] for name in ("updated_at", "released_at")}
        assert answer == {**before, **changed}
        assert (answer["released_at"] is not None) is (status == "Released")

    @pytest.mark.parametrize("status", [None, "", "released", "Done", 1, ["WIP"], "WIP\x00", {}])
    def test_and_nothing_else(self, status: Any, api: Api, pack: int) -> None:
        api.patch(f"/packs/{pack}/status", {"status": status}).refused(422)
        api.patch(f"/packs/{pack}/status").refused(422)


class TestRelease:
    @covers("POST /packs/{pack_id}/release")
    @pytest.mark.parametrize("form", FORMS)
    def test_as_the_dialog_sends_it(self, form: str, api: Api, pack: int, song: int, clock: Clock) -> None:
        before = api.get(f"/packs/{pack}").ok()
        answer = api.post(
            form.format(f"/{pack}/release"),
            {
                "title": " It is here ", "description": "d" * 2000, "download_link": "https://d.example/p.zip",
                "youtube_url": "", "song_download_links": {str(song): "https://d.example/s.zip", "x": "", "999": ""},
                "hide_from_homepage": False, "show_on_homepage": True,
            },
        ).ok()  # fmt: skip
        now = clock.time.isoformat() + "Z"
        assert answer == {
            **before, "released_at": now, "updated_at": now, "release_title": "It is here",
            "release_description": "d" * 2000, "release_download_link": "https://d.example/p.zip",
        }  # fmt: skip
        found = api.get(f"/songs/{song}").ok()
        assert (found["status"], found["released_at"]) == ("Released", now)
        assert found["release_download_link"] == "https://d.example/s.zip"

    @pytest.mark.parametrize(
        ("body", "shown"),
        [
            ({"hide_from_homepage": True, "show_on_homepage": False}, False), ({"hide_from_homepage": True}, False),
            ({"show_on_homepage": False}, False), ({"hide_from_homepage": True, "show_on_homepage": True}, True),
            ({"hide_from_homepage": True, "show_on_homepage": None}, False), ({}, True), (None, True),
            ({"hide_from_homepage": None}, True),
        ],
    )  # fmt: skip
    def test_the_home_page(self, body: Any, shown: bool, api: Api, pack: int) -> None:  # noqa: FBT001
        assert api.post(f"/packs/{pack}/release", body).ok()["show_on_homepage"] is shown
        assert api.post(f"/packs/{pack}/release", {}).ok()["show_on_homepage"] is shown

    def test_null_leaves_a_link_and_an_empty_text_removes_it(
        self, api: Api, alice: Account, pack: int, database: Database
    ) -> None:
        songs = [rows.song(database, alice, f"{n}", pack_id=pack) for n in range(2)]
        links: dict[str, str | None] = {str(song): "https://d.example" for song in songs}
        api.post(f"/packs/{pack}/release", {"song_download_links": links}).ok()
        links = {str(songs[0]): None, str(songs[1]): " "}
        api.post(f"/packs/{pack}/release", {"song_download_links": links}).ok()
        api.post(f"/packs/{pack}/release", {"song_download_links": None}).ok()
        found = database.column("SELECT release_download_link FROM songs ORDER BY id")
        assert found == ["https://d.example", None]

    @pytest.mark.parametrize(
        "body",
        [
            {"title": 1}, {"title": "x" * 501}, {"title": "\x00"}, {"description": "x" * 2001}, {"description": []},
            {"download_link": "javascript:alert(1)"}, {"download_link": "/p.zip"}, {"download_link": 1},
            {"download_link": "https://user:pass@d.example"}, {"youtube_url": "ftp://y.example"},
            {"youtube_url": "https://y.example/" + "x" * 2048}, {"song_download_links": []},
            {"song_download_links": "https://d.example"}, {"song_download_links": {"1": "javascript:alert(1)"}},
            {"song_download_links": {"1": 5}}, {"song_download_links": {"x": "no link"}},
            {"song_download_links": {"1": "https://d.example/\x00"}}, {"hide_from_homepage": "yes"},
            {"hide_from_homepage": 1}, {"show_on_homepage": "true"}, {"show_on_homepage": 0}, [], 5,
        ],
    )  # fmt: skip
    def test_refuses_other_shapes(self, body: Any, api: Api, alice: Account, pack: int, database: Database) -> None:
        rows.song(database, alice, pack_id=pack)
        assert isinstance(api.post(f"/packs/{pack}/release", body).refused(422)["detail"], str)
        assert database.column("SELECT status FROM songs") == ["In Progress"]

    def test_a_link_for_somebody_elses_song_does_nothing(
        self, api: Api, bobby: Account, pack: int, database: Database
    ) -> None:
        theirs = rows.song(database, bobby, status="Released")
        links = {str(theirs): "https://evil.example", str(HUGE): "https://evil.example", "٣": "https://evil.example"}
        api.post(f"/packs/{pack}/release", {"song_download_links": links}).ok()
        assert database.column("SELECT release_download_link FROM songs") == [None]
