"""Points and counters stay equal to what they are derived from, whatever is done to songs and by whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import Flask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from tests.support.database import Database
from tests.support.people import insert_person
from trackflow.actor import Actor
from trackflow.models import SongStatus
from trackflow.services.points.commands import recompute
from trackflow.services.songs import commands
from trackflow.services.songs.drafts import Draft

NAMES = ("alice", "bobby")
FUTURE, WIP, RELEASED = SongStatus.FUTURE_PLANS, SongStatus.IN_PROGRESS, SongStatus.RELEASED
status = st.sampled_from(SongStatus)
person = st.sampled_from(NAMES)
COUNTERS = (
    "total_songs", "total_released", "total_future", "total_wip", "total_future_created", "total_wip_created",
    "total_packs", "total_collaborations", "total_points",
)  # fmt: skip


@dataclass
class Known:
    """A song as the model knows it."""

    id: int
    owner: str
    status: SongStatus
    pays: bool = False
    helpers: frozenset[str] = frozenset()


class Life(RuleBasedStateMachine):
    """Two people, each of whom may edit what they own or were named on."""

    songs = Bundle("songs")

    def __init__(self, app: Flask, database: Database) -> None:
        super().__init__()
        database.reset()
        self.database = database
        self.actors = {name: Actor(insert_person(database, name), name) for name in NAMES}
        self.known: dict[int, Known] = {}
        self.entered: Counter[tuple[str, SongStatus]] = Counter()
        self.packs: set[tuple[str, str]] = set()
        self.number = 0
        self.context = app.app_context()
        self.context.push()

    def teardown(self) -> None:
        self.context.pop()

    def _draft(self, wanted: SongStatus, pack: str | None) -> Draft:
        self.number += 1
        return Draft(title=f"Song {self.number}", artist="X", status=wanted, pack_name=pack)

    @rule(target=songs, who=person, wanted=status, pack=st.sampled_from([None, "One", "Two"]))
    def create(self, who: str, wanted: SongStatus, pack: str | None) -> int:
        (song_id,) = commands.create(self.actors[who], [self._draft(wanted, pack)], follow_pack=False)
        self.known[song_id] = Known(song_id, who, wanted)
        self.entered[who, wanted] += 1
        if pack is not None:
            self.packs.add((who, pack))
        return song_id

    @rule(song_id=songs, wanted=status, by_helper=st.booleans())
    def change_status(self, song_id: int, wanted: SongStatus, *, by_helper: bool) -> None:
        song = self.known[song_id]
        who = next(iter(song.helpers)) if by_helper and song.helpers else song.owner
        commands.edit(self.actors[who], song_id, {"status": wanted})
        if wanted is not song.status:
            self.entered[song.owner, wanted] += 1
            song.status, song.pays = wanted, wanted is RELEASED

    @rule(song_id=songs, notes=st.text(st.characters(exclude_characters="\x00", codec="utf-8"), max_size=5))
    def save(self, song_id: int, notes: str) -> None:
        commands.edit(self.actors[self.known[song_id].owner], song_id, {"notes": notes, "title": "  "} | {"title": "T"})

    @rule(song_id=songs, wanted=status)
    def hand_over(self, song_id: int, wanted: SongStatus) -> None:
        song = self.known[song_id]
        other = NAMES[1 - NAMES.index(song.owner)]
        changes: dict[str, Any] = {"user_id": self.actors[other].id, "status": wanted}
        commands.edit(self.actors[song.owner], song_id, changes)
        if wanted is not song.status:
            self.entered[song.owner, wanted] += 1
            song.status, song.pays = wanted, wanted is RELEASED
        song.owner, song.helpers = other, song.helpers - {other}

    @rule(song_id=songs, named=st.booleans())
    def name_helpers(self, song_id: int, *, named: bool) -> None:
        song = self.known[song_id]
        other = NAMES[1 - NAMES.index(song.owner)]
        commands.edit(self.actors[song.owner], song_id, {"collaborations": NAMES if named else ()})
        song.helpers = frozenset({other} if named else ())

    @rule(song_id=consumes(songs))
    def delete(self, song_id: int) -> None:
        song = self.known.pop(song_id)
        commands.delete(self.actors[song.owner], song_id)

    @invariant()
    def counters_are_as_counted(self) -> None:
        for name, who in self.actors.items():
            found = self._stats(who)
            own = [song for song in self.known.values() if song.owner == name]
            by_status = Counter(song.status for song in own)
            assert found == {
                "total_songs": len(own),
                "total_released": by_status[RELEASED],
                "total_future": by_status[FUTURE],
                "total_wip": by_status[WIP],
                "total_future_created": self.entered[name, FUTURE],
                "total_wip_created": self.entered[name, WIP],
                "total_packs": sum(owner == name for owner, _ in self.packs),
                "total_collaborations": sum(len(song.helpers) for song in own),
                "total_points": 10 * sum(song.pays for song in own),
            }

    @invariant()
    def counting_again_changes_nothing(self) -> None:
        before = [self._stats(who) for who in self.actors.values()]
        recompute([who.id for who in self.actors.values()])
        assert [self._stats(who) for who in self.actors.values()] == before

    def _stats(self, who: Actor) -> dict[str, Any]:
        row = self.database.row("SELECT * FROM user_stats WHERE user_id = :id", id=who.id)
        return {name: row[name] for name in COUNTERS}


def test_counters_follow_the_life_of_songs(app: Flask, database: Database) -> None:
    class Here(Life):
        def __init__(self) -> None:
            super().__init__(app, database)

    run_state_machine_as_test(Here, settings=settings(max_examples=12, stateful_step_count=20, deadline=None))
