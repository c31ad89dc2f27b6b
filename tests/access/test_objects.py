"""Who may do what to a particular song or pack: a row per operation, tried by everybody in `World`.

A row names who may; everybody else is refused with one status and one sentence that says nothing of the object, and
the refused call changes nothing. `{song}`, `{pack}` and the other fields of `World` stand for ids in path and body;
`{id:owner}` stands for the id of a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.mark.structures import ParameterSet
from flask.testing import FlaskClient

from tests.support.database import Database
from tests.support.http import Answer, Api
from tests.support.world import EVERYBODY, Who, World

WATCHED = ("songs", "packs", "collaborations", "song_progress", "wip_collaborations", "file_links", "notifications")


@dataclass(frozen=True, slots=True)
class Case:
    """An operation on an object of the world."""

    operation: str
    may: Sequence[Who]
    refused: int = 403
    success: int = 200
    body: Any = None
    note: str = ""

    @property
    def is_read(self) -> bool:
        """Say whether all callers can try it in one world."""
        return self.operation.startswith("GET ")


SEE_THE_SONG: tuple[Who, ...] = (
    "owner", "song_edit", "pack_view", "pack_edit", "pack_owner", "sibling_edit", "viewing_owner",
)  # fmt: skip
EDIT_THE_SONG: tuple[Who, ...] = ("owner", "song_edit", "pack_edit")
ADD_TO_THE_PACK: tuple[Who, ...] = ("pack_owner", "pack_edit", "pack_view", "viewing_owner")

SONGS: tuple[Case, ...] = (
    Case("GET /songs/{song}", SEE_THE_SONG),
    Case("GET /songs/{song}/owner-id", SEE_THE_SONG),
    Case("PATCH /songs/{song}", EDIT_THE_SONG, body={"notes": "x"}),
    Case("PATCH /songs/{song}", EDIT_THE_SONG, body={"status": "Released", "title": ""}, note="release"),
    Case("PATCH /songs/{song}", EDIT_THE_SONG, body={"pack_id": None}, note="out of the pack"),
    Case("PATCH /songs/{song}", ("owner",), body={"is_public": True}, note="visibility"),
    Case("PATCH /songs/{song}", ("owner",), body={"user_id": "{id:stranger}"}, note="owner"),
    Case("PATCH /songs/{song}", ("owner",), body={"collaborations": ["stranger"]}, note="collaborators"),
    Case("DELETE /songs/{song}", ("owner",), success=204),
    Case(
        "POST /songs",
        ADD_TO_THE_PACK,
        body={"title": "New", "artist": "New", "status": "In Progress", "pack_id": "{pack}"},
        note="into a pack",
    ),
)
LIST_THE_SONGS_PEOPLE: tuple[Who, ...] = ("owner", "song_edit", "pack_view", "pack_edit", "pack_owner", "viewing_owner")
COLLABORATIONS: tuple[Case, ...] = (
    Case(
        "POST /collaborations/packs/{pack}/collaborate",
        ("pack_owner",),
        body={"user_id": "{id:stranger}", "permissions": ["pack_view"]},
    ),
    Case("DELETE /collaborations/packs/{pack}/collaborate/{id:pack_view}", ("pack_owner", "pack_view")),
    Case("GET /collaborations/packs/{pack}/collaborators", ADD_TO_THE_PACK),
    Case("POST /collaborations/songs/{song}/collaborate", ("owner", "pack_owner"), body={"user_id": "{id:stranger}"}),
    Case("DELETE /collaborations/songs/{song}/collaborate/{id:song_edit}", ("owner", "pack_owner", "song_edit")),
    Case("GET /collaborations/songs/{song}/collaborators", LIST_THE_SONGS_PEOPLE),
    Case(
        "POST /songs/{song}/collaborations",
        ("owner", "pack_owner"),
        body={"collaborations": [{"author": "stranger", "parts": None}]},
    ),
)
MANY_SONGS: tuple[Case, ...] = (
    Case(
        "POST /songs/batch",
        ADD_TO_THE_PACK,
        body=[
            {"title": "Loose", "artist": "New", "status": "In Progress"},
            {"title": "New", "artist": "New", "status": "In Progress", "pack_id": "{pack}"},
        ],
        note="into a pack",
    ),
    Case("POST /songs/bulk-delete", ("owner",), refused=404, body={"ids": ["{loose_song}", "{song}"]}),
)
SEE_THE_PACK: tuple[Who, ...] = (
    "owner", "song_edit", "pack_view", "pack_edit", "pack_owner", "sibling_edit", "viewing_owner", "other_owner",
)  # fmt: skip
EDIT_THE_PACK: tuple[Who, ...] = ("pack_edit", "pack_owner")
RELEASE_THE_PACK: tuple[Who, ...] = ("owner", "song_edit", "pack_edit", "pack_owner", "sibling_edit", "other_owner")
PACKS: tuple[Case, ...] = (
    Case("GET /packs/{pack}", SEE_THE_PACK),
    Case("PATCH /packs/{pack}", EDIT_THE_PACK, body={"name": "New name"}, note="name"),
    Case("PATCH /packs/{pack}", EDIT_THE_PACK, body={"priority": 3}, note="priority"),
    Case("PATCH /packs/{pack}/status", RELEASE_THE_PACK, body={"status": "Future Plans"}),
    Case("POST /packs/{pack}/release", RELEASE_THE_PACK, body={"title": "Out now"}),
    Case("DELETE /packs/{pack}", ("pack_owner",)),
)
CASES: tuple[Case, ...] = SONGS + MANY_SONGS + COLLABORATIONS + PACKS


def _fill(value: Any, world: World) -> Any:
    """Put ids in the place of names, in texts as deep as they lie; a text that is one name becomes a number."""
    if isinstance(value, Mapping):
        return {name: _fill(inner, world) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_fill(inner, world) for inner in value]
    if not isinstance(value, str):
        return value

    def number(found: re.Match[str]) -> str:
        kind, _, who = found[1].rpartition(":")
        return str(world.people[who].id if kind else getattr(world, who))  # type: ignore[index]

    text = re.sub(r"\{([\w:]+)\}", number, value)
    return int(text) if re.fullmatch(r"\{[\w:]+\}", value) else text


def _call(case: Case, who: Who, client: FlaskClient, world: World) -> Answer:
    method, _, path = case.operation.partition(" ")
    return Api(client, world.people[who]).call(method, _fill(path, world), _fill(case.body, world))


def _snapshot(database: Database) -> dict[str, list[dict[str, Any]]]:
    return {table: database.rows(f"SELECT * FROM {table} ORDER BY id") for table in WATCHED}  # noqa: S608


def _refused(case: Case) -> list[Who]:
    return [who for who in EVERYBODY if who not in case.may]


def _cases() -> list[ParameterSet]:
    return [pytest.param(case, id=f"{case.operation} {case.note}".strip()) for case in CASES]


def _allowed() -> list[ParameterSet]:
    """Let all try a read in one world, and each a write in a world of its own."""
    found = []
    for case in CASES:
        for some in [tuple(case.may)] if case.is_read else [(who,) for who in case.may]:
            name = f"{case.operation} {case.note}".strip()
            found.append(pytest.param(case, some, id=f"{name} {'-'.join(some)}"))
    return found


@pytest.mark.parametrize("case", _cases())
def test_everybody_else_is_refused(case: Case, client: FlaskClient, world: World, database: Database) -> None:
    assert "inactive" not in case.may
    before = _snapshot(database)
    sentences = set()
    for who in _refused(case):
        answer = _call(case, who, client, world)
        body = answer.refused(401 if who == "inactive" else case.refused)
        if who != "inactive":
            sentences.add(body["detail"])
    assert len(sentences) <= 1, sentences
    assert _snapshot(database) == before


@pytest.mark.parametrize(("case", "callers"), _allowed())
def test_these_may(case: Case, callers: Sequence[Who], client: FlaskClient, world: World) -> None:
    for who in callers:
        _call(case, who, client, world).ok(case.success)


def test_the_world_is_as_it_says(world: World, database: Database) -> None:
    assert set(world.people) == set(EVERYBODY)
    in_pack = database.column("SELECT id FROM songs WHERE pack_id = :pack ORDER BY id", pack=world.pack)
    assert in_pack == sorted([world.song, world.pack_song, world.other_song, world.viewing_song])
    assert _fill({"ids": ["{song}", "x{pack}"], "who": "{id:owner}"}, world) == {
        "ids": [world.song, f"x{world.pack}"],
        "who": world.people["owner"].id,
    }
