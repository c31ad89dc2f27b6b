"""Shapes of what is done to many songs at once, and of what helps to fill in a song.

How many there may be, and how long a name, is judged by `services.songs.rules` (400).
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from trackflow.schemas.base import Integer, List, Schema, Text

# Beyond these nothing is looked at; the limits of the product are lower and told by the commands.
MAX_LISTED_IDS = 10_000
MAX_LISTED_PEOPLE = 1000


class BulkDeleteIn(Schema):
    """Ids of one's own songs, under either of two names."""

    ids = List(
        Integer(),
        max_items=MAX_LISTED_IDS,
        required=True,
        metadata={"description": "From 1 to 1000. Another name of it is `song_ids`."},
    )

    @ma.pre_load
    def from_other_name(self, data: Any, **_kwargs: object) -> Any:
        """Take the other name where this one is missing."""
        if isinstance(data, dict) and data.get("ids") is None and "song_ids" in data:
            return {**data, "ids": data["song_ids"]}
        return data


class NamedIn(Schema):
    """Somebody by name; what else the client says of the person is ignored."""

    author = Text(required=True, max_length=None)


class CollaboratorsIn(Schema):
    """Everybody who shall be able to edit the song."""

    collaborations = List(ma.fields.Nested(NamedIn), max_items=MAX_LISTED_PEOPLE, required=True)


class SuggestionsQuery(Schema):
    """What the suggestions shall hold."""

    query = Text(max_length=None, load_default="", metadata={"description": "Without it there are no suggestions."})


class SuggestionsOut(Schema):
    """Texts that were used before; the one that equals the query first."""

    suggestions = ma.fields.List(ma.fields.String(), required=True)


class ArtistsOut(Schema):
    """Names of artists, sorted."""

    artists = ma.fields.List(ma.fields.String(), required=True)


class CensusOut(Schema):
    """How many songs there are, and how many of them the caller sees."""

    total_songs = ma.fields.Integer(required=True)
    user_collaborations = ma.fields.Integer(required=True)
    visible_songs = ma.fields.Integer(required=True)
    user_id = ma.fields.Integer(required=True)
    username = ma.fields.String(required=True)
