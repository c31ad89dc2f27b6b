"""Cleaning one's own songs over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Person
from tests.support import people, rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import covers
from tests.support.world import World

AsUser = Callable[[Account | None], Api]
NO_ID: tuple[Any, ...] = ("12", 1.9, True, None, [1], {}, 0, -1, 2**31, 10**18)
FORMS = ("/tools/{}", "/tools/{}/", "/api/tools/{}", "/api/tools/{}/")


@pytest.fixture
def owner(person: Person) -> Account:
    return person("alice")


@pytest.fixture
def alice(owner: Account, as_user: AsUser) -> Api:
    return as_user(owner)


@pytest.fixture
def song(owner: Account, database: Database) -> int:
    return rows.song(database, owner, "Song - 2011 Remaster", album="Album (Deluxe)", artist="The Example")


def id_of(api: Api) -> int:
    assert api.account is not None
    return api.account.id


def titles(database: Database) -> list[str]:
    return database.column("SELECT title FROM songs ORDER BY id")


class TestBulkClean:
    @covers("POST /tools/bulk-clean")
    @pytest.mark.parametrize("form", FORMS)
    def test_changed_songs_come_back_whole(
        self, form: str, alice: Api, song: int, database: Database, clock: Clock
    ) -> None:
        pack = rows.pack(database, id_of(alice), "Summer Pack", priority=3)
        database.execute("UPDATE songs SET pack_id = :pack, year = 1987", pack=pack)
        rows.song(database, id_of(alice), "Clean")
        before = alice.get(f"/songs/{song}").ok()
        now = clock.advance(minutes=1).isoformat() + "Z"
        answer = alice.post(form.format("bulk-clean"), [song, song + 1]).ok()
        assert answer == [{**before, "title": "Song", "album": "Album", "updated_at": now}]
        assert answer == [alice.get(f"/songs/{song}").ok()]
        assert alice.post(form.format("bulk-clean"), [song, song + 1]).ok() == []

    def test_an_object_with_the_ids_is_taken_too(self, alice: Api, song: int) -> None:
        answer = alice.post("/tools/bulk-clean", {"song_ids": [song], "more": 1}).ok()
        assert [item["title"] for item in answer] == ["Song"]

    def test_nothing_is_nothing(self, alice: Api, song: int, database: Database) -> None:
        assert alice.post("/tools/bulk-clean", []).ok() == []
        assert alice.post("/tools/bulk-clean", {"song_ids": []}).ok() == []
        assert alice.post("/tools/bulk-clean", [song + 1, 2_000_000_000]).ok() == []
        assert titles(database) == ["Song - 2011 Remaster"]

    def test_other_people_s_songs_are_passed_over(self, world: World, as_user: AsUser, database: Database) -> None:
        database.execute("UPDATE songs SET title = 'Song (2011)', title_key = 'song (2011)'")
        ids = [world.song, world.pack_song, world.other_song, world.viewing_song, world.loose_song]
        for who in ("stranger", "admin", "song_edit", "pack_edit", "pack_view", "sibling_edit"):
            assert as_user(world.people[who]).post("/tools/bulk-clean", ids).ok() == []
        assert set(titles(database)) == {"Song (2011)"}
        answer = as_user(world.people["pack_owner"]).post("/tools/bulk-clean", ids).ok()
        assert [item["id"] for item in answer] == [world.pack_song]

    @pytest.mark.parametrize("form", [list, lambda ids: {"song_ids": list(ids)}])
    def test_more_than_a_thousand_are_refused(
        self, form: Callable[[Any], Any], alice: Api, song: int, database: Database
    ) -> None:
        alice.post("/tools/bulk-clean", form([song] * 1001)).refused(400, "at most 1000")
        assert titles(database) == ["Song - 2011 Remaster"]
        assert len(alice.post("/tools/bulk-clean", form([song] * 1000)).ok()) == 1

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (None, "song_ids"),
            ({}, "song_ids"),
            ({"song_ids": None}, "song_ids"),
            ({"song_ids": 7}, "song_ids"),
            ({"song_ids": {"0": 1}}, "song_ids"),
            *(([1, wrong], "song_ids.1") for wrong in NO_ID),
            *(({"song_ids": [wrong]}, "song_ids.0") for wrong in NO_ID),
            *((wrong, "_schema") for wrong in ("12", 7, 1.5, True)),
        ],
    )
    @pytest.mark.usefixtures("song")
    def test_what_has_the_wrong_shape(self, body: Any, field: str, alice: Api, database: Database) -> None:
        refusal = alice.post("/tools/bulk-clean", body).refused(422)
        assert set(refusal["errors"]) == {field}
        assert titles(database) == ["Song - 2011 Remaster"]

    @pytest.mark.parametrize(
        ("data", "kind", "status"),
        [
            (b"null", "application/json", 422),
            (b"[1", "application/json", 400),
            (b"[NaN]", "application/json", 400),
            (b'["\\ud800"]', "application/json", 400),
            (b"[" * 200_000, "application/json", 400),
            (b"1,2", "text/plain", 415),
        ],
    )
    def test_what_cannot_be_read(self, data: bytes, kind: str, status: int, alice: Api) -> None:
        alice.post("/tools/bulk-clean", data=data, content_type=kind).refused(status)


class TestFixBrokenTitles:
    @covers("POST /tools/fix-broken-titles")
    @pytest.mark.parametrize("form", FORMS)
    def test_own_titles_and_no_albums(self, form: str, alice: Api, song: int, database: Database, clock: Clock) -> None:
        foreign = rows.song(database, people.insert_person(database, "bobby"), "Song - 2011")
        rows.grant(database, id_of(alice), "song_edit", on=foreign)
        before = alice.get(f"/songs/{song}").ok()
        now = clock.advance(minutes=1).isoformat() + "Z"
        answer = alice.post(form.format("fix-broken-titles")).ok()
        assert answer == [{**before, "title": "Song", "updated_at": now}]
        assert answer[0]["album"] == "Album (Deluxe)"
        assert alice.post(form.format("fix-broken-titles")).ok() == []
        assert "Song - 2011" in titles(database)

    def test_a_body_is_not_read(self, alice: Api, song: int) -> None:
        assert [item["id"] for item in alice.post("/tools/fix-broken-titles", [1, "x"]).ok()] == [song]


def test_nobody_without_a_token(anonymous: Api, song: int, database: Database) -> None:
    anonymous.post("/tools/bulk-clean", [song]).refused(401)
    anonymous.post("/tools/fix-broken-titles").refused(401)
    assert titles(database) == ["Song - 2011 Remaster"]


def test_other_methods(alice: Api) -> None:
    for name in ("bulk-clean", "fix-broken-titles"):
        for method in ("GET", "PUT", "DELETE"):
            alice.call(method, f"/tools/{name}").refused(405)
