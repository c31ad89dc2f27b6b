"""The dashboard over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conftest import Person
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import covers

AsUser = Callable[[Account | None], Api]
PATH = "/dashboard/suggestions"
FORMS = (PATH, f"{PATH}/", f"/api{PATH}", f"/api{PATH}/")
STEPS = ("drums", "bass", "lead_guitar", "vocals")


@pytest.fixture
def alice(person: Person) -> Account:
    return person("alice")


@pytest.fixture
def steps(database: Database, alice: Account) -> tuple[str, ...]:
    rows.workflow(database, alice, *STEPS)
    return STEPS


def summer(pack: int) -> dict[str, Any]:
    return {
        "id": f"pack-{pack}",
        "type": "pack",
        "pack_id": pack,
        "title": "Summer",
        "album_cover": "https://i/c",
        "tags": ["Pack almost done"],
        "priority": 6.5,
        "completion": 75.0,
        "total_songs": 4,
        "completed_songs": 3,
        "message": "One song left",
    }


def harbour_lights(song: int, when: datetime) -> dict[str, Any]:
    return {
        "id": f"song-{song}",
        "type": "song",
        "song_id": song,
        "title": "Harbour Lights",
        "artist": "The Example",
        "album_cover": "https://i/c",
        "completion": 75,
        "remaining_steps": ["Lead Guitar"],
        "updated_at": when.isoformat() + "Z",
        "status": "In Progress",
        "tags": ["Continue working"],
        "priority": 10,
        "message": "Only Lead Guitar is left",
    }


@covers("GET /dashboard/suggestions")
@pytest.mark.usefixtures("steps")
def test_a_song_and_a_pack(alice: Account, as_user: AsUser, database: Database, clock: Clock) -> None:
    when = clock.time - timedelta(hours=1)
    pack = rows.pack(database, alice, "Summer")
    song = rows.song(
        database,
        alice,
        "Harbour Lights",
        artist="The Example",
        updated_at=when,
        pack_id=pack,
        album_cover="https://i/c",
    )
    rows.progress(database, song, drums=True, bass=True, vocals=True)
    for number in range(3):
        done = rows.song(database, alice, f"done {number}", pack_id=pack)
        rows.progress(database, done, **dict.fromkeys(STEPS, True))
    expected = [summer(pack), harbour_lights(song, when)]
    for form in FORMS:
        answer = as_user(alice).get(form).ok()
        assert sorted(answer, key=lambda found: str(found["id"])) == expected


@pytest.mark.usefixtures("steps")
def test_the_song_of_an_event_says_so_and_comes_first(
    alice: Account, person: Person, as_user: AsUser, database: Database
) -> None:
    event = rows.pack(database, person("organizer"), "Spring", is_community_event=True)
    song = rows.song(database, alice, "For the event", pack_id=event)
    for number in range(10):
        rows.song(database, alice, f"Song {number}")
    for _ in range(5):
        first, *others = as_user(alice).get(PATH, {"limit": 3}).ok()
        assert (first["song_id"], first["is_community_event"], first["tags"]) == (song, True, ["Community Event"])
        assert "Spring" in first["message"]
        assert len(others) == 2
        assert not any("is_community_event" in other for other in others)


def test_who_has_nothing_gets_an_empty_list(alice: Account, as_user: AsUser) -> None:
    assert as_user(alice).get(PATH).ok() == []


@pytest.mark.parametrize(("query", "number"), [({}, 6), ({"limit": 1}, 1), ({"limit": 12}, 12), ({"limit": "06"}, 6)])
def test_the_limit(query: dict[str, Any], number: int, alice: Account, as_user: AsUser, database: Database) -> None:
    with database.together():
        for title in range(30):
            rows.song(database, alice, f"Song {title}")
    answer = as_user(alice).get(PATH, {**query, "unknown": "x"}).ok()
    assert len({found["id"] for found in answer}) == len(answer) == number


@pytest.mark.parametrize("limit", ["0", "13", "-1", "", "six", "1.5", "99999999999999999999"])
def test_another_limit_is_refused(limit: str, alice: Account, as_user: AsUser) -> None:
    body = as_user(alice).get(PATH, {"limit": limit}).refused(422)
    assert set(body["errors"]) == {"limit"}


def test_anonymous_callers_are_refused(anonymous: Api) -> None:
    for form in FORMS:
        anonymous.get(form).refused(401)


def test_a_song_that_the_caller_may_not_see_never_appears(
    alice: Account, person: Person, as_user: AsUser, database: Database, clock: Clock
) -> None:
    bobby = person("bobby")
    for is_public in (False, True):
        song = rows.song(database, bobby, "Secret", is_public=is_public)
        database.insert("wip_collaborations", song_id=song, collaborator="alice", field="drums")
        database.insert(
            "song_progress",
            song_id=song,
            step_name="bass",
            is_completed=True,
            completed_at=clock.time,
        )
    answer = as_user(alice).get(PATH, {"limit": 12})
    assert answer.ok() == []
    assert "Secret" not in answer.text
