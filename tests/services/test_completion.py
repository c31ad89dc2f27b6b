"""How far songs are, in SQL and for many at once; both agree with the pure rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database
from tests.support.queries import QueryCounter
from trackflow.models import Pack, Song
from trackflow.services.completion import expressions
from trackflow.services.completion.queries import completion_by_song, steps_by_user
from trackflow.services.workflows.template import DEFAULT_STEPS

DEFAULT = [step.step_name for step in DEFAULT_STEPS]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


class Songs:
    """Songs of three owners: with two steps, with none of their own, with an empty workflow."""

    def __init__(self, person: Person, database: Database) -> None:
        self.alice, self.bobby, self.carol = (person(name).id for name in ("alice", "bobby", "carol"))
        rows.workflow(database, self.alice, "drums", "drum_fills")
        database.insert("user_workflows", user_id=self.carol, name="Empty")
        self.pack = rows.pack(database, self.bobby)
        own = [rows.song(database, self.alice, title, pack_id=self.pack) for title in "abc"]
        self.half, self.whole, self.untouched = own
        rows.progress(database, self.half, drums=True, drum_fills=False, keys=True)
        rows.progress(database, self.whole, drums=True, drum_fills=True)
        self.default_whole = rows.song(database, self.bobby, "d", pack_id=self.pack)
        rows.progress(database, self.default_whole, **dict.fromkeys(DEFAULT, True))
        self.default_open = rows.song(database, self.bobby, "e")
        rows.progress(database, self.default_open, **dict.fromkeys(DEFAULT[1:], True))
        self.stepless = rows.song(database, self.carol, "f")
        rows.progress(database, self.stepless, drums=True)
        self.all = [*own, self.default_whole, self.default_open, self.stepless]


@pytest.fixture
def songs(person: Person, database: Database) -> Songs:
    return Songs(person, database)


def test_steps_are_the_owners_or_the_default_ones(songs: Songs) -> None:
    assert steps_by_user([songs.alice, songs.bobby, songs.carol, 12345]) == {
        songs.alice: ("drums", "drum_fills"), songs.bobby: tuple(DEFAULT), songs.carol: (), 12345: (),
    }  # fmt: skip
    assert steps_by_user([]) == {}


def test_each_song_is_measured_by_its_owners_steps(songs: Songs) -> None:
    found = completion_by_song([*songs.all, 12345])
    shown = {song_id: (one.completed, one.total, one.percentage, one.is_complete) for song_id, one in found.items()}
    assert shown == {
        songs.half: (1, 2, 50, False),
        songs.whole: (2, 2, 100, True),
        songs.untouched: (0, 2, 0, False),
        songs.default_whole: (13, 13, 100, True),
        songs.default_open: (12, 13, 92, False),
        songs.stepless: (0, 0, 0, False),
    }
    assert found[songs.half].remaining_steps == ["Drum Fills"]
    assert completion_by_song([]) == {}


def test_sql_says_the_same(songs: Songs, database: Database) -> None:
    columns = (
        Song.id,
        expressions.completed_steps().label("completed"),
        expressions.total_steps().label("total"),
        expressions.SONG_COMPLETE.label("complete"),
    )
    for row in database.rows(select(*columns)):
        found = completion_by_song([row["id"]])[row["id"]]
        assert (row["completed"], row["total"], bool(row["complete"])) == (
            found.completed, found.total, found.is_complete,
        )  # fmt: skip
    complete = database.column(select(Song.id).where(expressions.SONG_COMPLETE).order_by(Song.id))
    assert complete == [songs.whole, songs.default_whole]


def test_a_pack_is_measured_by_the_steps_of_the_packs_owner(songs: Songs, database: Database) -> None:
    in_packs = select(Song.id).join(Pack, Pack.id == Song.pack_id)
    assert database.column(in_packs.where(expressions.COMPLETE_FOR_PACK_OWNER)) == [songs.default_whole]


def test_the_number_of_statements_does_not_grow(
    songs: Songs, query_counter: Callable[[], AbstractContextManager[QueryCounter]]
) -> None:
    with query_counter() as sent:
        completion_by_song(songs.all)
    sent.at_most(2)
