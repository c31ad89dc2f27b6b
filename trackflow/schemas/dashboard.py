"""Shapes of the dashboard: a suggestion is a song or a pack, and has only what belongs to its type."""

from __future__ import annotations

import marshmallow as ma

from trackflow.schemas.base import Instant, QueryInteger, Schema, choice

MOST_SUGGESTIONS = 12
_NUMBER = {"type": "number"}


class SuggestionsQuery(Schema):
    """How many suggestions are wanted."""

    limit = QueryInteger(low=1, high=MOST_SUGGESTIONS, load_default=6)


class SuggestionOut(Schema):
    """Something to continue with."""

    id = ma.fields.String(required=True)
    type = ma.fields.String(required=True, validate=choice("song", "pack"))
    title = ma.fields.String(required=True)
    album_cover = ma.fields.String(required=True, allow_none=True)
    tags = ma.fields.List(ma.fields.String(), required=True)
    priority = ma.fields.Raw(required=True, metadata=_NUMBER)
    message = ma.fields.String(required=True, allow_none=True)
    completion = ma.fields.Raw(required=True, metadata=_NUMBER)
    song_id = ma.fields.Integer()
    artist = ma.fields.String()
    remaining_steps = ma.fields.List(ma.fields.String())
    updated_at = Instant(allow_none=True)
    status = ma.fields.String()
    is_community_event = ma.fields.Boolean()
    pack_id = ma.fields.Integer()
    total_songs = ma.fields.Integer()
    completed_songs = ma.fields.Integer()
