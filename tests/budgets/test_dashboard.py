"""How many statements the dashboard sends, loading the caller included."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Register
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.people import insert_person
from tests.support.queries import SIZES, QueryCounter
from tests.support.registry import budget_of

MOST = 6
MOST_ROWS = 12


def fill(database: Database, alice: Account, other: int, numbers: range, when: datetime) -> None:
    """Give alice songs of her own in a pack almost done, parts in songs of somebody else, and recent steps."""
    with database.together():
        for number in numbers:
            pack = rows.pack(database, alice, f"Pack {number}")
            own = [rows.song(database, alice, f"Song {number}-{place}", pack_id=pack) for place in range(4)]
            for song in own[:3]:
                rows.progress(database, song, drums=True, bass=True, vocals=True)
            theirs = rows.song(database, other, f"Theirs {number}")
            rows.grant(database, alice, "song_edit", on=theirs)
            database.insert("wip_collaborations", song_id=theirs, collaborator="alice", field="drums")
            database.insert("song_progress", song_id=own[3], step_name="drums", is_completed=True, completed_at=when)


@budget_of("GET /dashboard/suggestions")
def test_the_same_number_whatever_there_is(
    app: Flask,
    register: Register,
    database: Database,
    clock: Clock,
    query_counter: Callable[[], AbstractContextManager[QueryCounter]],
) -> None:
    alice = register("alice")
    bobby = insert_person(database, "bobby")
    rows.workflow(database, bobby, "drums", "bass")
    api = Api(app.test_client(), alice)
    reached = 0
    for size in SIZES:
        fill(database, alice, bobby, range(reached, size), clock.time)
        reached = size
        with query_counter() as sent:
            assert api.get("/dashboard/suggestions", {"limit": MOST_ROWS}).ok()
        sent.at_most(MOST)


def test_two_thousand_songs_take_no_more(
    client: FlaskClient,
    register: Register,
    database: Database,
    query_counter: Callable[[], AbstractContextManager[QueryCounter]],
) -> None:
    alice = register("alice")
    songs = [
        {"user_id": alice.id, "title": f"Song {number}", "artist": "Artist", "status": "In Progress"}
        for number in range(2_000)
    ]
    database.insert_many("songs", songs)
    with query_counter() as sent:
        assert len(Api(client, alice).get("/dashboard/suggestions", {"limit": MOST_ROWS}).ok()) == MOST_ROWS
    sent.at_most(MOST)
