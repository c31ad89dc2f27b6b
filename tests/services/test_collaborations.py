"""Sharing packs and songs with single people: rows, parts, counters, events and refusals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.song_rows import actor
from tests.support import rows
from tests.support.database import Database
from trackflow import unit_of_work
from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound, RuleViolation
from trackflow.extensions import Base
from trackflow.services.collaborations import commands, queries
from trackflow.services.collaborations.events import (
    PackCollaboratorAdded,
    PackCollaboratorRemoved,
    SongCollaboratorAdded,
    SongCollaboratorRemoved,
)
from trackflow.unit_of_work import Handlers

BOTH = ["pack_view", "pack_edit"]
LOGS = Base.metadata.tables["activity_logs"]


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Hear every event instead of the wired listeners."""
    events: list[object] = []
    kinds = (PackCollaboratorAdded, PackCollaboratorRemoved, SongCollaboratorAdded, SongCollaboratorRemoved)
    monkeypatch.setattr(unit_of_work, "_handlers", {kind: Handlers(required=(events.append,)) for kind in kinds})
    return events


@pytest.fixture
def alice(person: Person) -> Actor:
    return actor(person("alice"))


@pytest.fixture
def bobby(person: Person) -> Actor:
    return actor(person("bobby"))


@pytest.fixture
def carol(person: Person) -> Actor:
    return actor(person("carol"))


@dataclass(frozen=True, slots=True)
class Crew:
    """Alice owns the pack, carol the song in it, bobby is the one whose rights change."""

    alice: Actor
    bobby: Actor
    carol: Actor


@pytest.fixture
def crew(alice: Actor, bobby: Actor, carol: Actor) -> Crew:
    return Crew(alice, bobby, carol)


@pytest.fixture
def pack(alice: Actor, database: Database) -> int:
    return rows.pack(database, alice.id)


@pytest.fixture
def song(carol: Actor, pack: int, database: Database) -> int:
    """Return a song of carol in the pack of alice."""
    return rows.song(database, carol.id, pack_id=pack)


def rights(database: Database, who: Actor) -> list[tuple[str, int]]:
    found = database.rows("SELECT * FROM collaborations WHERE user_id = :id ORDER BY id", id=who.id)
    return [(row["collaboration_type"], row["pack_id"] or row["song_id"]) for row in found]


def assign(database: Database, song_id: int, *names: str) -> None:
    for name in names:
        database.insert("wip_collaborations", song_id=song_id, collaborator=name, field="drums")


def parts(database: Database) -> list[tuple[int, str]]:
    found = database.rows("SELECT song_id, collaborator FROM wip_collaborations ORDER BY song_id, collaborator")
    return [(row["song_id"], row["collaborator"]) for row in found]


def collaborations_of(database: Database, owner: Actor) -> int:
    return int(database.scalar("SELECT total_collaborations FROM user_stats WHERE user_id = :id", id=owner.id))


def logged(database: Database) -> list[tuple[str, int, Any]]:
    found = database.rows(LOGS.select().order_by(LOGS.c.id))
    return [(row["activity_type"], row["user_id"], row["metadata_json"]) for row in found]


class TestSharingAPack:
    def test_a_repetition_adds_only_what_is_missing(
        self, alice: Actor, bobby: Actor, pack: int, database: Database, heard: list[object]
    ) -> None:
        for asked in (["pack_view"], ["pack_view", "pack_edit", "pack_view"], BOTH):
            commands.share_pack(alice, pack, bobby.id, asked)
        assert rights(database, bobby) == [("pack_view", pack), ("pack_edit", pack)]
        assert heard == [
            PackCollaboratorAdded(alice.id, pack, bobby.id, ("pack_view",)),
            PackCollaboratorAdded(alice.id, pack, bobby.id, ("pack_view", "pack_edit")),
        ]

    def test_is_logged(self, alice: Actor, bobby: Actor, pack: int, database: Database) -> None:
        commands.share_pack(alice, pack, bobby.id, BOTH)
        facts = {"pack_id": pack, "target_user_id": bobby.id, "permissions": BOTH}
        assert logged(database) == [("add_pack_collaborator", alice.id, facts)]

    @pytest.mark.parametrize("right", ["song_edit", "admin", "", "PACK_EDIT"])
    def test_an_unknown_right_stores_nothing(
        self, right: str, alice: Actor, bobby: Actor, pack: int, database: Database
    ) -> None:
        with pytest.raises(RuleViolation, match="pack_edit or pack_view"):
            commands.share_pack(alice, pack, bobby.id, ["pack_view", right])
        assert (database.count("collaborations"), database.count("activity_logs")) == (0, 0)

    def test_the_order_of_the_refusals(
        self, alice: Actor, bobby: Actor, pack: int, person: Person, database: Database
    ) -> None:
        gone = person("gone", is_active=False).id
        with pytest.raises(NotFound, match="pack"):
            commands.share_pack(bobby, pack + 1, gone, ["x"])
        with pytest.raises(Forbidden):
            commands.share_pack(bobby, pack, gone, ["x"])
        for nobody in (gone, 12345):
            with pytest.raises(NotFound, match="user"):
                commands.share_pack(alice, pack, nobody, ["x"])
        with pytest.raises(RuleViolation, match="your own"):
            commands.share_pack(alice, pack, alice.id, ["x"])
        assert database.count("collaborations") == 0

    @pytest.mark.parametrize("right", BOTH)
    def test_a_right_on_the_pack_gives_none_to_share_it(
        self, right: str, bobby: Actor, carol: Actor, pack: int, database: Database
    ) -> None:
        rows.grant(database, bobby.id, right, on=pack)
        with pytest.raises(Forbidden):
            commands.share_pack(bobby, pack, carol.id, ["pack_view"])


class TestEndingTheSharingOfAPack:
    def test_takes_the_rights_on_its_songs_and_the_parts_too(
        self, crew: Crew, pack: int, song: int, database: Database, heard: list[object]
    ) -> None:
        own = rows.song(database, crew.bobby.id, "own", pack_id=pack)
        elsewhere = rows.song(database, crew.carol.id, "elsewhere")
        for right, target in (("pack_view", pack), ("pack_edit", pack), ("song_edit", song), ("song_edit", elsewhere)):
            rows.grant(database, crew.bobby.id, right, on=target)
        rows.grant(database, crew.alice.id, "song_edit", on=song)
        for each in (song, own, elsewhere):
            assign(database, each, "bobby", "alice")
        assert commands.unshare_pack(crew.alice, pack, crew.bobby.id) == 3
        assert rights(database, crew.bobby) == [("song_edit", elsewhere)]
        assert rights(database, crew.alice) == [("song_edit", song)]
        assert parts(database) == sorted(
            [(song, "alice"), (own, "alice"), (own, "bobby"), (elsewhere, "alice"), (elsewhere, "bobby")]
        )
        assert collaborations_of(database, crew.carol) == 2
        assert heard == [PackCollaboratorRemoved(crew.alice.id, pack, crew.bobby.id)]

    def test_parts_without_a_right_go_as_well(
        self, crew: Crew, pack: int, song: int, database: Database, heard: list[object]
    ) -> None:
        assign(database, song, "bobby")
        assert commands.unshare_pack(crew.alice, pack, crew.bobby.id) == 0
        assert parts(database) == []
        assert heard == []

    def test_everybody_may_leave(self, bobby: Actor, pack: int, song: int, database: Database) -> None:
        rows.grant(database, bobby.id, "pack_edit", on=pack)
        rows.grant(database, bobby.id, "song_edit", on=song)
        assert commands.unshare_pack(bobby, pack, bobby.id) == 2
        assert rights(database, bobby) == []
        facts = {"pack_id": pack, "target_user_id": bobby.id}
        assert logged(database) == [("remove_pack_collaborator", bobby.id, facts)]
        assert commands.unshare_pack(bobby, pack, bobby.id) == 0

    def test_who_has_no_right_changes_nothing_by_leaving(
        self, bobby: Actor, pack: int, song: int, database: Database
    ) -> None:
        assign(database, song, "bobby")
        assert commands.unshare_pack(bobby, pack, bobby.id) == 0
        assert parts(database) == [(song, "bobby")]

    def test_the_owner_stays(self, alice: Actor, pack: int, song: int, database: Database) -> None:
        rows.grant(database, alice.id, "song_edit", on=song)
        assign(database, song, "alice")
        assert commands.unshare_pack(alice, pack, alice.id) == 0
        assert (rights(database, alice), parts(database)) == ([("song_edit", song)], [(song, "alice")])

    def test_others_may_not(self, bobby: Actor, carol: Actor, pack: int, database: Database) -> None:
        rows.grant(database, bobby.id, "pack_edit", on=pack)
        rows.grant(database, carol.id, "pack_view", on=pack)
        with pytest.raises(Forbidden):
            commands.unshare_pack(bobby, pack, carol.id)
        with pytest.raises(NotFound):
            commands.unshare_pack(bobby, pack + 1, bobby.id)
        assert database.count("collaborations") == 2


class TestSharingASong:
    def test_by_the_owners_of_song_and_pack(
        self, crew: Crew, song: int, database: Database, heard: list[object]
    ) -> None:
        commands.share_song(crew.carol, song, crew.bobby.id)
        (before,) = database.rows("SELECT * FROM collaborations")
        commands.share_song(crew.alice, song, crew.bobby.id)
        assert database.rows("SELECT * FROM collaborations") == [before]
        assert collaborations_of(database, crew.carol) == 1
        assert heard == [SongCollaboratorAdded(crew.carol.id, crew.carol.id, song, crew.bobby.id)]

    def test_is_logged_once(self, alice: Actor, bobby: Actor, song: int, database: Database) -> None:
        for _ in range(2):
            commands.share_song(alice, song, bobby.id)
        assert logged(database) == [("add_song_collaborator", alice.id, {"song_id": song, "target_user_id": bobby.id})]

    def test_the_order_of_the_refusals(self, crew: Crew, song: int, person: Person, database: Database) -> None:
        gone = person("gone", is_active=False).id
        with pytest.raises(NotFound, match="song"):
            commands.share_song(crew.bobby, song + 1, gone)
        with pytest.raises(Forbidden):
            commands.share_song(crew.bobby, song, gone)
        for nobody in (gone, 12345):
            with pytest.raises(NotFound, match="user"):
                commands.share_song(crew.alice, song, nobody)
        with pytest.raises(RuleViolation, match="your own"):
            commands.share_song(crew.alice, song, crew.alice.id)
        with pytest.raises(RuleViolation, match="owner of the song"):
            commands.share_song(crew.alice, song, crew.carol.id)
        assert database.count("collaborations") == 0


class TestEndingTheSharingOfASong:
    @pytest.mark.parametrize("who", ["alice", "bobby", "carol"])
    def test_takes_the_parts_and_leaves_rights_on_the_pack(
        self, crew: Crew, who: str, pack: int, song: int, database: Database
    ) -> None:
        by = {"alice": crew.alice, "bobby": crew.bobby, "carol": crew.carol}[who]
        rows.grant(database, crew.bobby.id, "song_edit", on=song)
        rows.grant(database, crew.bobby.id, "pack_view", on=pack)
        other = rows.song(database, crew.carol.id, "other", pack_id=pack)
        for each in (song, other):
            assign(database, each, "bobby", "carol")
        assert commands.unshare_song(by, song, crew.bobby.id) == 1
        assert rights(database, crew.bobby) == [("pack_view", pack)]
        assert parts(database) == [(song, "carol"), (other, "bobby"), (other, "carol")]
        assert collaborations_of(database, crew.carol) == 0
        assert logged(database) == [
            ("remove_song_collaborator", by.id, {"song_id": song, "target_user_id": crew.bobby.id})
        ]
        assert commands.unshare_song(by, song, crew.bobby.id) == 0

    def test_the_owner_keeps_the_parts(self, alice: Actor, carol: Actor, song: int, database: Database) -> None:
        assign(database, song, "carol")
        for who in (alice, carol):
            assert commands.unshare_song(who, song, carol.id) == 0
        assert parts(database) == [(song, "carol")]

    def test_who_has_no_right_changes_nothing_by_leaving(self, bobby: Actor, song: int, database: Database) -> None:
        assign(database, song, "bobby")
        assert commands.unshare_song(bobby, song, bobby.id) == 0
        assert parts(database) == [(song, "bobby")]

    def test_others_may_not(self, bobby: Actor, person: Person, pack: int, song: int, database: Database) -> None:
        dave = actor(person("dave"))
        rows.grant(database, bobby.id, "song_edit", on=song)
        for right, target in (("pack_edit", pack), ("song_edit", song)):
            rows.grant(database, dave.id, right, on=target)
        with pytest.raises(Forbidden):
            commands.unshare_song(dave, song, bobby.id)
        with pytest.raises(NotFound):
            commands.unshare_song(dave, song + 1, dave.id)


class TestLists:
    def test_the_strongest_right_of_each_person_comes_first(
        self, crew: Crew, pack: int, song: int, database: Database
    ) -> None:
        for who, right in (
            (crew.carol, "pack_view"),
            (crew.bobby, "pack_view"),
            (crew.carol, "pack_edit"),
            (crew.bobby, "pack_edit"),
        ):
            rows.grant(database, who.id, right, on=pack)
        rows.grant(database, crew.bobby.id, "song_edit", on=song)
        wanted = [(who.id, right) for who in (crew.bobby, crew.carol) for right in ("pack_edit", "pack_view")]
        for found in (
            queries.on_pack(crew.alice, pack),
            queries.on_own_packs(crew.alice),
            queries.on_pack(crew.bobby, pack),
        ):
            assert [(row.user_id, row.collaboration_type) for row in found] == wanted
        assert [row.collaboration_type for row in queries.mine(crew.bobby)] == ["pack_view", "pack_edit", "song_edit"]
        assert [row.user_id for row in queries.on_song(crew.alice, song)] == [crew.bobby.id]
        assert queries.on_own_packs(crew.bobby) == []

    def test_others_are_all_active_people_by_name(self, alice: Actor, person: Person) -> None:
        zoe, bea = person("Zoe"), person("bea")
        person("gone", is_active=False)
        assert [tuple(row) for row in queries.others(alice)] == [(bea.id, "bea"), (zoe.id, "Zoe")]


class TestPartsUnderAnotherSpelling:
    """Names of assignments are kept as they were typed, so what belongs to somebody is found without regard to case."""

    def test_go_with_the_rights_on_a_pack(
        self, alice: Actor, bobby: Actor, pack: int, song: int, database: Database
    ) -> None:
        commands.share_pack(alice, pack, bobby.id, BOTH)
        assign(database, song, bobby.username, bobby.username.upper(), "somebody else")
        commands.unshare_pack(alice, pack, bobby.id)
        assert parts(database) == [(song, "somebody else")]

    def test_go_with_the_right_on_a_song(self, carol: Actor, bobby: Actor, song: int, database: Database) -> None:
        commands.share_song(carol, song, bobby.id)
        assign(database, song, bobby.username.title(), "somebody else")
        commands.unshare_song(carol, song, bobby.id)
        assert parts(database) == [(song, "somebody else")]
