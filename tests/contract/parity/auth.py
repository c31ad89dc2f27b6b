"""The hot operations of accounts."""

from __future__ import annotations

from collections.abc import Sequence

from tests.contract.parity import Call, Stage, parity_of
from tests.support.http import Api


@parity_of("GET /auth/users")
def users(stage: Stage) -> Sequence[str | Call]:
    admin = Api(stage.api.client, stage.world.people["admin"])
    return ["/auth/users", Call("/auth/users", admin)]
