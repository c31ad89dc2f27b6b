"""The check of official songs, the search and the counts over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import MakeApp, Person
from tests.support.database import Database
from tests.support.http import Answer, Api
from tests.support.registry import covers
from trackflow.config import ThrottleSettings

FORMS = ("/rockband-dlc/{}", "/rockband-dlc/{}/", "/api/rockband-dlc/{}", "/api/rockband-dlc/{}/")
SONGS = (
    ("Come Together", "The Beatles", "Beatles"),
    ("Everlong", "Foo Fighters", "RB2"),
    ("Everlong (Acoustic)", "Foo Fighters", "DLC"),
)
NOTHING = {"is_dlc": False, "origin": None, "match_type": None, "dlc_entry": None}


@pytest.fixture
def entries(database: Database) -> list[dict[str, Any]]:
    """Store the songs; return them as answers show them."""
    found = []
    for title, artist, origin in SONGS:
        song = {"title": title, "artist": artist, "origin": origin}
        found.append({"id": database.insert("rock_band_dlc", **song), **song})
    return found


class TestCheck:
    @covers("GET /rockband-dlc/check")
    @pytest.mark.parametrize("form", FORMS)
    def test_the_song_itself(self, form: str, anonymous: Api, entries: list[dict[str, Any]]) -> None:
        answer = anonymous.get(form.format("check"), {"title": " EVERLONG ", "artist": "foo  fighters", "_t": "1"}).ok()
        assert answer == {"is_dlc": True, "origin": "RB2", "match_type": "exact", "dlc_entry": entries[1]}

    def test_songs_like_it(self, anonymous: Api, entries: list[dict[str, Any]]) -> None:
        answer = anonymous.get("/rockband-dlc/check", {"title": "Ever", "artist": "Foo"}).ok()
        assert answer == {
            "is_dlc": True,
            "origin": "RB2",
            "match_type": "partial",
            "dlc_entry": entries[1],
            "similar_matches": entries[1:],
        }

    @pytest.mark.parametrize(
        ("title", "artist"), [("Everlong", "Nirvana"), ("", ""), ("%", "%"), ("E", "F"), ("Everlong", "  ")]
    )
    @pytest.mark.usefixtures("entries")
    def test_neither(self, title: str, artist: str, anonymous: Api) -> None:
        assert anonymous.get("/rockband-dlc/check", {"title": title, "artist": artist}).ok() == NOTHING

    @pytest.mark.parametrize("header", ["Bearer null", "Bearer garbage", "Basic x"])
    def test_a_bad_token_does_not_matter(self, header: str, anonymous: Api, entries: list[dict[str, Any]]) -> None:
        query = {"title": "Everlong", "artist": "Foo Fighters"}
        answer = anonymous.get("/rockband-dlc/check", query, headers={"Authorization": header}).ok()
        assert answer["dlc_entry"] == entries[1]

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"artist": "A"}, "title"),
            ({"title": "A"}, "artist"),
            ({"title": "a\0b", "artist": "A"}, "title"),
            ({"title": "A", "artist": "x" * 201}, "artist"),
        ],
    )
    def test_what_is_no_song(self, query: dict[str, str], field: str, anonymous: Api) -> None:
        body = anonymous.get("/rockband-dlc/check", query).refused(422, field)
        assert set(body["errors"]) == {field}

    @pytest.mark.usefixtures("entries")
    def test_an_odd_character_is_only_a_song_that_is_not_there(self, anonymous: Api) -> None:
        assert anonymous.get("/rockband-dlc/check?title=%ED%A0%80&artist=%FF").ok() == NOTHING
        assert anonymous.get("/rockband-dlc/check?title=%F0%9F%8E%B8x&artist=%F0%9F%8E%B8x").ok() == NOTHING


class TestLimit:
    def check(self, api: Api, address: str = "192.0.2.1", path: str = "check") -> Answer:
        query = {"title": "Everlong", "artist": "Foo Fighters", "q": "x"}
        return api.get(f"/rockband-dlc/{path}", query, environ_base={"REMOTE_ADDR": address})

    def test_an_address_may_ask_so_often_in_a_minute(self, make_app: MakeApp, person: Person) -> None:
        client = make_app(throttle=ThrottleSettings(dlc_checks_per_minute=3)).test_client()
        for api in (Api(client), Api(client, person("alice")), Api(client)):
            self.check(api).ok()
        refusal = self.check(Api(client))
        refusal.refused(429, "too many requests")
        assert 1 <= int(refusal.headers["Retry-After"]) <= 60
        self.check(Api(client), "192.0.2.2").ok()
        self.check(Api(client), path="search").ok()
        self.check(Api(client), path="stats").ok()

    def test_a_network_of_the_sixth_version_is_one_address(self, make_app: MakeApp) -> None:
        api = Api(make_app(throttle=ThrottleSettings(dlc_checks_per_minute=1)).test_client())
        self.check(api, "2001:db8::1").ok()
        self.check(api, "2001:db8::2").refused(429)
        self.check(api, "2001:db8:0:1::1").ok()

    def test_a_whole_list_may_be_checked(self, make_app: MakeApp) -> None:
        api = Api(make_app(throttle=ThrottleSettings()).test_client())
        for _ in range(120):
            self.check(api).ok()
        self.check(api).refused(429)

    def test_without_the_counter_store_it_counts_in_memory(self, make_app: MakeApp) -> None:
        settings = ThrottleSettings(dlc_checks_per_minute=2, storage_url="redis://127.0.0.1:1/0")
        api = Api(make_app(throttle=settings).test_client())
        for _ in range(2):
            self.check(api).ok()
        self.check(api).refused(429)


class TestSearch:
    @covers("GET /rockband-dlc/search")
    @pytest.mark.parametrize("form", FORMS)
    def test_title_or_artist(self, form: str, anonymous: Api, entries: list[dict[str, Any]]) -> None:
        answer = anonymous.get(form.format("search"), {"q": " foo "}).ok()
        assert answer == {"query": "foo", "count": 2, "results": entries[1:]}
        answer = anonymous.get(form.format("search"), {"q": "E", "limit": 1}).ok()
        assert answer == {"query": "E", "count": 1, "results": entries[1:2]}

    @pytest.mark.parametrize("text", ["", " ", "nothing", "%", "_"])
    @pytest.mark.usefixtures("entries")
    def test_nothing(self, text: str, anonymous: Api) -> None:
        answer = anonymous.get("/rockband-dlc/search", {"q": text}).ok()
        assert answer == {"query": text.strip(), "count": 0, "results": []}

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({}, "q"),
            ({"q": "a\0b"}, "q"),
            ({"q": "x" * 201}, "q"),
            *(({"q": "x", "limit": limit}, "limit") for limit in ("0", "101", "-1", "1.5", "ten", "", "9" * 20)),
        ],
    )
    def test_what_is_no_search(self, query: dict[str, str], field: str, anonymous: Api) -> None:
        body = anonymous.get("/rockband-dlc/search", query).refused(422, field)
        assert set(body["errors"]) == {field}


@covers("GET /rockband-dlc/stats")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("entries")
def test_counts(form: str, anonymous: Api, database: Database) -> None:
    database.insert("rock_band_dlc", title="S", artist="A", origin="DLC")
    database.insert("rock_band_dlc", title="S", artist="A", origin="")
    assert anonymous.get(form.format("stats")).ok() == {
        "total_songs": 5,
        "by_origin": {"Beatles": 1, "DLC": 2, "RB2": 1},
    }


def test_nothing_is_written_by_these_addresses(anonymous: Api) -> None:
    for name in ("check", "search", "stats"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = anonymous.call(method, f"/rockband-dlc/{name}")
            answer.refused(405)
            assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
