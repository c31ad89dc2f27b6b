"""The hot operations of songs."""

from __future__ import annotations

from collections.abc import Sequence

from tests.contract.parity import Call, Stage, parity_of
from tests.support import rows
from tests.support.http import Api
from tests.support.world import Who


@parity_of("GET /songs")
def visible(stage: Stage) -> Sequence[str | Call]:
    world, database = stage.world, stage.database
    for body in (
        {"title": "Full", "artist": "The Example", "status": "Released", "album": "A", "year": 1999, "notes": "n",
         "album_cover": "https://img.example/c.jpg", "pack": "Mine", "priority": 3, "optional": True,
         "collaborations": ["owner"]},
        {"title": "Bare", "artist": "The Example", "status": "In Progress"},
    ):  # fmt: skip
        stage.api.post("/songs", body).ok()
    series = database.insert("album_series", album_name="A", artist_name="The Example", series_number=7)
    artist = database.insert("artists", name="The Example", image_url="https://img.example/a.jpg")
    database.execute(
        "UPDATE songs SET album_series_id = :series, artist_id = :artist, released_at = created_at, "
        "release_description = 'd', release_download_link = 'https://d.example', preview_link = 'https://p.example' "
        "WHERE title = 'Full'",
        series=series, artist=artist,
    )  # fmt: skip
    event = rows.pack(database, world.people["stranger"], "Event", is_community_event=True)
    rows.song(database, world.people["owner"], "Entry", pack_id=event, preview_link="https://p.example")
    callers: tuple[Who, ...] = ("owner", "pack_edit", "viewing_owner", "stranger")
    queries = ("", "?query=full", "?limit=1&order=title", "?status=Released")
    return [f"/songs{query}" for query in queries] + [
        Call("/songs", Api(stage.api.client, world.people[who])) for who in callers
    ]
