"""Songs over HTTP: entering, listing, reading, saving, deleting, and what each refuses besides a missing token."""

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
BASE = {"title": "Harbour Lights", "artist": "The Example", "status": "In Progress"}


@pytest.fixture
def alice(register: Register) -> Account:
    return register("alice")


@pytest.fixture
def bobby(register: Register) -> Account:
    return register("bobby")


@pytest.fixture
def api(alice: Account, as_user: AsUser) -> Api:
    return as_user(alice)


def song_json(**changes: Any) -> dict[str, Any]:
    """Return the Song JSON of a song that has nothing but what it must have."""
    empty = (
        "album", "year", "album_cover", "notes", "pack_id", "pack_name", "pack_priority", "pack_owner_id",
        "pack_owner_username", "authoring", "artist_image_url", "album_series_id", "album_series_number",
        "album_series_name", "pack_collaboration", "released_at", "release_description", "release_download_link",
        "release_youtube_url", "pack_release_description", "pack_release_download_link", "pack_release_youtube_url",
        "rhythmverse_link", "event_submission_description", "visualizer_link", "preview_link",
    )  # fmt: skip
    flags = ("optional", "is_public", "is_community_event", "is_event_submitted")
    return {**dict.fromkeys(empty), **dict.fromkeys(flags, False), "collaborations": [], "is_editable": True, **changes}


class TestCreate:
    @covers("POST /songs")
    def test_answers_with_the_song(self, api: Api, alice: Account, bobby: Account, clock: Clock) -> None:
        answer = api.post(
            "/songs/",
            {
                **BASE, "album": "Coastline", "year": 1987, "album_cover": "https://img.example/c.jpg",
                "notes": "solo missing", "pack": "Summer Pack", "priority": 4, "optional": True, "user_id": bobby.id,
                "is_public": True, "released_at": "2020-01-01", "unknown": [1],
                "collaborations": [{"author": "bobby", "role": 7}, {"author": "nobody"}],
            },
        ).ok()  # fmt: skip
        now = clock.time.isoformat() + "Z"
        assert answer == song_json(
            id=answer["id"], **BASE, album="Coastline", year=1987, album_cover="https://img.example/c.jpg",
            notes="solo missing", author="alice", user_id=alice.id, optional=True, pack_id=answer["pack_id"],
            pack_name="Summer Pack", pack_priority=4, pack_owner_id=alice.id, pack_owner_username="alice",
            created_at=now, updated_at=now,
            collaborations=[
                {
                    "id": answer["collaborations"][0]["id"], "user_id": bobby.id, "username": "bobby",
                    "collaboration_type": "song_edit", "created_at": now,
                }
            ],
        )  # fmt: skip
        assert api.get(f"/songs/{answer['id']}").ok() == answer

    @pytest.mark.parametrize("path", ["/songs", "/songs/", "/api/songs", "/api/songs/"])
    @pytest.mark.parametrize(
        "more",
        [
            {"pack": "", "notes": None},
            {"album": "", "pack_id": None, "year": None, "collaborations": [{"author": "bobby"}]},
            {"optional": None, "collaborations": None, "priority": None, "album_cover": "", "pack_name": None},
        ],
    )
    def test_takes_what_the_forms_of_the_client_send(self, path: str, more: dict[str, Any], api: Api) -> None:
        answer = api.post(path, {**BASE, **more}).ok()
        assert [answer[name] for name in ("album", "album_cover", "pack_id")] == [None] * 3
        assert answer["optional"] is False

    def test_takes_the_name_of_a_pack_under_both_keys(self, api: Api, database: Database) -> None:
        first = api.post("/songs", {**BASE, "pack_name": "One"}).ok()
        second = api.post("/songs", {**BASE, "title": "B", "pack": "one", "pack_name": "Two"}).ok()
        assert first["pack_id"] == second["pack_id"]
        assert database.count("packs") == 1

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"title": ""}, "title must not be blank"),
            ({"artist": " \t"}, "artist must not be blank"),
            ({"title": "x" * 201}, "title must be at most 200"),
            ({"artist": "x" * 201}, "artist must be at most 200"),
            ({"album": "x" * 201}, "album must be at most 200"),
            ({"year": 1899}, "from 1900 to 2100"),
            ({"year": 2101}, "from 1900 to 2100"),
            ({"year": -5}, "from 1900 to 2100"),
        ],
    )
    def test_refuses_what_breaks_a_rule(
        self, changes: dict[str, Any], sentence: str, api: Api, database: Database
    ) -> None:
        api.post("/songs", {**BASE, "pack": "New", **changes}).refused(400, sentence)
        assert (database.count("songs"), database.count("packs")) == (0, 0)

    @pytest.mark.parametrize(
        "changes",
        [
            {"title": None}, {"title": 5}, {"title": ["x"]}, {"title": "a\x00b"}, {"artist": None}, {"artist": {}},
            {"status": None}, {"status": "released"}, {"status": ""}, {"status": 1}, {"status": ["Released"]},
            {"album": 1}, {"year": "1999"}, {"year": 1999.0}, {"year": True}, {"year": HUGE}, {"year": [1999]},
            {"album_cover": "javascript:alert(1)"}, {"album_cover": "/c.jpg"}, {"album_cover": 1},
            {"album_cover": "https://img.example/" + "x" * 2048}, {"notes": 1}, {"notes": "x" * 10_001},
            {"notes": "\x00"}, {"pack_id": "7"}, {"pack_id": 0}, {"pack_id": -1}, {"pack_id": HUGE}, {"pack_id": 1.5},
            {"pack_id": True}, {"pack": 1}, {"pack": "x" * 201}, {"pack_name": []}, {"priority": 0}, {"priority": 11},
            {"priority": "3"}, {"optional": 1}, {"optional": "yes"}, {"collaborations": 5}, {"collaborations": {}},
            {"collaborations": [5]}, {"collaborations": [{"name": "bobby"}]}, {"collaborations": [{"author": None}]},
            {"collaborations": [["bobby"]]}, {"collaborations": [{"author": "a\x00"}]},
            {"collaborations": [{"author": "x"}] * 51},
        ],
    )  # fmt: skip
    def test_refuses_other_shapes(self, changes: dict[str, Any], api: Api, database: Database) -> None:
        api.post("/songs", {**BASE, **changes}).refused(422)
        assert database.count("songs") == 0

    @pytest.mark.parametrize("missing", ["title", "artist", "status"])
    def test_refuses_to_do_without(self, missing: str, api: Api) -> None:
        body = {name: value for name, value in BASE.items() if name != missing}
        assert missing in api.post("/songs", body).refused(422)["errors"]

    @pytest.mark.parametrize("raw", ["{", '{"title": NaN}', '{"title": "\\ud800"}', "[" * 3000, "\x00"])
    def test_refuses_unreadable_bodies(self, raw: str, api: Api) -> None:
        api.post("/songs", data=raw, content_type="application/json").refused(400)

    @pytest.mark.parametrize("body", [[], [BASE], "text", 5])
    def test_refuses_what_is_no_object(self, body: Any, api: Api) -> None:
        api.post("/songs", body).refused(422)

    def test_refuses_a_duplicate_in_words_that_the_client_knows(self, api: Api) -> None:
        api.post("/songs", BASE).ok()
        detail = api.post("/songs", {**BASE, "title": "HARBOUR lights"}).refused(400, "already exists")["detail"]
        for word in ("not found", "404", "403", "forbidden", "validation", "invalid", "spotify", "network"):
            assert word not in detail.lower()

    def test_refuses_packs_of_others(self, api: Api, bobby: Account, database: Database) -> None:
        theirs = rows.pack(database, bobby)
        api.post("/songs", {**BASE, "pack_id": theirs}).refused(403)
        api.post("/songs", {**BASE, "pack_id": theirs + 1}).refused(404)
        assert database.count("songs") == 0

    def test_in_a_community_event(self, api: Api, bobby: Account, database: Database) -> None:
        event = rows.pack(database, bobby, "Event", is_community_event=True)
        body = {**BASE, "album": "", "pack_id": event, "year": None}
        answer = api.post("/songs/", body).ok()
        assert (answer["is_community_event"], answer["status"], answer["pack_name"]) == (True, "In Progress", "Event")
        api.post("/songs/", {**body, "title": "Another"}).refused(400, "one song")
        database.execute("UPDATE packs SET event_revealed_at = created_at")
        api.post("/songs/", {**body, "title": "Another"}).refused(400, "has ended")


class TestList:
    @covers("GET /songs")
    @pytest.mark.parametrize("path", ["/songs", "/songs/", "/api/songs", "/api/songs/"])
    def test_is_a_bare_array_with_a_total(self, path: str, api: Api) -> None:
        assert api.get(path).ok() == []
        song = api.post("/songs", BASE).ok()
        answer = api.get(path)
        assert answer.ok() == [song]
        assert answer.total == 1

    @pytest.mark.parametrize(
        "text",
        ["status=In%20Progress", "status=In+Progress", "status=In Progress&_t=17&_cb=abc&completion_threshold=x"],
    )
    def test_reads_the_status_as_browsers_write_it(self, text: str, api: Api) -> None:
        api.post("/songs", BASE).ok()
        api.post("/songs", {**BASE, "title": "Plan", "status": "Future Plans"}).ok()
        assert [song["title"] for song in api.get(f"/songs?{text}").ok()] == ["Harbour Lights"]

    def test_filters_pages_and_orders(self, api: Api, database: Database) -> None:
        for title in ("c", "a", "b"):
            api.post("/songs", {**BASE, "title": title, "pack": "Pack" if title != "c" else ""}).ok()
        pack_id = database.scalar("SELECT id FROM packs")
        answer = api.get("/songs", {"pack_id": pack_id, "order": "title", "limit": 1, "query": "PACK"})
        assert ([song["title"] for song in answer.ok()], answer.total) == (["a"], 2)
        answer = api.get("/songs", {"order": "title", "limit": 2, "offset": 2})
        assert ([song["title"] for song in answer.ok()], answer.total) == (["c"], 3)
        for order in ("nonsense", "", "TITLE", "updated_at"):
            assert [song["title"] for song in api.get("/songs", {"order": order}).ok()] == ["b", "a", "c"]

    @pytest.mark.parametrize(
        "query",
        [
            {"status": "Released "}, {"status": "released"}, {"status": ""}, {"limit": 0}, {"limit": 1001},
            {"limit": -1}, {"limit": "ten"}, {"limit": ""}, {"limit": 10**20}, {"pack_id": "x"}, {"pack_id": HUGE},
            {"pack_id": "1.5"}, {"offset": -1}, {"query": "a\x00"}, {"status": "\x00"}, {"order": "\x00"},
        ],
    )  # fmt: skip
    def test_refuses_other_shapes(self, query: dict[str, Any], api: Api) -> None:
        api.get("/songs", query).refused(422)

    def test_refuses_a_long_search_text(self, api: Api) -> None:
        api.get("/songs", {"query": "x" * 200}).ok()
        api.get("/songs", {"query": "x" * 201}).refused(400, "at most 200")


class TestRead:
    @covers("GET /songs/{song_id}", "GET /songs/{song_id}/owner-id")
    @pytest.mark.parametrize("prefix", ["", "/api"])
    @pytest.mark.parametrize("slash", ["", "/"])
    def test_one_song_and_its_owner(self, prefix: str, slash: str, api: Api, alice: Account) -> None:
        song = api.post("/songs", BASE).ok()
        path = f"{prefix}/songs/{song['id']}"
        assert api.get(path + slash).ok() == song
        assert api.get(f"{path}/owner-id{slash}").ok() == {"owner_id": alice.id}

    @pytest.mark.parametrize("beyond", ["", "/owner-id"])
    def test_refusals(self, beyond: str, api: Api, bobby: Account, anonymous: Api, database: Database) -> None:
        theirs = rows.song(database, bobby, "Secret title")
        hidden = api.get(f"/songs/{theirs}{beyond}").refused(403)
        assert "Secret" not in hidden["detail"]
        for song_id in (theirs + 1, 0, HUGE - 1):
            api.get(f"/songs/{song_id}{beyond}").refused(404)
        for text in ("null", "undefined", "-1", "1.5", str(HUGE), "9" * 30, "%00"):
            api.get(f"/songs/{text}{beyond}").refused(404)
        anonymous.get(f"/songs/{theirs}{beyond}").refused(401)


class TestSave:
    @pytest.fixture
    def song(self, api: Api) -> dict[str, Any]:
        answer: dict[str, Any] = api.post("/songs", {**BASE, "status": "Future Plans", "optional": True}).ok()
        return answer

    @covers("PATCH /songs/{song_id}")
    @pytest.mark.parametrize("form", ["/songs/{}", "/songs/{}/", "/api/songs/{}", "/api/songs/{}/"])
    def test_answers_with_the_whole_song(
        self, form: str, api: Api, song: dict[str, Any], bobby: Account, clock: Clock
    ) -> None:
        changes = {
            "title": " New ", "artist": "Other", "album": "A", "year": "1999", "notes": "n", "is_public": True,
            "album_cover": "https://img.example/x.jpg", "release_description": "d",
            "release_download_link": "https://d.example/s.zip", "release_youtube_url": "https://y.example/v",
        }  # fmt: skip
        answer = api.patch(
            form.format(song["id"]),
            {**changes, "status": "In Progress", "pack": "Winter", "collaborations": ["bobby"], "id": 7, "author": "x"},
        ).ok()
        (person,) = answer["collaborations"]
        assert person["user_id"] == bobby.id
        assert answer == {
            **song, **changes, "title": "New", "year": 1999, "status": "In Progress", "optional": False,
            "pack_id": answer["pack_id"], "pack_name": "Winter", "pack_owner_id": song["user_id"],
            "pack_owner_username": "alice", "collaborations": [person], "updated_at": clock.time.isoformat() + "Z",
        }  # fmt: skip
        assert api.get(f"/songs/{song['id']}").ok() == answer

    def test_nothing_is_a_change_too(self, api: Api, song: dict[str, Any]) -> None:
        for body in ({}, {"unknown": 1}, {"title": None, "status": None}):
            assert api.patch(f"/songs/{song['id']}", body).ok() == song
        assert api.patch(f"/songs/{song['id']}", data="", content_type="application/json").ok() == song

    def test_the_release_dialog(self, api: Api, song: dict[str, Any], clock: Clock, alice: Account) -> None:
        path, now = f"/songs/{song['id']}", clock.time.isoformat() + "Z"
        first = {"status": "Released", "title": "", "description": "Out", "download_link": "", "youtube_url": ""}
        answer = api.patch(path, first).ok()
        assert (answer["title"], answer["released_at"], answer["release_description"]) == (BASE["title"], now, "Out")
        clock.advance(seconds=5)
        second = {"status": "Released", "release_description": None, "release_download_link": "https://d.example/z"}
        answer = api.patch(path, second).ok()
        assert (answer["released_at"], answer["release_description"]) == (now, None)
        assert api.get("/auth/me").ok()["achievement_score"] == 10
        assert api.patch(path, {"status": "In Progress"}).ok()["released_at"] is None
        assert api.get("/auth/me").ok()["achievement_score"] == 0

    @pytest.mark.parametrize(
        "people",
        [
            ["bobby", "carol"],
            [{"author": "bobby"}, {"author": "Carol", "parts": None}],
            "bobby, carol ,,",
            "BOBBY,carol",
        ],
    )
    def test_collaborators_in_each_form(
        self, people: Any, api: Api, song: dict[str, Any], bobby: Account, person: Person
    ) -> None:
        carol = person("carol")
        answer = api.patch(f"/songs/{song['id']}", {"collaborations": people}).ok()
        assert [one["user_id"] for one in answer["collaborations"]] == [bobby.id, carol.id]
        empty: tuple[Any, ...] = ([], "", " , ")
        for nobody in empty:
            assert api.patch(f"/songs/{song['id']}", {"collaborations": nobody}).ok()["collaborations"] == []

    def test_null_and_nothing_clear(self, api: Api, song: dict[str, Any]) -> None:
        path = f"/songs/{song['id']}"
        full = {
            "album": "A", "year": 1999, "album_cover": "https://x.example", "notes": "n", "release_description": "d",
            "release_download_link": "https://x.example", "release_youtube_url": "https://x.example", "pack": "P",
        }  # fmt: skip
        for empty in (None, ""):
            api.patch(path, full).ok()
            answer = api.patch(path, dict.fromkeys(full, empty)).ok()
            cleared = {name: answer[name] for name in full if name not in ("pack", "notes")}
            assert cleared == dict.fromkeys(cleared)
            assert (answer["notes"], answer["pack_id"], answer["pack_name"]) == (empty, None, None)

    def test_the_former_owner_gets_the_answer_too(
        self, api: Api, song: dict[str, Any], bobby: Account, as_user: AsUser
    ) -> None:
        answer = api.patch(f"/songs/{song['id']}", {"user_id": bobby.id}).ok()
        assert (answer["user_id"], answer["author"], answer["is_editable"]) == (bobby.id, "bobby", False)
        api.get(f"/songs/{song['id']}").refused(403)
        assert as_user(bobby).get(f"/songs/{song['id']}").ok()["is_editable"] is True

    @pytest.mark.parametrize(
        "changes",
        [
            {"title": ""}, {"title": "", "status": "In Progress"}, {"artist": " "}, {"title": "x" * 201},
            {"artist": "x" * 201}, {"album": "x" * 201}, {"year": 1}, {"year": "soon"}, {"year": "20011"},
            {"user_id": 12345},
        ],
    )  # fmt: skip
    def test_refuses_what_breaks_a_rule(self, changes: dict[str, Any], api: Api, song: dict[str, Any]) -> None:
        path = f"/songs/{song['id']}"
        api.patch(path, {"notes": "kept", "pack": "New", **changes}).refused(400)
        assert api.get(path).ok() == song

    @pytest.mark.parametrize(
        "changes",
        [
            {"title": 5}, {"title": "\x00"}, {"artist": []}, {"album": {}}, {"year": 1999.5}, {"year": True},
            {"year": []}, {"year": HUGE}, {"year": "1" * 300}, {"year": "\x00"}, {"album_cover": "ftp://x.example/c"},
            {"album_cover": "https://user@x.example"}, {"notes": 1}, {"notes": "x" * 10_001}, {"optional": "yes"},
            {"optional": 1}, {"status": "Done"}, {"status": 3}, {"status": ["Released"]}, {"is_public": "true"},
            {"is_public": 0}, {"pack": 5}, {"pack": "x" * 201}, {"pack_id": "5"}, {"pack_id": HUGE}, {"pack_id": 0},
            {"user_id": "1"}, {"user_id": HUGE}, {"user_id": 1.5}, {"collaborations": 5}, {"collaborations": [1]},
            {"collaborations": {"author": "x"}}, {"collaborations": ["x"] * 51}, {"collaborations": "a\x00"},
            {"release_description": 5}, {"release_description": "x" * 10_001},
            {"release_download_link": "javascript:alert(1)"}, {"release_youtube_url": "//y.example"},
            {"status": "Released", "download_link": "data:text/html,x"}, {"youtube_url": 5}, {"description": []},
        ],
    )  # fmt: skip
    def test_refuses_other_shapes(self, changes: dict[str, Any], api: Api, song: dict[str, Any]) -> None:
        path = f"/songs/{song['id']}"
        api.patch(path, {"notes": "kept", **changes}).refused(422)
        assert api.get(path).ok() == song

    @pytest.mark.parametrize("raw", ["{", '{"title": NaN}', '{"title": "\\udfff"}'])
    def test_refuses_unreadable_bodies(self, raw: str, api: Api, song: dict[str, Any]) -> None:
        api.patch(f"/songs/{song['id']}", data=raw, content_type="application/json").refused(400)

    def test_refuses_other_content_types(self, api: Api, song: dict[str, Any]) -> None:
        api.patch(f"/songs/{song['id']}", data="title=x", content_type="text/plain").refused(415)

    def test_refuses_songs_of_others_and_packs_of_others(
        self, api: Api, song: dict[str, Any], bobby: Account, as_user: AsUser, database: Database
    ) -> None:
        path, theirs = f"/songs/{song['id']}", rows.pack(database, bobby, "Theirs")
        as_user(bobby).patch(path, {"title": ""}).refused(403)
        as_user(bobby).patch(path, {"title": 5}).refused(422)
        api.patch(f"/songs/{song['id'] + 1}", {"title": "x"}).refused(404)
        api.patch(path, {"pack_id": theirs}).refused(403)
        api.patch(path, {"pack_id": theirs + 1}).refused(404)
        assert api.get(path).ok() == song


class TestDelete:
    @covers("DELETE /songs/{song_id}")
    @pytest.mark.parametrize("prefix", ["", "/api"])
    @pytest.mark.parametrize("slash", ["", "/"])
    def test_is_gone(self, prefix: str, slash: str, api: Api) -> None:
        song = api.post("/songs", BASE).ok()
        path = f"{prefix}/songs/{song['id']}{slash}"
        answer = api.delete(path)
        assert answer.ok(204) is None
        assert "Content-Type" not in answer.headers
        api.delete(path).refused(404)
        api.get(path).refused(404)

    def test_refuses_songs_of_others(self, api: Api, bobby: Account, anonymous: Api, database: Database) -> None:
        theirs = rows.song(database, bobby)
        rows.grant(database, api.account.id if api.account else 0, "song_edit", on=theirs)
        api.delete(f"/songs/{theirs}").refused(403)
        anonymous.delete(f"/songs/{theirs}").refused(401)
        api.delete("/songs/null").refused(404)
        assert database.count("songs") == 1
