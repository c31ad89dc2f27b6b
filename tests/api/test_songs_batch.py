"""Entering and deleting many songs over HTTP, and saving who may edit one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Person, Register
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.people import insert_person
from tests.support.registry import covers

AsUser = Callable[[Account | None], Api]
HUGE = 2**31
BASE = {"title": "Harbour Lights", "artist": "The Example", "status": "In Progress"}
# What makes the client show a text of its own instead of the one that was sent.
HIDING = (
    "not found", "404", "unauthorized", "401", "forbidden", "403", "validation", "invalid", "spotify", "timeout",
    "network",
)  # fmt: skip


@pytest.fixture
def alice(register: Register) -> Account:
    return register("alice")


@pytest.fixture
def bobby(person: Person) -> Account:
    return person("bobby")


@pytest.fixture
def api(alice: Account, as_user: AsUser) -> Api:
    return as_user(alice)


def forms(path: str) -> list[str]:
    return [path, f"{path}/", f"/api{path}", f"/api{path}/"]


class TestBatch:
    @covers("POST /songs/batch")
    @pytest.mark.parametrize("path", forms("/songs/batch"))
    def test_answers_with_the_songs_in_their_order(self, path: str, api: Api, bobby: Account) -> None:
        sent = [
            {**BASE, "title": "B (Remastered 2009)", "album": "So (Deluxe Edition)", "pack_name": "Summer",
             "priority": 2, "collaborations": [{"author": "bobby"}], "unknown": 1},
            {**BASE, "title": "A", "album": "", "pack": "summer", "status": "Future Plans", "year": None},
            {**BASE, "title": "C", "status": "Released", "optional": True},
        ]  # fmt: skip
        answer = api.post(path, sent).ok()
        assert [(song["title"], song["album"], song["status"]) for song in answer] == [
            ("B", "So", "In Progress"), ("A", None, "Future Plans"), ("C", None, "Released"),
        ]  # fmt: skip
        assert [(song["pack_name"], song["pack_priority"]) for song in answer] == [("Summer", 2)] * 2 + [(None, None)]
        assert [[one["user_id"] for one in song["collaborations"]] for song in answer] == [[bobby.id], [], []]
        assert answer[2]["released_at"] is None
        assert [api.get(f"/songs/{song['id']}").ok() for song in answer] == answer

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ([], "from 1 to 100"),
            ([{**BASE, "title": str(number)} for number in range(101)], "from 1 to 100"),
            ([BASE, {**BASE, "title": "harbour  LIGHTS"}], "song 2: the song harbour  lights by the example already"),
            ([{**BASE, "title": " "}, {**BASE, "year": 1}], "song 1: the title must not be blank. song 2: the year"),
        ],
    )  # fmt: skip
    def test_refuses_all_in_words_that_the_client_shows(
        self, body: Any, words: str, api: Api, database: Database
    ) -> None:
        detail = api.post("/songs/batch", body).refused(400, words)["detail"].lower()
        assert not [word for word in HIDING if word in detail]
        assert database.count("songs") == 0

    def test_takes_a_hundred(self, api: Api) -> None:
        assert len(api.post("/songs/batch", [{**BASE, "title": str(number)} for number in range(100)]).ok()) == 100

    @pytest.mark.parametrize(
        "body",
        [
            {}, BASE, "text", 5, None, [5], [[BASE]], [None], [BASE, {"title": "x"}], [{**BASE, "status": "Done"}],
            [{**BASE, "title": "a\x00"}], [{**BASE, "pack_id": "7"}], [{**BASE, "year": "1999"}],
            [{**BASE, "pack_id": HUGE}], [{**BASE, "optional": "yes"}], [{**BASE, "album_cover": "javascript:x"}],
        ],
    )  # fmt: skip
    def test_refuses_other_shapes(self, body: Any, api: Api, database: Database) -> None:
        api.post("/songs/batch", body).refused(422)
        assert database.count("songs") == 0

    @pytest.mark.parametrize("raw", ["[", '[{"title": NaN}]', '[{"title": "\\ud800"}]', "[" * 3000])
    def test_refuses_unreadable_bodies(self, raw: str, api: Api) -> None:
        api.post("/songs/batch", data=raw, content_type="application/json").refused(400)
        api.post("/songs/batch", data="[]", content_type="text/plain").refused(415)

    def test_refuses_all_for_a_pack_of_others(self, api: Api, bobby: Account, database: Database) -> None:
        theirs = rows.pack(database, bobby)
        for pack_id, status in ((theirs, 403), (theirs + 1, 404)):
            api.post("/songs/batch", [BASE, {**BASE, "title": "B", "pack_id": pack_id}]).refused(status)
        assert database.count("songs") == 0

    def test_in_a_community_event_one_song_each(self, api: Api, bobby: Account, database: Database) -> None:
        event = rows.pack(database, bobby, "Event", is_community_event=True)
        sent = {**BASE, "pack_id": event, "status": "Future Plans"}
        api.post("/songs/batch", [sent, {**sent, "title": "B"}]).refused(400, "one song")
        (song,) = api.post("/songs/batch", [sent]).ok()
        assert song["status"] == "In Progress"


class TestBulkDelete:
    @covers("POST /songs/bulk-delete")
    @pytest.mark.parametrize("path", forms("/songs/bulk-delete"))
    @pytest.mark.parametrize("name", ["ids", "song_ids"])
    def test_deletes_under_both_names(self, path: str, name: str, api: Api, alice: Account, database: Database) -> None:
        first, second, third = (rows.song(database, alice, title) for title in "abc")
        answer = api.post(f"{path}?_t=1&_cb=x", {name: [second, first, second], "other": None})
        assert answer.ok() == {"message": "Songs deleted: 2."}
        assert database.column("SELECT id FROM songs") == [third]

    def test_the_clients_name_goes_first(self, api: Api, alice: Account, database: Database) -> None:
        first, second = (rows.song(database, alice, title) for title in "ab")
        api.post("/songs/bulk-delete", {"ids": [first], "song_ids": [second]}).ok()
        api.post("/songs/bulk-delete", {"ids": None, "song_ids": [second]}).ok()
        assert database.count("songs") == 0

    @pytest.mark.parametrize("ids", [[], [0], [-1], [1] * 1001])
    def test_refuses_what_breaks_a_rule(self, ids: list[int], api: Api) -> None:
        api.post("/songs/bulk-delete", {"ids": ids}).refused(400)

    @pytest.mark.parametrize(
        "body",
        [
            {}, [1], {"ids": None}, {"ids": 5}, {"ids": "1"}, {"ids": ["1"]}, {"ids": [1.5]}, {"ids": [True]},
            {"ids": [None]}, {"ids": [[1]]}, {"ids": [HUGE]}, {"ids": {"0": 1}}, {"song_ids": None},
        ],
    )  # fmt: skip
    def test_refuses_other_shapes(self, body: Any, api: Api) -> None:
        api.post("/songs/bulk-delete", body).refused(422)

    def test_refuses_songs_of_others(self, api: Api, alice: Account, bobby: Account, database: Database) -> None:
        own, theirs = rows.song(database, alice), rows.song(database, bobby, "Secret")
        rows.grant(database, alice, "song_edit", on=theirs)
        for other in (theirs, theirs + 1, HUGE - 1):
            assert "Secret" not in api.post("/songs/bulk-delete", {"ids": [own, other]}).refused(404)["detail"]
        assert database.count("songs") == 2


class TestCollaborators:
    @pytest.fixture
    def song(self, alice: Account, database: Database) -> int:
        return rows.song(database, alice)

    @covers("POST /songs/{song_id}/collaborations")
    @pytest.mark.parametrize("form", forms("/songs/{}/collaborations"))
    def test_are_replaced(self, form: str, api: Api, song: int, bobby: Account, person: Person) -> None:
        carol = person("carol")
        path = form.format(song)
        for people, ids in (
            (["BOBBY", "bobby", "nobody", "alice"], [bobby.id]),
            (["carol"], [carol.id]),
            ([], []),
        ):
            body = {"collaborations": [{"author": name, "parts": None} for name in people]}
            assert api.post(path, body).ok() == {"message": "The collaborators are saved."}
            assert [one["user_id"] for one in api.get(f"/songs/{song}").ok()["collaborations"]] == ids

    @pytest.mark.parametrize(
        ("people", "status"),
        [
            ([{"author": " "}], 400), ([{"author": "x" * 51}], 400), ([{"author": "bobby"}] * 51, 400),
            (None, 422), ("bobby", 422), ({}, 422), (["bobby"], 422), ([{}], 422), ([{"author": None}], 422),
            ([{"author": 5}], 422), ([{"author": ["bobby"]}], 422), ([{"author": "a\x00"}], 422), ([None], 422),
        ],
    )  # fmt: skip
    def test_refusals(self, people: Any, status: int, api: Api, song: int, database: Database) -> None:
        rows.grant(database, insert_person(database, "bobby"), "song_edit", on=song)
        path = f"/songs/{song}/collaborations"
        api.post(path, {"collaborations": people}).refused(status)
        api.post(path).refused(422)
        api.post(path, data='{"collaborations": [{"author": "\\ud800"}]}', content_type="application/json").refused(400)
        assert database.count("collaborations") == 1

    def test_refuses_songs_of_others(
        self, api: Api, alice: Account, bobby: Account, anonymous: Api, database: Database
    ) -> None:
        theirs = rows.song(database, bobby)
        rows.grant(database, alice, "song_edit", on=theirs)
        body: dict[str, Any] = {"collaborations": []}
        api.post(f"/songs/{theirs}/collaborations", body).refused(403)
        for target in (theirs + 1, HUGE, "null", "-1"):
            api.post(f"/songs/{target}/collaborations", body).refused(404)
        anonymous.post(f"/songs/{theirs}/collaborations", body).refused(401)
        assert database.count("collaborations") == 1
