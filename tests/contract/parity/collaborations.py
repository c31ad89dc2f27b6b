"""The hot operations of rights on packs and songs."""

from __future__ import annotations

from collections.abc import Sequence

from tests.contract.parity import Call, Stage, parity_of
from tests.support.http import Api
from tests.support.world import Who


def _calls(stage: Stage, path: str, *callers: Who) -> Sequence[Call]:
    return [Call(f"/collaborations/{path}", Api(stage.api.client, stage.world.people[who])) for who in callers]


@parity_of("GET /collaborations/packs/{pack_id}/collaborators")
def on_pack(stage: Stage) -> Sequence[str | Call]:
    return _calls(stage, f"packs/{stage.world.pack}/collaborators", "pack_owner", "pack_view")


@parity_of("GET /collaborations/songs/{song_id}/collaborators")
def on_song(stage: Stage) -> Sequence[str | Call]:
    return _calls(stage, f"songs/{stage.world.song}/collaborators", "owner", "pack_owner")


@parity_of("GET /collaborations/my-collaborations")
def mine(stage: Stage) -> Sequence[str | Call]:
    return _calls(stage, "my-collaborations", "pack_edit", "song_edit", "stranger")


@parity_of("GET /collaborations/on-my-packs")
def on_own_packs(stage: Stage) -> Sequence[str | Call]:
    return _calls(stage, "on-my-packs", "pack_owner", "stranger")


@parity_of("GET /collaborations/available-users")
def available_users(_stage: Stage) -> Sequence[str | Call]:
    return ["/collaborations/available-users"]
