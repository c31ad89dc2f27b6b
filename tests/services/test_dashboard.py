"""What the dashboard reads: whose songs, which of them, and what is never shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.services.dashboard.queries import MOST_SONGS, suggestions
from trackflow.unit_of_work import release

STEPS = ("drums", "bass", "guitar", "vocals", "keys")


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


class Home:
    """Alice with five steps, and Bobby, who works with her."""

    def __init__(self, person: Person, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        self.alice, self.bobby = (person(name).id for name in ("alice", "bobby"))
        for who in (self.alice, self.bobby):
            rows.workflow(database, who, *STEPS)

    def song(self, title: str, done: int = 1, *, owner: int | None = None, days: int = 0, **values: Any) -> int:
        """Insert a song of which this many steps are done, all of it `days` ago; return its id."""
        when = self.clock.time - timedelta(days=days)
        values = {"created_at": when, "updated_at": when, **values}
        song = rows.song(self.database, owner or self.alice, title, **values)
        self.steps(song, *STEPS[:done], days=days)
        return song

    def steps(self, song: int, *names: str, days: int = 0, completed: bool = False) -> None:
        when = self.clock.time - timedelta(days=days)
        finished = {"completed_at": when} if completed else {}
        if names:
            self.database.insert_many(
                "song_progress",
                [
                    {"song_id": song, "step_name": name, "is_completed": True, "updated_at": when, **finished}
                    for name in names
                ],
            )

    def assign(self, song: int, field: str, name: str = "alice") -> None:
        self.database.insert("wip_collaborations", song_id=song, collaborator=name, field=field)

    def shown(self, limit: int = 12, seed: int = 1, *, who: int | None = None) -> dict[str, dict[str, Any]]:
        release()  # what the test has changed since the last look
        actor = Actor(who or self.alice, "alice" if who is None else "bobby")
        return {found["title"]: found for found in suggestions(actor, limit=limit, source=Random(seed))}  # noqa: S311

    def tags(self, **options: Any) -> dict[str, list[str]]:
        return {title: found["tags"] for title, found in self.shown(**options).items()}


@pytest.fixture
def home(person: Person, database: Database, clock: Clock) -> Home:
    return Home(person, database, clock)


def test_nothing_to_suggest(home: Home) -> None:
    home.song("complete", 5)
    assert home.shown() == {}


def test_candidates_are_own_songs_in_progress_that_are_not_optional(home: Home) -> None:
    home.song("mine")
    home.song("optional", optional=True)
    home.song("planned", status="Future Plans")
    home.song("released", status="Released")
    home.song("theirs", owner=home.bobby, is_public=True)
    assert list(home.shown()) == ["mine"]


def test_each_category_from_rows(home: Home) -> None:
    event = rows.pack(home.database, home.bobby, "Spring", is_community_event=True)
    home.song("event", 2, pack_id=event, optional=True, days=300)
    home.song("continued", 4, days=1)
    home.song("almost", 4, days=2)
    home.song("dormant", 1, days=40)
    recent = home.song("recent", 2, owner=home.bobby)
    rows.grant(home.database, home.alice, "song_edit", on=recent)
    home.database.execute(
        "UPDATE song_progress SET completed_at = updated_at WHERE song_id = :song AND step_name = 'bass'", song=recent
    )
    waiting = home.song("waiting", 1, days=3)
    home.assign(waiting, "Bass")
    pack = rows.pack(home.database, home.alice, "Nearly")
    for number in range(4):
        home.song(f"in pack {number}", 5 if number else 0, pack_id=pack, days=4)
    assert home.tags() == {
        "event": ["Community Event"],
        "continued": ["Continue working"],
        "almost": ["Almost done"],
        "recent": ["Recently worked on"],
        "waiting": ["Collaborator waiting"],
        "dormant": ["Long time no work"],
        "Nearly": ["Pack almost done"],
        "in pack 0": ["In progress"],
    }
    assert home.shown()["recent"]["message"] == "Bass done, Guitar, Vocals and 1 more to go"
    assert home.shown()["Nearly"]["completed_songs"] == 3


def test_at_most_fifty_candidates(home: Home) -> None:
    with home.database.together():
        for number in range(MOST_SONGS):
            home.song(f"new {number}", 1)
        home.song("old", 4, days=1)
        home.song("sleeper", 1, days=100)
    for seed in range(20):
        assert not {"old", "sleeper"} & set(home.shown(seed=seed))


@pytest.mark.parametrize("revealed", [False, True])
def test_an_event_counts_until_it_is_revealed(revealed: bool, home: Home) -> None:  # noqa: FBT001
    values = {"event_revealed_at": home.clock.time} if revealed else {}
    event = rows.pack(home.database, home.bobby, "Spring", is_community_event=True, **values)
    for number in range(12):
        home.song(f"song {number}")
    home.song("event", pack_id=event)
    for seed in range(5):
        first = next(iter(home.shown(3, seed).values()))
        assert ("is_community_event" in first) is not revealed


class TestRecent:
    def test_edited_songs_by_their_owners_steps_but_not_seen_ones(self, home: Home) -> None:
        pack = rows.pack(home.database, home.bobby)
        for title in ("edited", "seen"):
            song = home.song(title, 0, owner=home.bobby, pack_id=pack if title == "seen" else None)
            home.steps(song, "drums", completed=True)
            if title == "edited":
                rows.grant(home.database, home.alice, "song_edit", on=song)
        rows.grant(home.database, home.alice, "pack_view", on=pack)
        assert home.tags() == {"edited": ["Recently worked on"]}

    def test_former_steps_do_not_count(self, home: Home) -> None:
        song = home.song("edited", 0, owner=home.bobby)
        rows.grant(home.database, home.alice, "song_edit", on=song)
        home.steps(song, "former", completed=True)
        assert home.shown() == {}
        home.steps(song, "bass", "drums", completed=True, days=1)
        (found,) = home.shown().values()
        assert "Former" not in found["message"]
        assert found["completion"] == 40

    @pytest.mark.parametrize("values", [{"optional": True}, {"status": "Released"}, {"status": "Future Plans"}])
    def test_only_songs_in_progress_that_are_not_optional(self, values: dict[str, Any], home: Home) -> None:
        song = home.song("edited", 0, owner=home.bobby, **values)
        rows.grant(home.database, home.alice, "song_edit", on=song)
        home.steps(song, "drums", completed=True)
        assert home.shown() == {}


class TestWaiting:
    @pytest.mark.parametrize("right", ["song_edit", "pack_edit", "pack_view", "pack_owner", "sibling", None])
    def test_an_assignment_shows_a_song_only_to_those_who_may_see_it(self, right: str | None, home: Home) -> None:
        pack = rows.pack(home.database, home.alice if right == "pack_owner" else home.bobby)
        song = home.song("theirs", owner=home.bobby, pack_id=pack, is_public=True)
        home.assign(song, "bass")
        if right == "sibling":
            sibling = home.song("sibling", owner=home.bobby, pack_id=pack)
            rows.grant(home.database, home.alice, "song_edit", on=sibling)
        elif right is not None and right != "pack_owner":
            rows.grant(home.database, home.alice, right, on=song if right == "song_edit" else pack)
        assert home.tags() == ({"theirs": ["Collaborator waiting"]} if right else {})

    @pytest.mark.parametrize("name", ["alice", "Alice", " ALICE "])
    def test_the_case_of_the_name_does_not_count(self, name: str, home: Home) -> None:
        home.assign(home.song("mine"), "bass", name)
        assert home.tags() == {"mine": ["Continue working", "Collaborator waiting"]}

    @pytest.mark.parametrize("name", ["alic", "alice2", "bobby", "%"])
    def test_other_names_are_other_people(self, name: str, home: Home) -> None:
        home.assign(home.song("mine"), "bass", name)
        assert home.tags() == {"mine": ["Continue working"]}

    def test_done_steps_and_those_of_no_workflow_wait_for_nobody(self, home: Home) -> None:
        song = home.song("mine", 2)
        for field in ("drums", "BASS", "no step"):
            home.assign(song, field)
        assert home.tags() == {"mine": ["Continue working"]}

    def test_done_parts_do_not_crowd_out_open_ones(self, home: Home) -> None:
        with home.database.together():
            for number in range(MOST_SONGS + 1):
                home.assign(home.song(f"done {number}", 1, optional=False), "drums")
            home.assign(home.song("open", 1, days=5), "bass")
        for seed in range(10):
            assert ["Collaborator waiting"] in home.tags(seed=seed).values() or "open" not in home.tags(seed=seed)
        assert any("open" in home.shown(seed=seed) for seed in range(20))


def test_the_last_step_tells_when_somebody_worked_on_a_song(home: Home) -> None:
    home.song("newer")
    home.song("old song, new step", 1, days=0, updated_at=home.clock.time - timedelta(days=90))
    home.song("new song, old step", 1, days=90, updated_at=home.clock.time - timedelta(days=1))
    tags = home.tags()
    assert tags["old song, new step"] == ["In progress"]
    assert tags["new song, old step"] == ["Long time no work"]


def test_packs_only_where_there_are_few_songs_and_at_most_three(home: Home) -> None:
    for number in range(4):
        pack = rows.pack(home.database, home.alice, f"Pack {number}")
        for song in range(10):
            home.song(f"{number}-{song}", 5 if song < 7 + number % 2 else 0, pack_id=pack)
    titles = [title for title in home.shown() if title.startswith("Pack")]
    assert sorted(titles) == ["Pack 0", "Pack 1", "Pack 3"]
    assert not any(title.startswith("Pack") for title in home.shown(limit=1))


def test_the_same_source_gives_the_same_answer(home: Home) -> None:
    with home.database.together():
        for number in range(30):
            home.song(f"song {number}", number % 5)
    assert list(home.shown(6, 7)) == list(home.shown(6, 7))
    assert len({tuple(home.shown(6, seed)) for seed in range(10)}) > 1


def test_of_somebody_without_a_workflow_the_default_steps_count(home: Home, person: Person) -> None:
    carol = person("carol").id
    song = home.song("theirs", 1, owner=carol)
    release()
    (found,) = suggestions(Actor(carol, "carol"), limit=6)
    assert (found["song_id"], found["completion"], len(found["remaining_steps"])) == (song, 8, 12)
