"""Packs near completion: which they are, in which order, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.support import rows
from tests.support.database import Database
from tests.support.queries import QueryCounter
from trackflow.services.packs.near_completion import near_completion
from trackflow.services.workflows.template import DEFAULT_STEPS
from trackflow.unit_of_work import release

DONE, OPEN = {"drums": True, "bass": True}, {"drums": True, "bass": False}


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


class Shelf:
    """Packs of somebody with two steps."""

    def __init__(self, person: Person, database: Database) -> None:
        self.database = database
        self.owner, self.other, self.third = (person(name).id for name in ("alice", "bobby", "carol"))
        rows.workflow(database, self.owner, "drums", "bass")
        rows.workflow(database, self.other, "drums")

    def pack(self, name: str, complete: int, still_open: int, **values: Any) -> int:
        with self.database.together():
            pack = rows.pack(self.database, self.owner, name, **values)
            for number in range(complete + still_open):
                self.song(pack, f"{name} {number}", is_done=number < complete)
        return pack

    def song(self, pack: int, title: str = "Song", *, is_done: bool = False, **values: Any) -> int:
        song = rows.song(self.database, self.owner, title, pack_id=pack, **values)
        rows.progress(self.database, song, **(DONE if is_done else OPEN))
        return song

    def near(self, limit: int = 10, threshold: int = 70) -> list[dict[str, Any]]:
        release()  # what the test has changed since the last look
        return near_completion(self.owner, limit=limit, threshold=threshold)

    def names(self, limit: int = 10, threshold: int = 70) -> list[str]:
        return [pack["pack_name"] for pack in self.near(limit, threshold)]


@pytest.fixture
def shelf(person: Person, database: Database) -> Shelf:
    return Shelf(person, database)


def test_a_pack_with_its_figures(shelf: Shelf) -> None:
    pack = shelf.pack("Summer", 4, 1)
    assert shelf.near() == [
        {
            "pack_id": pack,
            "pack_name": "Summer",
            "completion_percentage": 80.0,
            "incomplete_songs": 1,
            "total_songs": 5,
            "display_name": "Summer",
            "album_cover": None,
        }
    ]


def test_the_share_is_not_rounded(shelf: Shelf) -> None:
    shelf.pack("Thirds", 2, 1)
    (pack,) = shelf.near(threshold=66)
    assert pack["completion_percentage"] == pytest.approx(200 / 3)
    assert isinstance(pack["completion_percentage"], float)
    assert shelf.near(threshold=67) == []


def test_from_the_threshold_on_and_below_a_hundred(shelf: Shelf) -> None:
    shelf.pack("Seventy", 7, 3)
    shelf.pack("Less", 2, 1)
    shelf.pack("All", 3, 0)
    shelf.pack("None", 0, 2)
    rows.pack(shelf.database, shelf.owner, "Empty")
    assert shelf.names() == ["Seventy"]
    assert shelf.names(threshold=0) == ["Seventy", "Less", "None"]
    assert shelf.names(threshold=100) == []


def test_the_fullest_first_then_by_name_then_by_age_and_all_are_considered(shelf: Shelf) -> None:
    for number in range(12):
        shelf.pack(f"Half {number:02}", 1, 1)
    shelf.pack("zebra", 4, 1)
    shelf.pack("Apple", 8, 2)
    shelf.pack("Best", 9, 1)
    assert shelf.names(threshold=50)[:4] == ["Best", "Apple", "zebra", "Half 00"]
    assert shelf.names(limit=2, threshold=50) == ["Best", "Apple"]


@pytest.mark.parametrize("small", range(1, 13))
def test_equal_shares_are_equal_whatever_they_are_made_of(small: int, shelf: Shelf) -> None:
    shelf.pack("b", 2, 1)
    shelf.pack("a", 2 * small, small)
    assert shelf.names(threshold=0) == ["a", "b"]


def test_each_song_is_measured_by_the_steps_of_its_owner(shelf: Shelf) -> None:
    pack = shelf.pack("Mixed", 0, 1)
    theirs = rows.song(shelf.database, shelf.other, "theirs", pack_id=pack)
    rows.progress(shelf.database, theirs, drums=True)
    default = rows.song(shelf.database, shelf.third, "default", pack_id=pack)
    rows.progress(shelf.database, default, **dict.fromkeys((step.step_name for step in DEFAULT_STEPS), True))
    (found,) = shelf.near(threshold=60)
    assert (found["total_songs"], found["incomplete_songs"]) == (3, 1)


def test_only_songs_in_progress_that_are_not_optional_count(shelf: Shelf) -> None:
    pack = shelf.pack("Summer", 3, 1)
    shelf.song(pack, "bonus", optional=True)
    shelf.song(pack, "planned", status="Future Plans")
    shelf.song(pack, "released", status="Released")
    assert shelf.near()[0]["total_songs"] == 4


def test_packs_of_others_are_left_out_whoever_works_on_them(shelf: Shelf) -> None:
    pack = rows.pack(shelf.database, shelf.other, "Theirs")
    rows.grant(shelf.database, shelf.owner, "pack_edit", on=pack)
    for is_done in (True, True, True, False):
        shelf.song(pack, is_done=is_done)
    assert shelf.near() == []


@pytest.mark.parametrize(("number", "name"), [(12, "Album Series #12: Coast"), (None, "Album Series #: Coast")])
def test_the_pack_of_an_album_series_is_called_by_it(number: int | None, name: str, shelf: Shelf) -> None:
    pack = shelf.pack("Summer", 3, 1)
    series = shelf.database.insert("album_series", series_number=number, album_name="Coast", artist_name="Band")
    later = shelf.database.insert("album_series", series_number=13, album_name="Other", artist_name="Band")
    for title, of_series in (("Summer 3", series), ("Summer 0", later)):
        shelf.database.execute(
            "UPDATE songs SET album_series_id = :series WHERE title = :title", series=of_series, title=title
        )
    assert [(found["pack_id"], found["display_name"]) for found in shelf.near()] == [(pack, name)]


def test_the_cover_is_the_one_that_most_songs_have_and_of_equals_that_of_the_oldest(shelf: Shelf) -> None:
    pack = shelf.pack("Summer", 3, 1)

    def cover_of(*urls: str | None) -> str | None:
        for number, url in enumerate(urls):
            shelf.database.execute(
                "UPDATE songs SET album_cover = :url WHERE title = :title", url=url, title=f"Summer {number}"
            )
        (found,) = shelf.near()
        cover: str | None = found["album_cover"]
        return cover

    assert cover_of("", "", None, "a") == "a"
    assert cover_of("z", "a", "a", "z") == "z"
    assert cover_of("z", "a", "a", None) == "a"
    assert cover_of("", "", "", None) is None
    shelf.song(pack, "planned", status="Future Plans", album_cover="b")
    assert cover_of("", "", "", None) == "b"


def test_one_statement_whatever_their_number(
    shelf: Shelf, query_counter: Callable[[], AbstractContextManager[QueryCounter]]
) -> None:
    for number in range(25):
        shelf.pack(f"Pack {number}", 3, 1)
    with query_counter() as sent:
        assert len(shelf.near(limit=25)) == 25
    sent.at_most(1)
