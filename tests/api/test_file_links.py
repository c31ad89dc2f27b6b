"""The file history of songs over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Person
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import covers
from tests.support.world import EVERYBODY, World

AsUser = Callable[[Account | None], Api]
NOBODY = 2_000_000_000
URL = "https://files.example/take3.zip"
FILE = {"file_url": URL, "message": "drums, third take"}
NO_TEXT: tuple[Any, ...] = (None, 1, True, 1.5, [URL], {}, "a\0b")
NO_OBJECT: tuple[Any, ...] = ([], [FILE], "x", 1, True)
FORMS = ("/file-links/{}", "/file-links/{}/", "/api/file-links/{}", "/api/file-links/{}/")
REFUSAL = "You may not do this with this song."
VIEWERS = {"owner", "song_edit", "pack_view", "pack_edit", "pack_owner", "sibling_edit", "viewing_owner"}
EDITORS = {"owner", "song_edit", "pack_edit"}


@pytest.fixture
def alice(person: Person, as_user: AsUser) -> Api:
    return as_user(person("alice"))


@pytest.fixture
def song(alice: Api, database: Database) -> int:
    return rows.song(database, account(alice).id)


def account(api: Api) -> Account:
    assert api.account is not None
    return api.account


class TestHistory:
    @covers("POST /file-links/{song_id}", "GET /file-links/{song_id}", "GET /file-links/song/{song_id}")
    def test_an_entry_is_shown_as_it_was_written(self, alice: Api, song: int, clock: Clock) -> None:
        first = alice.post(f"/file-links/{song}", FILE).ok()
        assert first == {
            "id": first["id"],
            "song_id": song,
            "user_id": account(alice).id,
            "username": "alice",
            "file_url": URL,
            "message": "drums, third take",
            "created_at": clock.time.isoformat() + "Z",
        }
        clock.advance(seconds=1)
        second = alice.post(f"/file-links/{song}/", {"file_url": f" {URL}\n", "message": "\tbass ", "id": 7}).ok()
        assert (second["file_url"], second["message"]) == (URL, "bass")
        for form in FORMS:
            answer = alice.get(form.format(song))
            assert answer.ok() == [second, first]
            assert answer.total == 2
            assert alice.get(form.format(f"song/{song}")).ok() == [second, first]

    @pytest.mark.parametrize("form", FORMS)
    def test_every_form_of_the_address_takes_entries(self, form: str, alice: Api, song: int) -> None:
        assert alice.get(form.format(song)).ok() == []
        entry = alice.post(form.format(song), FILE).ok()
        assert alice.get(form.format(song)).ok() == [entry]
        alice.delete(form.format(entry["id"])).ok(204)
        assert alice.get(form.format(song)).ok() == []

    def test_everybody_who_sees_the_song_and_nobody_else_reads(self, world: World, as_user: AsUser) -> None:
        entry = as_user(world.people["owner"]).post(f"/file-links/{world.song}", FILE).ok()
        for who in EVERYBODY:
            for path in (f"/file-links/{world.song}", f"/file-links/song/{world.song}"):
                answer = as_user(world.people[who]).get(path)
                if who in VIEWERS:
                    assert answer.ok() == [entry]
                elif who == "inactive":
                    answer.refused(401)
                else:
                    assert answer.refused(403)["detail"] == REFUSAL

    def test_nothing_of_an_unknown_song(self, alice: Api) -> None:
        for song_id in (NOBODY, 0):
            for path in (f"/file-links/{song_id}", f"/file-links/song/{song_id}"):
                assert alice.get(path).refused(404)["detail"] == "There is no such song."
            assert alice.post(f"/file-links/{song_id}", FILE).refused(404)["detail"] == "There is no such song."

    @pytest.mark.parametrize("wrong", ["undefined", "null", "-1", "1.5", "2147483648", "9" * 20, "%EF%BC%91"])
    def test_what_is_no_id(self, wrong: str, alice: Api) -> None:
        for method in ("GET", "POST", "DELETE"):
            alice.call(method, f"/file-links/{wrong}", FILE if method == "POST" else None).refused(404)
        alice.get(f"/file-links/song/{wrong}").refused(404)


class TestAdding:
    def test_editors_and_nobody_else_add(self, world: World, as_user: AsUser, database: Database) -> None:
        for who in EVERYBODY:
            answer = as_user(world.people[who]).post(f"/file-links/{world.song}", FILE)
            if who in EDITORS:
                assert answer.ok()["username"] == who
            elif who == "inactive":
                answer.refused(401)
            else:
                assert answer.refused(403)["detail"] == REFUSAL
        assert database.count("file_links") == len(EDITORS)

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"file_url": " "}, "file_url", "must not be blank"),
            ({"file_url": "javascript:alert(1)"}, "file_url", "starts with http:// or https://"),
            ({"file_url": "https://me:secret@files.example"}, "file_url", "starts with http:// or https://"),
            ({"file_url": f"{URL}/{'x' * 2048}"}, "file_url", "at most 2048"),
            ({"message": "x" * 2001}, "message", "at most 2000"),
            ({"message": " \n"}, "message", "only a finished song"),
            ({"message": ""}, "message", "only a finished song"),
        ],
    )
    def test_what_breaks_a_rule(  # noqa: PLR0913, PLR0917  (a row of the table)
        self, changes: dict[str, str], field: str, sentence: str, alice: Api, song: int, database: Database
    ) -> None:
        body = alice.post(f"/file-links/{song}", {**FILE, **changes}).refused(400, sentence)
        assert set(body["errors"]) == {field}
        assert database.count("file_links") == 0

    @pytest.mark.parametrize(
        ("body", "fields"),
        [
            ({}, {"file_url", "message"}),
            (None, {"file_url", "message"}),
            ({"file_url": URL}, {"message"}),
            ({"message": "m"}, {"file_url"}),
            *(({**FILE, name: wrong}, {name}) for name in FILE for wrong in NO_TEXT),
            *((wrong, {"_schema"}) for wrong in NO_OBJECT),
        ],
    )
    def test_what_has_the_wrong_shape(
        self, body: Any, fields: set[str], alice: Api, song: int, database: Database
    ) -> None:
        refusal = alice.post(f"/file-links/{song}", body).refused(422)
        assert set(refusal["errors"]) == fields
        assert database.count("file_links") == 0

    @pytest.mark.parametrize(
        ("data", "kind", "status"),
        [
            (b'{"file_url": "\\ud800", "message": "m"}', "application/json", 400),
            (b"{", "application/json", 400),
            (b"file_url=x", "application/x-www-form-urlencoded", 415),
        ],
    )
    def test_what_cannot_be_read(self, data: bytes, kind: str, status: int, alice: Api, song: int) -> None:
        alice.post(f"/file-links/{song}", data=data, content_type=kind).refused(status)

    def test_a_finished_song_takes_files_without_a_message(self, alice: Api, database: Database) -> None:
        song = rows.song(database, account(alice).id, status="Released")
        entry = alice.post(f"/file-links/{song}", {"file_url": URL, "message": "  "}).ok()
        assert entry["message"] == ""
        assert alice.get(f"/file-links/{song}").ok() == [entry]

    def test_steps_that_are_done_finish_a_song(self, alice: Api, song: int, database: Database) -> None:
        rows.workflow(database, account(alice).id, "drums", "bass")
        alice.put(f"/authoring/{song}", {"drums": True}).ok()
        alice.post(f"/file-links/{song}", {**FILE, "message": ""}).refused(400)
        alice.put(f"/authoring/{song}", {"bass": True}).ok()
        alice.post(f"/file-links/{song}", {**FILE, "message": ""}).ok()


class TestDeleting:
    @covers("DELETE /file-links/{link_id}")
    def test_who_wrote_it_and_who_owns_the_song(self, world: World, as_user: AsUser, database: Database) -> None:
        writer = as_user(world.people["song_edit"])
        for who in EVERYBODY:
            entry = writer.post(f"/file-links/{world.song}", FILE).ok()
            answer = as_user(world.people[who]).delete(f"/file-links/{entry['id']}")
            if who in ("owner", "song_edit"):
                answer.ok(204)
                assert "Content-Type" not in answer.headers
            elif who == "inactive":
                answer.refused(401)
            else:
                assert answer.refused(403)["detail"] == REFUSAL
        assert database.count("file_links") == len(EVERYBODY) - 2

    def test_an_unknown_entry(self, alice: Api, song: int) -> None:
        entry = alice.post(f"/file-links/{song}", FILE).ok()
        alice.delete(f"/file-links/{entry['id']}").ok(204)
        for link_id in (entry["id"], NOBODY, 0):
            assert alice.delete(f"/file-links/{link_id}").refused(404)["detail"] == "There is no such file link."

    def test_the_song_s_id_is_not_the_entry_s(self, alice: Api, database: Database) -> None:
        song = [rows.song(database, account(alice).id, title) for title in ("One", "Two", "Three")][-1]
        entry = alice.post(f"/file-links/{song}", FILE).ok()
        assert entry["id"] != song
        alice.delete(f"/file-links/{song}").refused(404)


def test_nobody_without_a_token(anonymous: Api, song: int) -> None:
    anonymous.get(f"/file-links/{song}").refused(401)
    anonymous.get(f"/file-links/song/{song}").refused(401)
    anonymous.post(f"/file-links/{song}", FILE).refused(401)
    anonymous.delete("/file-links/1").refused(401)


def test_other_methods(alice: Api, song: int) -> None:
    alice.put(f"/file-links/{song}", FILE).refused(405)
    alice.post(f"/file-links/song/{song}", FILE).refused(405)
