"""The hot operations of packs and of what came out."""

from __future__ import annotations

from collections.abc import Sequence

from tests.contract.parity import Call, Stage, parity_of
from tests.support import rows
from tests.support.http import Api
from trackflow.clock import now_utc


@parity_of("GET /packs")
def owned(stage: Stage) -> Sequence[str | Call]:
    stage.api.post("/packs", {"name": "Bare"}).ok()
    full = stage.api.post("/packs", {"name": "Full", "priority": 3}).ok()["id"]
    links = {"download_link": "https://d.example", "youtube_url": "https://y.example"}
    body = {"title": "T", "description": "D", "hide_from_homepage": True, **links}
    stage.api.post(f"/packs/{full}/release", body).ok()
    return ["/packs", Call("/packs", Api(stage.api.client, stage.world.people["pack_owner"]))]


def _bring_out(stage: Stage) -> None:
    """Release the world's pack by its owner with all texts, and a bare one; a series is on the first."""
    world, database = stage.world, stage.database
    database.insert("album_series", album_name="A", artist_name="B", pack_id=world.pack)
    owner = Api(stage.api.client, world.people["pack_owner"])
    links = {"download_link": "https://d.example", "youtube_url": "https://y.example"}
    songs = {str(world.song): "https://d.example/s.zip"}
    owner.post(
        f"/packs/{world.pack}/release", {"title": "T", "description": "D", "song_download_links": songs, **links}
    ).ok()
    other = world.people["other_owner"]
    bare = rows.pack(database, other, "Bare", released_at=now_utc())
    rows.song(database, other, "Out", pack_id=bare, status="Released", released_at=now_utc(), year=1999, album="A")


@parity_of("GET /songs/recent-pack-releases")
def recent_packs(stage: Stage) -> Sequence[str | Call]:
    _bring_out(stage)
    path, client = "/songs/recent-pack-releases", stage.api.client
    editor = Call(path, Api(client, stage.world.people["pack_edit"]))
    return [path, f"{path}?limit=1&days_back=365", Call(path, Api(client)), editor]


@parity_of("GET /songs/recent-releases")
def recent_songs(stage: Stage) -> Sequence[str | Call]:
    _bring_out(stage)
    return ["/songs/recent-releases", "/songs/recent-releases?limit=2&offset=1"]
