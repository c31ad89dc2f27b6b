"""Who is told of what happens to a song."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.world import World
from trackflow.services.permissions.audience import audience


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def test_the_owner_and_whoever_may_edit_but_not_who_acts(world: World) -> None:
    ids = {who: account.id for who, account in world.people.items()}
    everybody = {ids["owner"], ids["song_edit"], ids["pack_edit"]}
    assert audience([world.song], but_not=ids["stranger"]) == {world.song: everybody}
    for who in ("owner", "song_edit", "pack_edit"):
        assert audience([world.song], but_not=ids[who]) == {world.song: everybody - {ids[who]}}


def test_many_songs_at_once(world: World) -> None:
    ids = {who: account.id for who, account in world.people.items()}
    found = audience([world.loose_song, world.pack_song, world.other_song, 12345], but_not=ids["owner"])
    assert found == {
        world.loose_song: set(),
        world.pack_song: {ids["pack_owner"], ids["pack_edit"]},
        world.other_song: {ids["other_owner"], ids["sibling_edit"], ids["pack_edit"]},
    }
    assert audience([], but_not=1) == {}
