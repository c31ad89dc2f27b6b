"""Reading songs: who sees which, filters, order, pages, and what the Song JSON says to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.song_rows import actor
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.world import EVERYBODY, Who, World
from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound, RuleViolation
from trackflow.models import SongStatus
from trackflow.services.songs import queries
from trackflow.services.songs.queries import Filters, Order
from trackflow.unit_of_work import release

SEES_THE_PACK: tuple[Who, ...] = ("pack_owner", "pack_view", "pack_edit", "viewing_owner", "sibling_edit", "song_edit")


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def alice(person: Person) -> Actor:
    return actor(person("alice"))


@pytest.fixture
def bobby(person: Person) -> Actor:
    return actor(person("bobby"))


def titles(who: Actor, **filters: Any) -> list[str]:
    return [item["title"] for item in queries.visible_songs(who, Filters(order=Order.TITLE, **filters)).items]


class TestVisibility:
    @pytest.mark.parametrize("who", EVERYBODY)
    def test_who_sees_what_in_lists_and_singly(self, who: Who, world: World) -> None:
        caller = actor(world.people[who])
        in_pack = {world.song, world.pack_song, world.other_song, world.viewing_song}
        expected: set[int] = set()
        if who in (*SEES_THE_PACK, "inactive"):
            expected = in_pack
        elif who == "owner":
            expected = {world.song, world.loose_song}
        elif who == "other_owner":
            expected = {world.other_song}
        found = {item["id"] for item in queries.visible_songs(caller, Filters()).items}
        assert found == expected
        for song_id in in_pack | {world.loose_song}:
            if song_id in expected:
                assert queries.song(caller, song_id)["id"] == song_id
                queries.owner_id(caller, song_id)
            else:
                for read in (queries.song, queries.owner_id):
                    with pytest.raises(Forbidden, match=r"^You may not do this with this song\.$"):
                        read(caller, song_id)

    def test_what_is_not_there(self, alice: Actor) -> None:
        for read in (queries.song, queries.owner_id):
            with pytest.raises(NotFound):
                read(alice, 12345)

    @pytest.mark.parametrize(
        ("who", "is_editable", "can_edit"),
        [
            ("owner", True, None),
            ("song_edit", True, None),
            ("pack_edit", True, True),
            ("pack_view", False, False),
            ("viewing_owner", False, False),
            ("pack_owner", False, None),
            ("sibling_edit", False, None),
            ("inactive", True, True),
        ],
    )
    def test_what_the_caller_may_do(self, who: Who, *, is_editable: bool, can_edit: bool | None, world: World) -> None:
        caller = actor(world.people[who])
        right = None if can_edit is None else {"can_edit": can_edit, "pack_id": world.pack}
        listed = {item["id"]: item for item in queries.visible_songs(caller, Filters()).items}[world.song]
        assert (listed["is_editable"], listed["pack_collaboration"]) == (is_editable, right)
        assert queries.song(caller, world.song) == listed == queries.songs(caller, [world.song])[0]

    @pytest.mark.parametrize("rights", [("pack_edit", "pack_view"), ("pack_view", "pack_edit")])
    def test_the_stronger_of_two_rights_counts(
        self, rights: tuple[str, str], alice: Actor, bobby: Actor, database: Database
    ) -> None:
        pack_id = rows.pack(database, bobby.id)
        rows.song(database, bobby.id, pack_id=pack_id)
        for right in rights:
            rows.grant(database, alice.id, right, on=pack_id)
        (item,) = queries.visible_songs(alice, Filters()).items
        assert (item["is_editable"], item["pack_collaboration"]) == (True, {"can_edit": True, "pack_id": pack_id})

    def test_no_right_outside_of_the_pack(self, alice: Actor, bobby: Actor, database: Database) -> None:
        pack_id = rows.pack(database, bobby.id)
        rows.grant(database, alice.id, "pack_edit", on=pack_id)
        rows.song(database, bobby.id, "loose")
        rows.song(database, alice.id, "own")
        assert titles(alice) == ["own"]
        assert queries.visible_songs(alice, Filters()).items[0]["pack_collaboration"] is None


class TestFilters:
    @pytest.fixture(autouse=True)
    def _songs(self, alice: Actor, bobby: Actor, person: Person, database: Database) -> None:
        self.pack = rows.pack(database, alice.id, "Ünder_water")
        rows.song(database, alice.id, "100% Pure", artist="Ägypten", status="Released", album="Die Straße")
        rows.song(database, alice.id, "Bee", artist="AC/DC", pack_id=self.pack, album="Back_in")
        together = rows.song(database, alice.id, "Cee", artist="Zed", status="Future Plans")
        rows.grant(database, person("Charlie_1"), "song_edit", on=together)
        rows.song(database, bobby.id, "Bee", artist="hidden")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", ["100% Pure", "Bee", "Cee"]),
            ("  ", ["100% Pure", "Bee", "Cee"]),
            ("BEE", ["Bee"]),
            ("ägypten", ["100% Pure"]),
            ("ÄGYP", ["100% Pure"]),
            ("strasse", ["100% Pure"]),
            ("ac/dc", ["Bee"]),
            ("  c/D ", ["Bee"]),
            ("%", ["100% Pure"]),
            ("_", ["Bee", "Cee"]),
            ("back_", ["Bee"]),
            ("back?", []),
            ("b_e", []),
            ("under", []),
            ("ünder_", ["Bee"]),
            ("charlie", ["Cee"]),
            ("harlie_1", ["Cee"]),
            ("charlie%", []),
            ("alice", []),
            ("\\", []),
            ("'; --", []),
            ("hidden", []),
        ],
    )
    def test_text_is_found_as_written(self, query: str, found: list[str], alice: Actor) -> None:
        assert titles(alice, query=query) == found
        page = queries.visible_songs(alice, Filters(query=query, limit=1, order=Order.TITLE))
        assert (page.total, [item["title"] for item in page.items]) == (len(found), found[:1])

    def test_a_text_that_is_too_long(self, alice: Actor) -> None:
        with pytest.raises(RuleViolation):
            titles(alice, query="x" * 201)

    @pytest.mark.parametrize(
        ("status", "found"),
        [(SongStatus.FUTURE_PLANS, ["Cee"]), (SongStatus.IN_PROGRESS, ["Bee"]), (SongStatus.RELEASED, ["100% Pure"])],
    )
    def test_one_status(self, status: SongStatus, found: list[str], alice: Actor) -> None:
        assert titles(alice, status=status) == found
        assert titles(alice, status=status, query=found[0]) == found

    def test_one_pack(self, alice: Actor, bobby: Actor) -> None:
        assert titles(alice, pack_id=self.pack) == ["Bee"]
        assert titles(alice, pack_id=self.pack, status=SongStatus.RELEASED) == []
        assert titles(bobby, pack_id=self.pack) == []
        assert titles(alice, pack_id=12345) == []

    def test_people_are_shown_whatever_the_filter(self, alice: Actor) -> None:
        by_status = Filters(status=SongStatus.FUTURE_PLANS)
        for filters in (Filters(query="cee"), by_status, Filters(query="Charlie", limit=5)):
            (item,) = queries.visible_songs(alice, filters).items
            assert [person["username"] for person in item["collaborations"]] == ["Charlie_1"]


class TestOrderAndPages:
    @pytest.fixture(autouse=True)
    def _songs(self, alice: Actor, clock: Clock, database: Database) -> None:
        self.ids = {}
        for number, (title, artist) in enumerate((("b", "Y"), ("A", "z"), ("a", "X"), ("C", "x"))):
            created, updated = clock.time + timedelta(days=number), clock.time - timedelta(days=number)
            self.ids[title] = rows.song(
                database, alice.id, title, artist=artist, created_at=created, updated_at=updated
            )

    @pytest.mark.parametrize(
        ("order", "found"),
        [(Order.TITLE, "AabC"), (Order.ARTIST, "aCbA"), (Order.CREATED, "CaAb"), (Order.UPDATED, "bAaC")],
    )
    def test_orders(self, order: Order, found: str, alice: Actor) -> None:
        assert "".join(item["title"] for item in queries.visible_songs(alice, Filters(order=order)).items) == found

    def test_equal_moments_are_ordered_by_id(self, alice: Actor, clock: Clock, database: Database) -> None:
        database.execute("UPDATE songs SET updated_at = (SELECT max(updated_at) FROM songs)")
        assert [item["id"] for item in queries.visible_songs(alice, Filters()).items] == sorted(self.ids.values())

    @pytest.mark.parametrize(
        ("limit", "offset", "found"),
        [(1, 0, "A"), (3, 0, "Aab"), (1000, 0, "AabC"), (2, 1, "ab"), (2, 3, "C"), (2, 4, ""), (None, 2, "bC")],
    )
    def test_pages_know_the_total(self, limit: int | None, offset: int, found: str, alice: Actor) -> None:
        page = queries.visible_songs(alice, Filters(order=Order.TITLE, limit=limit, offset=offset))
        assert ("".join(item["title"] for item in page.items), page.total) == (found, 4)

    def test_without_limit_everything_comes(self, alice: Actor, database: Database) -> None:
        with database.together():
            for number in range(1100):
                rows.song(database, alice.id, f"Song {number}")
        page = queries.visible_songs(alice, Filters())
        assert (len(page.items), page.total) == (1104, 1104)


class TestSongJson:
    def test_pack_artist_and_series(self, alice: Actor, bobby: Actor, database: Database) -> None:
        pack_id = rows.pack(database, bobby.id, "Summer Pack", priority=4)
        artist_id = database.insert("artists", name="Artist", image_url="https://img.example/a.jpg")
        series_id = database.insert("album_series", album_name="Coastline", artist_name="Artist", series_number=12)
        song_id = rows.song(
            database, alice.id, pack_id=pack_id, artist_id=artist_id, album_series_id=series_id, status="Released"
        )
        item = queries.song(alice, song_id)
        assert {name: item[name] for name in item if name.startswith(("pack_", "artist_", "album_series"))} == {
            "pack_id": pack_id, "pack_name": "Summer Pack", "pack_priority": 4, "pack_owner_id": bobby.id,
            "pack_owner_username": "bobby", "pack_collaboration": None, "pack_release_description": None,
            "pack_release_download_link": None, "pack_release_youtube_url": None,
            "artist_image_url": "https://img.example/a.jpg", "album_series_id": series_id,
            "album_series_number": 12, "album_series_name": "Coastline",
        }  # fmt: skip
        assert (item["author"], item["is_community_event"]) == ("alice", False)

    def test_collaborators_in_the_order_of_their_coming(
        self, alice: Actor, bobby: Actor, person: Person, database: Database
    ) -> None:
        song_id = rows.song(database, alice.id)
        other = rows.song(database, alice.id, "Other")
        first = rows.grant(database, person("zoe"), "song_edit", on=song_id)
        second = rows.grant(database, bobby.id, "song_edit", on=song_id)
        rows.grant(database, bobby.id, "song_edit", on=other)
        people = queries.song(alice, song_id)["collaborations"]
        assert [(one["id"], one["username"], one["collaboration_type"]) for one in people] == [
            (first, "zoe", "song_edit"), (second, "bobby", "song_edit"),
        ]  # fmt: skip
        assert set(people[0]) == {"id", "user_id", "username", "collaboration_type", "created_at"}

    def test_only_commands_read_without_the_right_to_see(self, alice: Actor, bobby: Actor, database: Database) -> None:
        song_id = rows.song(database, alice.id)
        assert [item["id"] for item in queries.songs(bobby, [song_id, 12345])] == [song_id]


class TestSubmissionsToEvents:
    @pytest.fixture
    def song_id(self, alice: Actor, bobby: Actor, database: Database) -> int:
        self.event = rows.pack(database, bobby.id, "Event", is_community_event=True)
        return rows.song(
            database, alice.id, pack_id=self.event, rhythmverse_link="https://r.example",
            event_submission_description="text", visualizer_link="https://v.example",
            preview_link="https://p.example", is_event_submitted=True,
        )  # fmt: skip

    def shown(self, who: Actor, song_id: int) -> list[Any]:
        item = queries.song(who, song_id)
        names = ("rhythmverse_link", "event_submission_description", "visualizer_link", "preview_link")
        assert item["is_event_submitted"] is True
        assert item["is_community_event"] is True
        assert [item] == [one for one in queries.visible_songs(who, Filters()).items if one["id"] == song_id]
        release()  # the next look shall see what the test has changed
        return [item[name] for name in names]

    def test_the_owner_and_administrators_see_them(
        self, alice: Actor, song_id: int, person: Person, database: Database
    ) -> None:
        everything = ["https://r.example", "text", "https://v.example", "https://p.example"]
        assert self.shown(alice, song_id) == everything
        admin = actor(person("admin"), is_admin=True)
        rows.grant(database, admin.id, "pack_view", on=self.event)
        assert self.shown(admin, song_id) == everything

    def test_others_only_when_it_is_over(self, bobby: Actor, song_id: int, clock: Clock, database: Database) -> None:
        assert self.shown(bobby, song_id) == [None] * 4
        database.execute("UPDATE packs SET event_revealed_at = '2026-03-04 12:00:00'")
        assert self.shown(bobby, song_id)[1] == "text"
