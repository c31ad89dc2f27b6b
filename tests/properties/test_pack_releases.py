"""Whatever is done to packs and their songs, by whom, and how often: points are what the formula says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.services.pack_rows import a_release
from tests.support import rows
from tests.support.database import Database
from tests.support.people import insert_person
from trackflow.actor import Actor
from trackflow.models import SongStatus
from trackflow.services.pack_lifecycle import commands
from trackflow.services.pack_lifecycle.rules import PackStatus
from trackflow.services.songs import commands as songs

NAMES = ("alice", "bobby")
person = st.sampled_from(NAMES)
FUTURE, WIP, RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED


@dataclass
class Known:
    """A song as the model knows it; `pays` once a release has dated it."""

    owner: str
    status: SongStatus
    optional: bool = False
    pays: bool = False
    pack: int | None = None


@dataclass
class Told:
    """How often somebody has been told of the pack."""

    announced: bool = False
    released: bool = False
    shown: bool = True
    songs: dict[int, Known] = field(default_factory=dict)


class Life(RuleBasedStateMachine):
    """A pack of alice with songs of both; bobby may edit it."""

    def __init__(self, app: Flask, database: Database) -> None:
        super().__init__()
        database.reset()
        self.database = database
        self.actors = {name: Actor(insert_person(database, name), name) for name in NAMES}
        self.number = 0
        self.model = Told()
        self.pack = 0
        self.context = app.app_context()
        self.context.push()

    def teardown(self) -> None:
        self.context.pop()

    @initialize()
    def make(self) -> None:
        self.pack = rows.pack(self.database, self.actors["alice"].id, "Pack")
        rows.grant(self.database, self.actors["bobby"].id, "pack_edit", on=self.pack)

    def _here(self) -> list[Known]:
        return [song for song in self.model.songs.values() if song.pack == self.pack]

    @rule(who=person, status=st.sampled_from(SongStatus), optional=st.booleans())
    def add(self, who: str, status: SongStatus, *, optional: bool) -> None:
        self.number += 1
        song_id = rows.song(
            self.database,
            self.actors[who].id,
            f"S{self.number}",
            pack_id=self.pack,
            status=status.value,
            optional=optional,
        )
        self.model.songs[song_id] = Known(who, status, optional, pack=self.pack)

    @rule(who=person, is_shown=st.sampled_from([None, True, False]))
    def release(self, who: str, *, is_shown: bool | None) -> None:
        commands.release(self.actors[who], self.pack, a_release(is_shown=is_shown))
        for song in self._here():
            if song.status is WIP and song.optional:
                song.status, song.pack = FUTURE, None
            elif song.status is not FUTURE:
                song.status, song.pays = RELEASED, True
        self.model.shown = is_shown if is_shown is not None else (not self.model.released or self.model.shown)
        self.model.released = True
        self._may_announce()

    @rule(who=person, status=st.sampled_from(PackStatus))
    def set_status(self, who: str, status: PackStatus) -> None:
        commands.change_status(self.actors[who], self.pack, status)
        for song in self._here():
            if status in (PackStatus.WIP, PackStatus.IN_PROGRESS) and song.status is FUTURE:
                song.status, song.optional = WIP, False
            elif status is PackStatus.FUTURE_PLANS and song.status is WIP:
                song.status = FUTURE
        if status in (PackStatus.WIP, PackStatus.COMPLETE):
            self.model.released = False
        if status is PackStatus.RELEASED:
            self.model.released = True
            self._may_announce()

    def _may_announce(self) -> None:
        if self.model.shown and self.model.released and any(song.pays for song in self._here()):
            self.model.announced = True

    @precondition(lambda self: self.model.songs)
    @rule(data=st.data(), status=st.sampled_from(SongStatus))
    def set_song(self, data: st.DataObject, status: SongStatus) -> None:
        song_id = data.draw(st.sampled_from(sorted(self.model.songs)))
        song = self.model.songs[song_id]
        songs.edit(self.actors[song.owner], song_id, {"status": status})
        if status is not song.status:
            if song.status is FUTURE and status is WIP:
                song.optional = False
            song.status, song.pays = status, status is RELEASED

    @invariant()
    def songs_are_as_known(self) -> None:
        found = {row["id"]: row for row in self.database.rows("SELECT * FROM songs")}
        for song_id, song in self.model.songs.items():
            row = found[song_id]
            here = row["pack_id"] == self.pack
            assert (row["status"], bool(row["optional"]), row["released_at"] is not None, here) == (
                song.status.value, song.optional, song.pays, song.pack is not None,
            )  # fmt: skip

    @invariant()
    def points_are_as_counted(self) -> None:
        for name, who in self.actors.items():
            stored: Any = self.database.scalar("SELECT total_points FROM user_stats WHERE user_id = :id", id=who.id)
            assert stored == 10 * sum(song.pays for song in self.model.songs.values() if song.owner == name)

    @invariant()
    def the_pack_is_announced_once(self) -> None:
        told = self.database.count("notifications", type="pack_release")
        assert told == int(self.model.announced)


def test_points_follow_the_life_of_packs(app: Flask, database: Database) -> None:
    class Here(Life):
        def __init__(self) -> None:
            super().__init__(app, database)

    run_state_machine_as_test(Here, settings=settings(max_examples=15, stateful_step_count=20, deadline=None))
