"""Setting a pack to a status."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import Person
from tests.services.pack_rows import THEN, points, song_in, status_of, stored_pack
from tests.services.song_rows import actor, stats, stored
from tests.support import rows
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.errors import Forbidden, InvalidState, NotFound
from trackflow.services.pack_lifecycle import commands
from trackflow.services.pack_lifecycle.rules import PackStatus

RELEASED, FUTURE, WIP = ("Released", True), ("Future Plans", False), ("In Progress", False)


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


class Filled:
    """A pack of alice, released, with songs of both in each status."""

    def __init__(self, database: Database, alice: Actor, bobby: Actor) -> None:
        self.database = database
        self.pack = rows.pack(database, alice.id, released_at=THEN, released_by_user_id=alice.id, show_on_homepage=True)
        self.songs = {
            (who, status): song_in(
                database, owner.id, self.pack, f"{who} {status}", status=status, optional=status == "Future Plans",
                released_at=THEN if status == "Released" else None,
            )
            for who, owner in (("alice", alice), ("bobby", bobby))
            for status in ("Future Plans", "In Progress", "Released")
        }  # fmt: skip

    def now(self, who: str) -> list[tuple[str, bool]]:
        """Return the statuses of this person's songs, those planned at first before those in progress."""
        return [status_of(self.database, song_id) for (owner, _), song_id in self.songs.items() if owner == who]


@pytest.fixture
def filled(database: Database, alice: Actor, bobby: Actor) -> Filled:
    return Filled(database, alice, bobby)


@pytest.mark.parametrize(
    ("status", "songs", "stays_released"),
    [
        (PackStatus.IN_PROGRESS, [WIP, WIP, RELEASED], True),
        (PackStatus.WIP, [WIP, WIP, RELEASED], False),
        (PackStatus.FUTURE_PLANS, [FUTURE, FUTURE, RELEASED], True),
        (PackStatus.COMPLETE, [FUTURE, WIP, RELEASED], False),
        (PackStatus.RELEASED, [FUTURE, WIP, RELEASED], True),
    ],
)
def test_what_each_status_does(
    status: PackStatus,
    songs: list[tuple[str, bool]],
    stays_released: bool,  # noqa: FBT001
    alice: Actor,
    filled: Filled,
) -> None:
    database = filled.database
    commands.change_status(alice, filled.pack, status)
    assert filled.now("alice") == filled.now("bobby") == songs
    row = stored_pack(database, filled.pack)
    assert (row["released_at"] is not None) is stays_released
    assert row["show_on_homepage"] is True
    logged = database.row("SELECT * FROM activity_logs")
    assert (logged["activity_type"], logged["user_id"]) == ("update_pack_status", alice.id)
    if status is not PackStatus.COMPLETE and status is not PackStatus.RELEASED:
        points(database)


def test_starting_makes_the_whole_transition(alice: Actor, bobby: Actor, filled: Filled, database: Database) -> None:
    commands.change_status(alice, filled.pack, PackStatus.IN_PROGRESS)
    for who, owner in (("alice", alice), ("bobby", bobby)):
        started = filled.songs[who, "Future Plans"]
        assert stored(database, started)["optional"] is False
        assert database.count("song_progress", song_id=started) == 13
        assert stats(database, owner)["total_wip_created"] == 1
    told = database.rows("SELECT user_id, type, related_song_id FROM notifications")
    assert [tuple(row.values()) for row in told] == [
        (bobby.id, "collab_song_status", filled.songs["bobby", "Future Plans"])
    ]


@pytest.mark.parametrize("status", [PackStatus.IN_PROGRESS, PackStatus.FUTURE_PLANS])
def test_others_move_only_what_they_may_edit(
    status: PackStatus, bobby: Actor, filled: Filled, database: Database
) -> None:
    edited = filled.songs["alice", "Future Plans" if status is PackStatus.IN_PROGRESS else "In Progress"]
    before = filled.now("alice")
    commands.change_status(bobby, filled.pack, status)
    assert filled.now("alice") == before
    assert len(set(filled.now("bobby"))) == 2
    rows.grant(database, bobby.id, "song_edit", on=edited)
    commands.change_status(bobby, filled.pack, status)
    assert status_of(database, edited)[0] == status.value


def test_pack_edit_moves_all(person: Person, filled: Filled, database: Database) -> None:
    editor = actor(person("editor"))
    rows.grant(database, editor.id, "pack_edit", on=filled.pack)
    commands.change_status(editor, filled.pack, PackStatus.FUTURE_PLANS)
    assert filled.now("alice") == filled.now("bobby") == [FUTURE, FUTURE, RELEASED]


def test_released_takes_who_and_when_and_shows_it_once(alice: Actor, bobby: Actor, database: Database) -> None:
    pack = rows.pack(database, alice.id)
    song_in(database, bobby.id, pack, "Out", status="Released", released_at=THEN)
    commands.change_status(bobby, pack, PackStatus.RELEASED)
    row = stored_pack(database, pack)
    assert row["released_at"] is not None
    assert row["released_by_user_id"] == bobby.id
    for status in (PackStatus.RELEASED, PackStatus.WIP, PackStatus.RELEASED):
        commands.change_status(alice, pack, status)
    assert stored_pack(database, pack)["released_by_user_id"] == alice.id
    assert database.column("SELECT user_id FROM notifications WHERE type = 'pack_release'") == [alice.id]


def test_released_stays_hidden_and_untold(alice: Actor, bobby: Actor, database: Database) -> None:
    pack = rows.pack(database, alice.id, show_on_homepage=False)
    song_in(database, bobby.id, pack, "Out", status="Released", released_at=THEN)
    commands.change_status(alice, pack, PackStatus.RELEASED)
    assert stored_pack(database, pack)["show_on_homepage"] is False
    assert database.count("notifications", type="pack_release") == 0


def test_refusals(alice: Actor, bobby: Actor, database: Database) -> None:
    pack = rows.pack(database, alice.id)
    event = rows.pack(database, alice.id, "Event", is_community_event=True)
    with pytest.raises(InvalidState):
        commands.change_status(alice, event, PackStatus.WIP)
    with pytest.raises(NotFound):
        commands.change_status(alice, 12345, PackStatus.WIP)
    with pytest.raises(Forbidden):
        commands.change_status(bobby, pack, PackStatus.WIP)
    song_in(database, bobby.id, pack, "Theirs")
    rows.grant(database, bobby.id, "pack_view", on=pack)
    with pytest.raises(Forbidden):
        commands.change_status(bobby, pack, PackStatus.WIP)
