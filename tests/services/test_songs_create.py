"""Entering songs: what is stored, said and refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.song_rows import FUTURE, LEDGER, PACKS, RELEASED, SONGS, WIP, actor
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.queries import QueryCounter
from trackflow import unit_of_work
from trackflow.actor import Actor
from trackflow.errors import Forbidden, InvalidState, NotFound, RuleViolation
from trackflow.extensions import Base
from trackflow.models import SongStatus
from trackflow.services.songs import commands
from trackflow.services.songs.drafts import Draft
from trackflow.services.songs.events import SongCollaboratorsAdded, SongsCreated, SongsWentPublic
from trackflow.services.workflows.template import DEFAULT_STEPS
from trackflow.unit_of_work import Handlers


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Hear every event instead of the wired listeners."""
    events: list[object] = []
    kinds = (SongsCreated, SongsWentPublic, SongCollaboratorsAdded)
    monkeypatch.setattr(unit_of_work, "_handlers", {kind: Handlers(required=(events.append,)) for kind in kinds})
    return events


@pytest.fixture
def alice(person: Person) -> Actor:
    return actor(person("alice"))


@pytest.fixture
def bobby(person: Person) -> Actor:
    return actor(person("bobby"))


def draft(title: str = "Harbour Lights", **changes: Any) -> Draft:
    return Draft(**{"title": title, "artist": "The Example", "status": WIP, **changes})


def create(who: Actor, *drafts: Draft, follow_pack: bool = True) -> list[int]:
    return commands.create(who, drafts, follow_pack=follow_pack)


class TestWhatIsStored:
    def test_every_field(self, alice: Actor, database: Database, clock: Clock) -> None:
        (song_id,) = create(
            alice,
            draft(
                title="  Harbour Lights ",
                album="Coastline",
                year=1987,
                album_cover="https://img.example/c.jpg",
                notes="solo missing",
                optional=True,
                status=FUTURE,
            ),
        )
        assert database.row(SONGS.select()) == {
            "id": song_id, "title": "Harbour Lights", "title_key": "harbour lights", "artist": "The Example",
            "artist_key": "the example", "artist_id": None, "album": "Coastline", "album_key": "coastline",
            "year": 1987, "status": "Future Plans", "album_cover": "https://img.example/c.jpg", "user_id": alice.id,
            "pack_id": None, "album_series_id": None, "optional": True, "notes": "solo missing", "is_public": False,
            "created_at": clock.time, "updated_at": clock.time, "released_at": None, "release_description": None,
            "release_download_link": None, "release_youtube_url": None, "rhythmverse_link": None,
            "event_submission_description": None, "visualizer_link": None, "preview_link": None,
            "is_event_submitted": False,
        }  # fmt: skip

    def test_the_default_visibility_is_the_owners(self, person: Person, database: Database) -> None:
        create(actor(person("alice"), default_public_sharing=True), draft())
        assert database.column(SONGS.select().with_only_columns(SONGS.c.is_public)) == [True]

    def test_a_known_artist_is_linked(self, alice: Actor, database: Database) -> None:
        artist_id = database.insert("artists", name="The EXAMPLE")
        create(alice, draft(), draft("Other", artist="Nobody"))
        assert database.column("SELECT artist_id FROM songs ORDER BY id") == [artist_id, None]

    def test_many_come_back_in_their_order(
        self, alice: Actor, database: Database, query_counter: Callable[[], AbstractContextManager[QueryCounter]]
    ) -> None:
        titles = [f"Song {number}" for number in range(9, 0, -1)]
        create(alice, draft("first"))  # the workflow is there from now on
        with query_counter() as one:
            create(alice, draft("second"))
        with query_counter() as many:
            ids = create(alice, *(draft(title, pack_name="Pack") for title in titles))
        assert [database.scalar("SELECT title FROM songs WHERE id = :id", id=song_id) for song_id in ids] == titles
        assert len(many) <= len(one) + 3, many  # the pack is looked for and made


class TestStatus:
    @pytest.mark.parametrize("status", SongStatus)
    def test_the_ledger_and_the_counters(self, status: SongStatus, alice: Actor, database: Database) -> None:
        (song_id,) = create(alice, draft(status=status))
        assert database.rows(LEDGER) == [
            {"song_id": song_id, "user_id": alice.id, "from_status": None, "to_status": status.value}
        ]
        stats = database.row("SELECT * FROM user_stats WHERE user_id = :id", id=alice.id)
        assert {name: stats[name] for name in stats if name.startswith("total_")} == {
            "total_songs": 1, "total_released": int(status is RELEASED), "total_future": int(status is FUTURE),
            "total_future_created": int(status is FUTURE), "total_wip": int(status is WIP),
            "total_wip_created": int(status is WIP), "total_packs": 0, "total_collaborations": 0,
            "total_spotify_imports": 0, "total_feature_requests": 0, "total_points": 0,
        }  # fmt: skip

    def test_created_as_released_has_no_date(self, alice: Actor, database: Database) -> None:
        create(alice, draft(status=RELEASED))
        assert database.scalar("SELECT released_at FROM songs") is None

    def test_in_progress_gets_a_row_for_each_step(self, alice: Actor, database: Database) -> None:
        rows.workflow(database, alice.id, "drums", "bass")
        (song_id,) = create(alice, draft())
        create(alice, draft("Later", status=FUTURE), draft("Done", status=RELEASED))
        found = database.rows("SELECT song_id, step_name, is_completed, completed_at FROM song_progress ORDER BY id")
        assert [(row["song_id"], row["step_name"], bool(row["is_completed"])) for row in found] == [
            (song_id, "drums", False),
            (song_id, "bass", False),
        ]

    def test_without_a_workflow_the_default_one_is_made(self, alice: Actor, database: Database) -> None:
        create(alice, draft())
        assert database.count("user_workflows", user_id=alice.id) == 1
        steps = database.column("SELECT step_name FROM song_progress ORDER BY id")
        assert steps == [step.step_name for step in DEFAULT_STEPS]

    def test_a_plan_makes_no_workflow(self, alice: Actor, database: Database) -> None:
        create(alice, draft(status=FUTURE))
        assert database.count("user_workflows") == 0

    def test_missing_counters_are_made(self, alice: Actor, database: Database) -> None:
        database.execute("DELETE FROM user_stats")
        create(alice, draft())
        assert database.row("SELECT user_id, total_songs FROM user_stats") == {"user_id": alice.id, "total_songs": 1}


class TestPacks:
    def test_a_new_pack_is_made_by_name(self, alice: Actor, database: Database) -> None:
        create(alice, draft(pack_name=" Summer  Pack ", priority=4))
        pack = database.row(PACKS.select())
        assert (pack["name"], pack["name_key"], pack["user_id"], pack["priority"]) == (
            "Summer  Pack", "summer pack", alice.id, 4,
        )  # fmt: skip
        assert database.scalar("SELECT pack_id FROM songs") == pack["id"]
        assert database.scalar("SELECT total_packs FROM user_stats WHERE user_id = :id", id=alice.id) == 1

    def test_an_own_pack_is_found_by_name(self, alice: Actor, bobby: Actor, database: Database) -> None:
        rows.pack(database, bobby.id, "Summer Pack")
        own = rows.pack(database, alice.id, "SUMMER pack", priority=2)
        create(alice, draft(pack_name="Summer Pack", priority=5), draft("B", pack_name="summer  pack"))
        assert database.column("SELECT pack_id FROM songs") == [own, own]
        assert database.column("SELECT priority FROM packs ORDER BY id") == [None, 2]

    def test_the_id_wins_over_the_name(self, alice: Actor, database: Database) -> None:
        own = rows.pack(database, alice.id, "One")
        create(alice, draft(pack_id=own, pack_name="Two"))
        assert database.column("SELECT pack_id FROM songs") == [own]
        assert database.count("packs") == 1

    def test_an_unknown_id_is_not_found(self, alice: Actor, database: Database) -> None:
        with pytest.raises(NotFound):
            create(alice, draft(pack_id=12345))
        assert database.count("songs") == 0

    @pytest.mark.parametrize(
        ("right", "allowed"), [(None, False), ("song_edit", False), ("pack_view", True), ("pack_edit", True)]
    )
    def test_who_may_add_to_a_pack_of_others(
        self, right: str | None, *, allowed: bool, alice: Actor, bobby: Actor, database: Database
    ) -> None:
        pack_id = rows.pack(database, bobby.id)
        there = rows.song(database, bobby.id, pack_id=pack_id)
        rows.song(database, alice.id, "mine", pack_id=pack_id)  # a song in it gives no right to add another
        if right is not None:
            rows.grant(database, alice.id, right, on=there if right == "song_edit" else pack_id)
        if allowed:
            create(alice, draft(pack_id=pack_id))
        else:
            with pytest.raises(Forbidden):
                create(alice, draft(pack_id=pack_id))
        assert database.count("songs") == 2 + allowed

    def test_the_song_follows_the_pack(self, alice: Actor, database: Database) -> None:
        pack_id = rows.pack(database, alice.id)
        for number, status in enumerate((FUTURE, FUTURE, WIP)):
            rows.song(database, alice.id, f"S{number}", pack_id=pack_id, status=status.value)
        create(alice, draft(pack_id=pack_id, status=WIP))
        assert database.scalar("SELECT status FROM songs WHERE title = 'Harbour Lights'") == "Future Plans"
        assert database.rows(LEDGER)[0]["to_status"] == "Future Plans"

    def test_unless_it_is_not_asked_to(self, alice: Actor, database: Database) -> None:
        pack_id = rows.pack(database, alice.id)
        rows.song(database, alice.id, "S", pack_id=pack_id, status="Future Plans")
        create(alice, draft(pack_id=pack_id), follow_pack=False)
        assert database.scalar("SELECT status FROM songs WHERE title = 'Harbour Lights'") == "In Progress"


class TestCommunityEvents:
    @pytest.fixture
    def event(self, bobby: Actor, database: Database) -> int:
        return rows.pack(database, bobby.id, "Event", is_community_event=True)

    def test_everybody_takes_part_with_a_song_in_progress(
        self, alice: Actor, bobby: Actor, event: int, database: Database
    ) -> None:
        rows.song(database, bobby.id, pack_id=event, status="Future Plans")
        database.insert("community_event_registrations", pack_id=event, user_id=alice.id)
        database.insert("community_event_registrations", pack_id=event, user_id=bobby.id)
        create(alice, draft(pack_id=event, status=FUTURE))
        assert database.scalar("SELECT status FROM songs WHERE user_id = :id", id=alice.id) == "In Progress"
        assert database.column("SELECT user_id FROM community_event_registrations") == [bobby.id]

    def test_but_not_with_two(self, alice: Actor, event: int, database: Database) -> None:
        with pytest.raises(InvalidState):
            create(alice, draft(pack_id=event), draft("Another", pack_id=event))
        create(alice, draft(pack_id=event))
        with pytest.raises(InvalidState):
            create(alice, draft("Another", pack_id=event))
        assert database.count("songs") == 1

    def test_nor_when_it_is_over(
        self, alice: Actor, bobby: Actor, event: int, clock: Clock, database: Database
    ) -> None:
        database.execute(PACKS.update().values(event_revealed_at=clock.time))
        for who in (alice, bobby):
            with pytest.raises(InvalidState):
                create(who, draft(pack_id=event))
        assert database.count("songs") == 0

    def test_the_organizer_finds_it_by_name_under_the_same_rules(
        self, bobby: Actor, event: int, database: Database
    ) -> None:
        create(bobby, draft(pack_name="event", status=RELEASED))
        assert database.row("SELECT pack_id, status FROM songs") == {"pack_id": event, "status": "In Progress"}
        with pytest.raises(InvalidState):
            create(bobby, draft("Another", pack_name="event"))


class TestDuplicates:
    @pytest.mark.parametrize(
        ("title", "artist"),
        [("Harbour Lights", "The Example"), ("HARBOUR  lights ", "the example"), ("Ｈarbour Lights", "The Example")],  # noqa: RUF001
    )
    def test_an_own_song_is_refused(self, title: str, artist: str, alice: Actor, database: Database) -> None:
        create(alice, draft())
        with pytest.raises(RuleViolation, match="already exists"):
            create(alice, draft(title, artist=artist, pack_name="New"))
        assert (database.count("songs"), database.count("packs"), database.count("status_ledger")) == (1, 0, 1)

    def test_so_is_one_that_may_be_edited(self, alice: Actor, bobby: Actor, database: Database) -> None:
        (song_id,) = create(bobby, draft())
        rows.grant(database, alice.id, "song_edit", on=song_id)
        with pytest.raises(RuleViolation, match="already exists"):
            create(alice, draft())

    def test_songs_of_others_are_no_hindrance(self, alice: Actor, bobby: Actor, database: Database) -> None:
        pack_id = rows.pack(database, alice.id)
        rows.grant(database, bobby.id, "pack_edit", on=pack_id)
        create(alice, draft(pack_id=pack_id))
        create(bobby, draft())
        assert database.count("songs") == 2

    @pytest.mark.parametrize("title", ["%", "Harbour_Lights", "Harbour%", "Lights", "Harbour Lights (2011)"])
    def test_wildcards_parts_and_tags_are_different(self, title: str, alice: Actor) -> None:
        create(alice, draft())
        create(alice, draft(title))

    def test_each_is_named_by_its_place(self, alice: Actor, database: Database) -> None:
        create(alice, draft("B"))
        with pytest.raises(RuleViolation) as refusal:
            create(alice, draft("A"), draft("b"))
        assert refusal.value.detail == "Song 2: The song b by The Example already exists in your list."
        assert database.count("songs") == 1


class TestCollaborators:
    def test_active_people_are_granted_and_the_rest_is_passed_over(
        self, alice: Actor, bobby: Actor, person: Person, database: Database
    ) -> None:
        person("gone", is_active=False)
        names = ("BOBBY", "bobby ", "nobody", "gone", "alice", "")
        (song_id,) = create(alice, draft(collaborators=names))
        assert database.rows("SELECT song_id, pack_id, user_id, collaboration_type FROM collaborations") == [
            {"song_id": song_id, "pack_id": None, "user_id": bobby.id, "collaboration_type": "song_edit"}
        ]
        assert database.scalar("SELECT total_collaborations FROM user_stats WHERE user_id = :id", id=alice.id) == 1


class TestWhatIsSaid:
    def test_a_private_song(self, alice: Actor, heard: list[object]) -> None:
        (song_id,) = create(alice, draft())
        assert heard == [SongsCreated(alice.id, (song_id,))]

    def test_public_songs_and_their_people(self, person: Person, bobby: Actor, heard: list[object]) -> None:
        alice = actor(person("alice"), default_public_sharing=True)
        drafts = draft("A", status=RELEASED), draft("B", collaborators=("bobby",)), draft("C", status=FUTURE)
        ids = create(alice, *drafts)
        assert heard == [
            SongsCreated(alice.id, tuple(ids)),
            SongCollaboratorsAdded(alice.id, alice.id, (bobby.id,)),
            SongsWentPublic(alice.id, (ids[1], ids[2])),
        ]

    def test_each_song_is_logged(self, alice: Actor, database: Database) -> None:
        ids = create(alice, draft("A"), draft("B"))
        logs = Base.metadata.tables["activity_logs"]
        found = database.rows(logs.select().where(logs.c.activity_type == "create_song").order_by(logs.c.id))
        assert [(row["user_id"], row["metadata_json"]) for row in found] == [
            (alice.id, {"song_id": song_id, "title": title, "artist": "The Example", "status": "In Progress"})
            for song_id, title in zip(ids, "AB", strict=True)
        ]
