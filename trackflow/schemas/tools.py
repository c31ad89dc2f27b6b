"""Shapes of the maintenance of one's own songs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from trackflow.schemas.base import MAX_INTEGER, Id, List, Schema

MAX_LISTED_IDS = 10_000  # the rule, a thousand, is told by the command


class SongIdsIn(Schema):
    """Ids of songs: a bare list, as the client sends it, or an object with `song_ids`."""

    song_ids = List(Id(), max_items=MAX_LISTED_IDS, required=True)

    @ma.pre_load
    def from_bare_list(self, data: Any, **_kwargs: object) -> Any:
        """Put a bare list where it belongs."""
        return {"song_ids": data} if isinstance(data, list) else data


_IDS: Mapping[str, Any] = {"type": "integer", "minimum": 1, "maximum": MAX_INTEGER}
# A marshmallow schema can describe objects only; JSON Schema takes both forms in one.
SONG_IDS: Mapping[str, Any] = {
    "type": ["array", "object"],
    "maxItems": MAX_LISTED_IDS,
    "items": _IDS,
    "properties": {"song_ids": {"type": "array", "maxItems": MAX_LISTED_IDS, "items": _IDS}},
    "required": ["song_ids"],
}
