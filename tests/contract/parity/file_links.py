"""The hot operations of the file history."""

from __future__ import annotations

from collections.abc import Sequence

from tests.contract.parity import Call, Stage, parity_of
from tests.support.http import Api


def _calls(stage: Stage, path: str) -> Sequence[str | Call]:
    world, database = stage.world, stage.database
    for place, message in enumerate(("drums", "")):
        writer = world.people["song_edit" if place else "owner"]
        database.insert(
            "file_links", song_id=world.song, user_id=writer.id, file_url="https://files.example/x", message=message
        )
    viewer = Api(stage.api.client, world.people["pack_view"])
    return [Call(f"{path}/{world.song}", viewer), Call(f"{path}/{world.pack_song}", viewer)]


@parity_of("GET /file-links/{song_id}")
def history(stage: Stage) -> Sequence[str | Call]:
    return _calls(stage, "/file-links")


@parity_of("GET /file-links/song/{song_id}")
def history_by_long_path(stage: Stage) -> Sequence[str | Call]:
    return _calls(stage, "/file-links/song")
