"""The policy for songs and packs: predicate, SQL and a plain model of the rules agree, whoever owns and grants what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.support import rows
from tests.support.database import Database
from tests.support.people import insert_person
from trackflow.extensions import db
from trackflow.models import Pack, Song
from trackflow.services.permissions import packs, songs

PEOPLE, PACKS, SONGS = 4, 3, 5
SONG_RULES = {
    "VIEW": songs.VIEW,
    "EDIT": songs.EDIT,
    "ASSIGN_PARTS": songs.ASSIGN_PARTS,
    "OWN": songs.OWN,
    "MANAGE_COLLABORATORS": songs.MANAGE_COLLABORATORS,
    "LIST_COLLABORATORS": songs.LIST_COLLABORATORS,
}
PACK_RULES = {
    "VIEW": packs.VIEW,
    "EDIT": packs.EDIT,
    "ADD_OWN_SONGS": packs.ADD_OWN_SONGS,
    "OWN": packs.OWN,
    "LIST_COLLABORATORS": packs.LIST_COLLABORATORS,
}
someone = st.integers(0, PEOPLE - 1)


@dataclass
class Facts:
    """Who owns and was granted what, by number; a song's pack is None outside of packs."""

    pack_owners: list[int]
    events: list[str]
    song_owners: list[int]
    song_packs: list[int | None]
    song_edit: set[tuple[int, int]]
    pack_edit: set[tuple[int, int]]
    pack_view: set[tuple[int, int]]
    people: list[int] = field(default_factory=list)
    packs: list[int] = field(default_factory=list)
    songs: list[int] = field(default_factory=list)

    def store(self, database: Database) -> None:
        """Insert everything and keep the ids."""
        with database.together():
            self.people = [insert_person(database, f"person{number}") for number in range(PEOPLE)]
            for number, (owner, event) in enumerate(zip(self.pack_owners, self.events, strict=True)):
                pack_id = rows.pack(database, self.people[owner], f"Pack {number}", is_community_event=event != "none")
                self.packs.append(pack_id)
            for number, (owner, pack) in enumerate(zip(self.song_owners, self.song_packs, strict=True)):
                pack_id_or_none = None if pack is None else self.packs[pack]
                self.songs.append(rows.song(database, self.people[owner], f"S{number}", pack_id=pack_id_or_none))
            for right, targets, pairs in (
                ("song_edit", self.songs, self.song_edit),
                ("pack_edit", self.packs, self.pack_edit),
                ("pack_view", self.packs, self.pack_view),
            ):
                for who, target in pairs:
                    rows.grant(database, self.people[who], right, on=targets[target])
        over = [pack_id for pack_id, event in zip(self.packs, self.events, strict=True) if event == "over"]
        for pack_id in over:
            database.execute("UPDATE packs SET event_revealed_at = created_at WHERE id = :id", id=pack_id)

    # The rules once more, as the table of the contract has them.

    def may_song(self, rule: str, who: int, song: int) -> bool:
        owns, edits = self.song_owners[song] == who, (who, song) in self.song_edit
        pack = self.song_packs[song]
        owns_pack = pack is not None and self.pack_owners[pack] == who
        edits_pack = pack is not None and (who, pack) in self.pack_edit
        views_pack = pack is not None and (who, pack) in self.pack_view
        edits_sibling = pack is not None and any(
            self.song_packs[other] == pack for person, other in self.song_edit if person == who
        )
        return {
            "VIEW": owns or edits or owns_pack or edits_pack or views_pack or edits_sibling,
            "EDIT": owns or edits or edits_pack,
            "ASSIGN_PARTS": owns or edits or edits_pack or owns_pack,
            "OWN": owns,
            "MANAGE_COLLABORATORS": owns or owns_pack,
            "LIST_COLLABORATORS": owns or edits or owns_pack or edits_pack or views_pack,
        }[rule]

    def may_pack(self, rule: str, who: int, pack: int) -> bool:
        owns, edits, views = self.pack_owners[pack] == who, (who, pack) in self.pack_edit, (who, pack) in self.pack_view
        return {
            "VIEW": owns or edits or views or self.by_song(who, pack),
            "EDIT": owns or edits,
            "ADD_OWN_SONGS": owns or edits or views or self.events[pack] == "open",
            "OWN": owns,
            "LIST_COLLABORATORS": owns or edits or views,
            "RELEASE": owns or edits or (self.by_song(who, pack) and not views),
        }[rule]

    def by_song(self, who: int, pack: int) -> bool:
        inside = [song for song, place in enumerate(self.song_packs) if place == pack]
        return any(self.song_owners[song] == who or (who, song) in self.song_edit for song in inside)


def pairs(size: int) -> st.SearchStrategy[set[tuple[int, int]]]:
    return st.sets(st.tuples(someone, st.integers(0, size - 1)), max_size=6)


facts_strategy = st.builds(
    Facts,
    pack_owners=st.lists(someone, min_size=PACKS, max_size=PACKS),
    events=st.lists(st.sampled_from(["none", "none", "open", "over"]), min_size=PACKS, max_size=PACKS),
    song_owners=st.lists(someone, min_size=SONGS, max_size=SONGS),
    song_packs=st.lists(st.none() | st.integers(0, PACKS - 1), min_size=SONGS, max_size=SONGS),
    song_edit=pairs(SONGS),
    pack_edit=pairs(PACKS),
    pack_view=pairs(PACKS),
)


@pytest.fixture
def clean(app: Flask, database: Database) -> Iterator[Flask]:
    """Lend the application; each example puts the database back itself."""
    yield app
    database.reset()


@given(facts=facts_strategy)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_predicate_clause_and_model_agree(facts: Facts, clean: Flask, database: Database) -> None:
    database.reset()
    facts.store(database)
    with clean.app_context():
        for who, user_id in enumerate(facts.people):
            check_songs(facts, who, user_id)
            check_packs(facts, who, user_id)


def check_songs(facts: Facts, who: int, user_id: int) -> None:
    accesses = [songs.song_access(user_id, song_id) for song_id in facts.songs]
    for name, rule in SONG_RULES.items():
        model = {song_id for song, song_id in enumerate(facts.songs) if facts.may_song(name, who, song)}
        assert {access.id for access in accesses if access.may(rule)} == model, name
        assert set(db.session.execute(select(Song.id).where(songs.clause(rule, user_id))).scalars()) == model, name
        some = songs.ids(rule, user_id, lambda song: [song.id.in_(facts.songs[::2])])
        assert set(db.session.execute(some).scalars()) == model & set(facts.songs[::2]), name


def check_packs(facts: Facts, who: int, user_id: int) -> None:
    accesses = [packs.pack_access(user_id, pack_id) for pack_id in facts.packs]
    for name, rule in PACK_RULES.items():
        model = {pack_id for pack, pack_id in enumerate(facts.packs) if facts.may_pack(name, who, pack)}
        assert {access.id for access in accesses if access.may(rule)} == model, name
        assert set(db.session.execute(select(Pack.id).where(packs.clause(rule, user_id))).scalars()) == model, name
    model = {pack_id for pack, pack_id in enumerate(facts.packs) if facts.may_pack("RELEASE", who, pack)}
    assert {access.id for access in accesses if access.may_release()} == model
    assert set(db.session.execute(select(Pack.id).where(packs.release_clause(user_id))).scalars()) == model
    for access, event in zip(accesses, facts.events, strict=True):
        assert (access.is_community_event, access.event_is_over) == (event != "none", event == "over")
