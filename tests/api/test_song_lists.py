"""What helps to fill in a song, over HTTP."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Person, Register
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import covers

AsUser = Callable[[Account | None], Api]
KINDS = ["artists", "albums", "collaborators"]


@pytest.fixture
def alice(register: Register) -> Account:
    return register("alice")


@pytest.fixture
def api(alice: Account, as_user: AsUser) -> Api:
    return as_user(alice)


@pytest.fixture(autouse=True)
def _song(alice: Account, person: Person, database: Database) -> None:
    song_id = rows.song(database, alice, artist="AC/DC", album="Back")
    rows.grant(database, person("angus"), "song_edit", on=song_id)


def forms(path: str) -> list[str]:
    return [path, f"{path}/", f"/api{path}", f"/api{path}/"]


@covers("GET /songs/all-artists")
@pytest.mark.parametrize("path", forms("/songs/all-artists"))
def test_all_artists(path: str, api: Api, database: Database) -> None:
    database.insert("artists", name="Abba")
    assert api.get(path).ok() == {"artists": ["AC/DC", "Abba"]}


@covers("GET /songs/autocomplete/artists", "GET /songs/autocomplete/albums", "GET /songs/autocomplete/collaborators")
@pytest.mark.parametrize("form", forms("/songs/autocomplete/{}"))
def test_suggestions(form: str, api: Api) -> None:
    found = [api.get(form.format(kind), {"query": "A", "_t": 1}).ok() for kind in KINDS]
    assert found == [{"suggestions": [name]} for name in ("AC/DC", "Back", "angus")]
    for kind in KINDS:
        for query in ({}, {"query": ""}, {"query": "  "}, {"query": "zzz"}, {"query": "%"}):
            assert api.get(form.format(kind), query).ok() == {"suggestions": []}


@pytest.mark.parametrize("kind", KINDS)
def test_refuses_other_texts(kind: str, api: Api, anonymous: Api) -> None:
    path = f"/songs/autocomplete/{kind}"
    api.get(path, {"query": f"  {'x' * 100}  "}).ok()
    api.get(path, {"query": "x" * 101}).refused(400, "at most 100")
    api.get(path, {"query": "a\x00"}).refused(422)
    anonymous.get(path, {"query": "a"}).refused(401)


@covers("GET /songs/debug-songs")
@pytest.mark.parametrize("path", forms("/songs/debug-songs"))
def test_the_census_is_for_administrators(
    path: str, api: Api, alice: Account, make_admin: Callable[[Account], Account]
) -> None:
    api.get(path).refused(403)
    make_admin(alice)
    assert api.get(path).ok() == {
        "total_songs": 1, "user_collaborations": 0, "visible_songs": 1, "user_id": alice.id, "username": "alice",
    }  # fmt: skip
