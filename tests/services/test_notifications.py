"""Which events tell whom what, and what a failing listener costs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert

from tests.conftest import Person
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account
from tests.support.world import World
from trackflow import unit_of_work
from trackflow.actor import Actor
from trackflow.extensions import db
from trackflow.models import Notification, SongStatus
from trackflow.services.auth.events import AccountClaimed
from trackflow.services.authoring.events import AssignmentsReplaced, StepsCompleted
from trackflow.services.notifications import facts, listeners, texts
from trackflow.services.pack_lifecycle.commands import release
from trackflow.services.pack_lifecycle.events import PackReleased, PackShown
from trackflow.services.pack_lifecycle.rules import Release
from trackflow.services.songs.events import SongStatusChanged, SongsWentPublic, StatusChange
from trackflow.unit_of_work import Handlers, atomic, emit

FUTURE, WIP, RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED
TABLE = Notification.__table__


WIRED: Mapping[type, Callable[[Any], None]] = {
    AccountClaimed: listeners.on_account_claimed,
    SongStatusChanged: listeners.on_song_status_changed,
    StepsCompleted: listeners.on_steps_completed,
    AssignmentsReplaced: listeners.on_assignments_replaced,
    SongsWentPublic: listeners.on_songs_went_public,
    PackShown: listeners.on_pack_shown,
}


@pytest.fixture(autouse=True)
def _wired(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nobody but these listeners hear."""
    handlers = {event: Handlers(isolated=(handler,)) for event, handler in WIRED.items()}
    monkeypatch.setattr(unit_of_work, "_handlers", handlers)
    with app.app_context():
        yield


@atomic
def happen(event: object) -> None:
    emit(event)


def inboxes(database: Database) -> dict[int, list[tuple[str, str, int | None]]]:
    """Return user id -> (type, title, song) of what was written, in order."""
    found: dict[int, list[tuple[str, str, int | None]]] = {}
    for row in database.rows(TABLE.select().order_by(TABLE.c.id)):
        assert not row["is_read"]
        found.setdefault(row["user_id"], []).append((row["type"], row["title"], row["related_song_id"]))
    return found


def messages(database: Database, **equal: Any) -> list[str]:
    statement = TABLE.select().order_by(TABLE.c.id)
    for name, value in equal.items():
        statement = statement.where(TABLE.c[name] == value)
    return [row["message"] for row in database.rows(statement)]


def ids(world: World) -> Mapping[str, int]:
    return {who: account.id for who, account in world.people.items()}


def released(database: Database, *song_ids: int, old: SongStatus = WIP) -> tuple[StatusChange, ...]:
    owners = {row["id"]: row["user_id"] for row in database.rows("SELECT id, user_id FROM songs")}
    return tuple(StatusChange(song_id, owners[song_id], old, RELEASED) for song_id in song_ids)


class TestStatus:
    def test_a_release_by_a_collaborator(self, world: World, database: Database) -> None:
        who = ids(world)
        database.execute("UPDATE users SET display_name = 'Ed' WHERE id = :id", id=who["song_edit"])
        happen(SongStatusChanged(who["song_edit"], released(database, world.song)))
        title = "Song released: World Song"
        assert inboxes(database) == {
            who["owner"]: [("general", title, world.song)],
            who["pack_edit"]: [("collab_song_status", title, world.song)],
        }
        assert messages(database) == [
            'Ed released your song "World Song" by World Song Artist. You earned 10 points.',
            'Ed released "World Song" by World Song Artist.',
        ]

    def test_a_release_by_the_owner(self, world: World, database: Database, clock: Clock) -> None:
        who = ids(world)
        happen(SongStatusChanged(who["owner"], released(database, world.song, old=FUTURE)))
        title = "Song released: World Song"
        assert inboxes(database) == {
            who["owner"]: [("general", title, world.song)],
            who["song_edit"]: [("collab_song_status", title, world.song)],
            who["pack_edit"]: [("collab_song_status", title, world.song)],
        }
        assert messages(database, user_id=who["owner"]) == [
            'You released "World Song" by World Song Artist. You earned 10 points.'
        ]
        assert {row["created_at"] for row in database.rows(TABLE.select())} == {clock.time}

    @pytest.mark.parametrize(("old", "new"), [(FUTURE, WIP), (WIP, FUTURE), (RELEASED, WIP)])
    def test_any_other_change(self, old: SongStatus, new: SongStatus, world: World, database: Database) -> None:
        who = ids(world)
        change = StatusChange(world.song, who["owner"], old, new)
        happen(SongStatusChanged(who["pack_edit"], (change,)))
        expected = [("collab_song_status", "Status updated: World Song", world.song)]
        assert inboxes(database) == {who["owner"]: expected, who["song_edit"]: expected}
        assert set(messages(database)) == {f'pack_edit moved "World Song" by World Song Artist to {new.value}.'}

    def test_nobody_is_told_of_a_song_of_ones_own(self, world: World, database: Database) -> None:
        change = StatusChange(world.loose_song, ids(world)["owner"], FUTURE, WIP)
        happen(SongStatusChanged(ids(world)["owner"], (change,)))
        assert inboxes(database) == {}

    def test_many_songs_at_once_are_one_summary_for_each_owner(self, world: World, database: Database) -> None:
        """As when a pack is released: `other_owner` has two songs in it, the others one each."""
        who = ids(world)
        second = rows.song(database, who["other_owner"], "Second", pack_id=world.pack)
        planned = StatusChange(world.viewing_song, who["viewing_owner"], WIP, FUTURE)
        changes = released(database, world.song, world.pack_song, world.other_song, second)
        database.execute("UPDATE packs SET released_at = created_at WHERE id = :id", id=world.pack)
        happen(SongStatusChanged(who["pack_owner"], (*changes, planned)))
        summary = ("general", "Pack released: World Pack", None)
        found = inboxes(database)
        assert found[who["owner"]] == [("general", "Song released: World Song", world.song)]
        assert found[who["pack_owner"]] == [("general", "Song released: Pack Song", world.pack_song)]
        assert found[who["other_owner"]] == [summary]
        assert found[who["viewing_owner"]] == [
            ("collab_song_status", "Status updated: Viewing Song", world.viewing_song)
        ]
        assert found[who["song_edit"]] == [("collab_song_status", "Song released: World Song", world.song)]
        assert found[who["sibling_edit"]] == [("collab_song_status", "Song released: Other Song", world.other_song)]
        assert len(found[who["pack_edit"]]) == 5
        assert set(found) == {
            who[name]
            for name in (
                "owner", "pack_owner", "other_owner", "viewing_owner", "song_edit", "sibling_edit", "pack_edit",
            )
        }  # fmt: skip
        assert messages(database, title=summary[1]) == ["pack_owner released 2 of your songs. You earned 20 points."]

    @pytest.mark.parametrize(
        ("pack_is_out", "series", "title"),
        [
            (False, None, "Songs released"),
            (True, None, "Pack released: Pack"),
            (False, "released", "Album series released: Coastline"),
            (True, "released", "Pack released: Pack"),
            (False, "in_progress", "Songs released"),
        ],
    )
    def test_the_summary_says_with_what_the_songs_came_out(  # noqa: PLR0913, PLR0917  (a row of the table)
        self,
        pack_is_out: bool,  # noqa: FBT001
        series: str | None,
        title: str,
        person: Person,
        database: Database,
        clock: Clock,
    ) -> None:
        alice = person("alice")
        pack = rows.pack(database, alice, released_at=clock.time if pack_is_out else None)
        values: dict[str, Any] = {"pack_id": pack}
        if series:
            values["album_series_id"] = database.insert(
                "album_series", album_name="Coastline", artist_name="A", status=series
            )
        songs = [rows.song(database, alice, name, **values) for name in ("One", "Two", "Three")]
        happen(SongStatusChanged(alice.id, released(database, *songs)))
        assert inboxes(database) == {alice.id: [("general", title, None)]}
        assert messages(database) == ["You released 3 of your songs. You earned 30 points."]

    def test_songs_of_different_packs_have_no_common_name(
        self, person: Person, database: Database, clock: Clock
    ) -> None:
        alice = person("alice")
        packs = [rows.pack(database, alice, name, released_at=clock.time) for name in ("A", "B")]
        songs = [rows.song(database, alice, f"S{pack}", pack_id=pack) for pack in packs]
        happen(SongStatusChanged(alice.id, released(database, *songs)))
        assert inboxes(database) == {alice.id: [("general", "Songs released", None)]}

    def test_the_points_are_news_for_the_owner_after_a_change_of_owner(self, world: World, database: Database) -> None:
        who = ids(world)
        change = StatusChange(world.loose_song, who["owner"], WIP, RELEASED)
        database.execute("UPDATE songs SET user_id = :new WHERE id = :id", new=who["stranger"], id=world.loose_song)
        happen(SongStatusChanged(who["owner"], (change,)))
        assert inboxes(database) == {who["stranger"]: [("general", "Song released: Loose Song", world.loose_song)]}

    def test_an_inactive_owner_is_told_nothing(self, world: World, database: Database) -> None:
        who = ids(world)
        database.execute("UPDATE users SET is_active = false WHERE id = :id", id=who["owner"])
        happen(SongStatusChanged(who["pack_edit"], released(database, world.song)))
        assert set(inboxes(database)) == {who["song_edit"]}


class TestProgress:
    @staticmethod
    def event(world: World, *steps: str, announced: bool = True) -> StepsCompleted:
        who = ids(world)
        return StepsCompleted(
            who["song_edit"], world.song, who["owner"], world.pack, "In Progress", steps, announced=announced
        )

    def test_the_people_of_the_song_hear_once_of_all_steps(self, world: World, database: Database) -> None:
        happen(self.event(world, "drums", "drum_fills"))
        expected = [("collab_song_progress", "Progress on World Song", world.song)]
        assert inboxes(database) == {ids(world)["owner"]: expected, ids(world)["pack_edit"]: expected}
        assert set(messages(database)) == {
            'song_edit authored Drums and Drum Fills on "World Song" by World Song Artist.'
        }

    def test_what_was_done_quietly_is_no_news(self, world: World, database: Database) -> None:
        happen(self.event(world, "drums", announced=False))
        assert inboxes(database) == {}


class TestAssignments:
    @staticmethod
    def event(
        world: World, *assignments: tuple[str, str], actor: str = "owner", status: SongStatus = WIP
    ) -> AssignmentsReplaced:
        who = ids(world)
        return AssignmentsReplaced(who[actor], world.song, who["owner"], status.value, assignments)

    def test_the_people_of_the_song_hear_who_does_what(self, world: World, database: Database) -> None:
        who = ids(world)
        database.execute("UPDATE users SET display_name = 'Ed' WHERE id = :id", id=who["song_edit"])
        happen(
            self.event(world, ("song_edit", "drum_fills"), ("song_edit", "bass"), ("Guest", "keys"), actor="pack_owner")
        )
        expected = [("collab_wip_assignments", "Parts assigned: World Song", world.song)]
        assert inboxes(database) == {who[name]: expected for name in ("owner", "song_edit", "pack_edit")}
        assert set(messages(database)) == {
            'pack_owner split "World Song" by World Song Artist: Keys to Guest; Bass, Drum Fills to Ed.'
        }

    @pytest.mark.parametrize("name", ["pack_view", "PACK_OWNER", "sibling_edit", "viewing_owner"])
    def test_who_is_named_hears_it_too(self, name: str, world: World, database: Database) -> None:
        happen(self.event(world, (name, "drums")))
        assert set(inboxes(database)) == {ids(world)[who] for who in ("song_edit", "pack_edit", name.lower())}

    @pytest.mark.parametrize("name", ["stranger", "admin", "inactive"])
    def test_but_not_who_may_not_see_the_song(self, name: str, world: World, database: Database) -> None:
        happen(self.event(world, (name, "drums")))
        assert set(inboxes(database)) == {ids(world)[who] for who in ("song_edit", "pack_edit")}

    def test_who_may_see_one_song_hears_nothing_of_another(self, world: World, database: Database) -> None:
        who = ids(world)
        event = AssignmentsReplaced(
            who["song_edit"], world.loose_song, who["owner"], WIP.value, (("pack_view", "drums"), ("owner", "bass"))
        )
        happen(event)
        assert set(inboxes(database)) == {who["owner"]}

    def test_nor_who_acts(self, world: World, database: Database) -> None:
        happen(self.event(world, ("owner", "drums")))
        assert ids(world)["owner"] not in inboxes(database)

    def test_names_of_nobody_are_no_news(self, world: World, database: Database) -> None:
        happen(self.event(world, ("Guest", "drums")))
        happen(self.event(world))
        assert inboxes(database) == {}

    @pytest.mark.parametrize("status", [FUTURE, RELEASED])
    def test_only_songs_in_progress(self, status: SongStatus, world: World, database: Database) -> None:
        happen(self.event(world, ("song_edit", "drums"), status=status))
        assert inboxes(database) == {}


class Twins:
    """Songs of the same title and artist, public and open, of several people."""

    def __init__(self, person: Person, database: Database) -> None:
        self.database = database
        self.alice = person("alice", display_name="Alice A")
        self.bobby = person("bobby")
        self.song = self.add(self.alice)

    def add(self, owner: Account, title: str = "Night Train", **values: Any) -> int:
        row = {"artist": "The Example", "is_public": True, "status": WIP.value, **values}
        return rows.song(self.database, owner, title, **row)


@pytest.fixture
def twins(person: Person, database: Database) -> Twins:
    return Twins(person, database)


class TestPotentialCollaboration:
    TITLE = "Possible collaboration: Night Train"

    @pytest.mark.parametrize(
        "values",
        [
            {},
            {"status": "Future Plans"},
            {"title": "  NIGHT  train "},
            {"artist": "the EXAMPLE"},
        ],
    )
    def test_who_has_the_same_song_is_told(self, values: dict[str, Any], twins: Twins, database: Database) -> None:
        twins.add(twins.bobby, **values)
        happen(SongsWentPublic(twins.alice.id, (twins.song,)))
        assert inboxes(database) == {twins.bobby.id: [("potential_collaboration", self.TITLE, twins.song)]}
        assert messages(database)[0].startswith('Alice A added "Night Train" by The Example to In Progress')

    @pytest.mark.parametrize(
        "values",
        [{"status": "Released"}, {"is_public": False}, {"title": "Night Train 2"}, {"artist": "Another"}],
    )
    def test_but_not_for_another_or_a_hidden_or_finished_one(
        self, values: dict[str, Any], twins: Twins, database: Database
    ) -> None:
        twins.add(twins.bobby, **values)
        happen(SongsWentPublic(twins.alice.id, (twins.song,)))
        assert inboxes(database) == {}

    def test_titles_beyond_ascii_are_equal_by_their_keys(self, twins: Twins, database: Database) -> None:
        song = twins.add(twins.alice, "\u00c9TOILE")
        twins.add(twins.bobby, "\u00e9toile")
        happen(SongsWentPublic(twins.alice.id, (song,)))
        assert set(inboxes(database)) == {twins.bobby.id}

    def test_a_song_that_is_not_open_any_more_is_not_announced(self, twins: Twins, database: Database) -> None:
        twins.add(twins.bobby)
        database.execute("UPDATE songs SET is_public = false WHERE id = :id", id=twins.song)
        happen(SongsWentPublic(twins.alice.id, (twins.song,)))
        assert inboxes(database) == {}

    def test_everybody_is_told_once_for_each_song(self, twins: Twins, database: Database, person: Person) -> None:
        carol = person("carol")
        for owner in (twins.bobby, twins.bobby, carol):
            twins.add(owner)
        for _ in range(3):
            happen(SongsWentPublic(twins.alice.id, (twins.song,)))
        expected = [("potential_collaboration", self.TITLE, twins.song)]
        assert inboxes(database) == {twins.bobby.id: expected, carol.id: expected}
        second = twins.add(twins.alice)
        happen(SongsWentPublic(twins.alice.id, (second,)))
        assert inboxes(database)[carol.id] == [*expected, ("potential_collaboration", self.TITLE, second)]

    def test_neither_the_owner_nor_who_acts_nor_the_inactive(
        self, twins: Twins, database: Database, person: Person
    ) -> None:
        editor, gone = person("editor"), person("gone", is_active=False)
        for owner in (twins.alice, editor, gone):
            twins.add(owner)
        happen(SongsWentPublic(editor.id, (twins.song,)))
        assert inboxes(database) == {}

    def test_songs_of_inactive_people_are_nowhere_to_be_found(self, twins: Twins, database: Database) -> None:
        twins.add(twins.bobby)
        database.execute("UPDATE users SET is_active = false WHERE id = :id", id=twins.alice.id)
        happen(SongsWentPublic(twins.alice.id, (twins.song,)))
        assert inboxes(database) == {}

    def test_the_owner_is_named_also_when_a_collaborator_acts(
        self, twins: Twins, database: Database, person: Person
    ) -> None:
        twins.add(twins.bobby)
        happen(SongsWentPublic(person("editor").id, (twins.song,)))
        assert messages(database)[0].startswith("Alice A added")

    @pytest.mark.parametrize(
        "tie", ["song_edit on it", "pack_edit on its pack", "song_edit on theirs", "pack_edit on their pack"]
    )
    def test_not_who_shares_one_of_the_two_songs_already(self, tie: str, twins: Twins, database: Database) -> None:
        theirs = twins.add(twins.bobby)
        target, owner, other = (
            (theirs, twins.bobby, twins.alice) if "their" in tie else (twins.song, twins.alice, twins.bobby)
        )
        if "pack" in tie:
            pack = rows.pack(database, owner)
            database.execute("UPDATE songs SET pack_id = :pack WHERE id = :id", pack=pack, id=target)
            rows.grant(database, other, "pack_edit", on=pack)
        else:
            rows.grant(database, other, "song_edit", on=target)
        happen(SongsWentPublic(twins.alice.id, (twins.song,)))
        assert inboxes(database) == {}

    def test_many_songs_at_once_are_a_bounded_number_of_notices(
        self, twins: Twins, database: Database, person: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listeners, "INVITATIONS_PER_PERSON", 3)
        carol = person("carol")
        songs = [twins.add(twins.alice, f"Song {number}") for number in range(5)]
        for number in range(5):
            twins.add(twins.bobby, f"Song {number}")
        twins.add(carol, "Song 4")
        happen(SongsWentPublic(twins.alice.id, tuple(songs)))
        found = {user_id: [song for *_, song in items] for user_id, items in inboxes(database).items()}
        assert found == {twins.bobby.id: songs[:3], carol.id: [songs[4]]}

    def test_more_pairs_than_are_looked_at(self, twins: Twins, database: Database) -> None:
        number = facts.MAX_MATCHES + 50
        values = {"artist": "A", "artist_key": "a", "is_public": True, "status": WIP.value}
        for owner in (twins.alice, twins.bobby):
            database.insert_many(
                "songs",
                [
                    {**values, "user_id": owner.id, "title": f"T{index}", "title_key": f"t{index}"}
                    for index in range(number)
                ],
            )
        songs = database.column("SELECT id FROM songs WHERE user_id = :id ORDER BY id", id=twins.alice.id)
        assert len(songs) > number
        happen(SongsWentPublic(twins.alice.id, tuple(songs)))
        assert len(inboxes(database)[twins.bobby.id]) == listeners.INVITATIONS_PER_PERSON


class TestPackRelease:
    """The command itself: what one deed makes of all its events."""

    @pytest.fixture(autouse=True)
    def _unheard(self, _wired: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(unit_of_work._handlers, PackReleased, Handlers())  # noqa: SLF001

    def test_a_first_release_an_edit_and_a_late_showing(self, world: World, database: Database) -> None:
        who = ids(world)
        second = rows.song(database, who["owner"], "Second", pack_id=world.pack)
        releaser = Actor(who["pack_owner"], "pack_owner")
        release(releaser, world.pack, Release(is_shown=False))
        found = inboxes(database)
        assert found[who["owner"]] == [("general", "Pack released: World Pack", None)]
        assert found[who["pack_owner"]] == [("general", "Song released: Pack Song", world.pack_song)]
        assert ("collab_song_status", "Song released: Second", second) in found[who["pack_edit"]]
        assert "pack_release" not in {kind for items in found.values() for kind, *_ in items}
        for _ in range(2):
            release(releaser, world.pack, Release(is_shown=True))
        everybody = [account.id for who, account in world.people.items() if who not in ("pack_owner", "inactive")]
        later = {user_id: items[len(found.get(user_id, [])) :] for user_id, items in inboxes(database).items()}
        expected = [("pack_release", "New pack released: World Pack", None)]
        assert later == {**dict.fromkeys(everybody, expected), who["pack_owner"]: []}


class TestEverybody:
    def test_a_new_pack(self, world: World, database: Database) -> None:
        who = ids(world)
        happen(PackShown(world.pack, who["pack_edit"], who["pack_edit"]))
        told = set(who.values()) - {who["pack_edit"], who["inactive"]}
        expected = [("pack_release", "New pack released: World Pack", None)]
        assert inboxes(database) == dict.fromkeys(told, expected)
        assert set(messages(database)) == {"pack_edit released the pack World Pack."}

    def test_who_shows_a_pack_that_somebody_else_released_is_not_told(self, world: World, database: Database) -> None:
        who = ids(world)
        happen(PackShown(world.pack, who["pack_edit"], who["pack_owner"]))
        assert set(inboxes(database)) == set(who.values()) - {who["pack_edit"], who["pack_owner"], who["inactive"]}
        assert set(messages(database)) == {"pack_edit released the pack World Pack."}

    def test_a_pack_that_is_gone(self, world: World, database: Database) -> None:
        happen(PackShown(world.pack + 1, ids(world)["pack_owner"], ids(world)["pack_owner"]))
        assert inboxes(database) == {}

    def test_administrators_hear_of_claimed_accounts(self, world: World, database: Database, person: Person) -> None:
        person("retired", is_admin=True, is_active=False)
        boss = person("boss", is_admin=True)
        happen(AccountClaimed(ids(world)["stranger"], 1, workflow_created=True))
        expected = [("general", "Account claimed: stranger", None)]
        assert inboxes(database) == {boss.id: expected, ids(world)["admin"]: expected}
        happen(AccountClaimed(boss.id, 1, workflow_created=False))
        assert len(inboxes(database)[boss.id]) == 1
        happen(AccountClaimed(12345, 1, workflow_created=False))
        assert len(messages(database)) == 3


def _events(world: World, database: Database) -> Sequence[object]:
    who = ids(world)
    twin = {"artist": "World Song Artist", "is_public": True}
    rows.song(database, who["stranger"], "World Song", **twin)
    database.execute("UPDATE songs SET is_public = true WHERE id = :id", id=world.song)
    return (
        AccountClaimed(who["stranger"], 1, workflow_created=True),
        SongStatusChanged(who["owner"], released(database, world.song)),
        StepsCompleted(who["owner"], world.song, who["owner"], None, WIP.value, ("drums",), announced=True),
        AssignmentsReplaced(who["owner"], world.song, who["owner"], WIP.value, (("song_edit", "drums"),)),
        SongsWentPublic(who["owner"], (world.song,)),
        PackShown(world.pack, who["pack_owner"], who["pack_owner"]),
    )


class TestFailures:
    """A listener that fails costs its own notices: the deed stays, and so does what others have written."""

    @pytest.mark.parametrize("index", range(len(WIRED)))
    @pytest.mark.parametrize("how", ["in Python", "in the database"])
    def test_a_failure_costs_only_itself(  # noqa: PLR0913, PLR0917  (fixtures)
        self,
        how: str,
        index: int,
        world: World,
        database: Database,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        event = _events(world, database)[index]
        handler = WIRED[type(event)]
        later: list[object] = []
        monkeypatch.setattr(
            unit_of_work, "_handlers", {type(event): Handlers(isolated=(self.first, handler, later.append))}
        )
        if how == "in Python":
            for name in ("send", "send_to_everybody"):
                monkeypatch.setattr(listeners, name, self.fail)
        else:
            nothing = texts.Text("T", None)  # type: ignore[arg-type]
            for name in vars(texts):
                if name.endswith(("_released", "_changed", "_completed", "_assigned", "_collaboration", "_claimed")):
                    monkeypatch.setattr(texts, name, lambda *_args, **_kwargs: nothing)

        @atomic
        def deed() -> None:
            db.session.execute(insert(Notification).values(self.row(world, "deed")))
            emit(event)

        with caplog.at_level(logging.ERROR):
            deed()
        assert database.column("SELECT title FROM notifications ORDER BY id") == ["deed", "first"]
        assert later == [event]
        (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert handler.__name__ in record.getMessage()

    def row(self, world: World, title: str) -> dict[str, Any]:
        return {"user_id": world.people["stranger"].id, "type": "general", "title": title, "message": "m"}

    def first(self, _event: object) -> None:
        user_id = db.session.execute(TABLE.select()).first().user_id  # type: ignore[union-attr]
        db.session.execute(insert(Notification).values(user_id=user_id, type="general", title="first", message="m"))

    def fail(self, *_args: object, **_kwargs: object) -> None:
        message = "no"
        raise RuntimeError(message)

    @pytest.mark.parametrize("index", range(len(WIRED)))
    def test_without_a_failure_each_of_them_tells_somebody(self, index: int, world: World, database: Database) -> None:
        happen(_events(world, database)[index])
        assert database.count("notifications") > 0
