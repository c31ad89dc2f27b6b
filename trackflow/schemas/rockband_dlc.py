"""Shapes of the official songs: the check of a song, the search, and counts."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from trackflow.schemas.base import NAME_LENGTH, QueryInteger, Schema, Text
from trackflow.services.rockband_dlc.matching import MatchType
from trackflow.services.rockband_dlc.queries import MAX_SIMILAR

MAX_RESULTS = 100
_KINDS = tuple(kind.value for kind in MatchType)


class CheckQuery(Schema):
    """The song that somebody enters."""

    title = Text(required=True, trim=True, max_length=NAME_LENGTH)
    artist = Text(required=True, trim=True, max_length=NAME_LENGTH)


class SearchQuery(Schema):
    """What title or artist shall contain, and how many are wanted."""

    q = Text(required=True, trim=True, max_length=NAME_LENGTH)
    limit = QueryInteger(low=1, high=MAX_RESULTS, load_default=10)


class DlcOut(Schema):
    """An official song; `origin` is a game or a kind of release, such as `RB2` or `DLC`."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    artist = ma.fields.String(required=True)
    origin = ma.fields.String(required=True)


class CheckOut(Schema):
    """Whether the song is official; `dlc_entry` is the nearest official song."""

    is_dlc = ma.fields.Boolean(required=True)
    origin = ma.fields.String(required=True, allow_none=True)
    match_type = ma.fields.String(required=True, allow_none=True, validate=validate.OneOf(_KINDS))
    dlc_entry = ma.fields.Nested(DlcOut, required=True, allow_none=True)
    similar_matches = ma.fields.List(
        ma.fields.Nested(DlcOut),
        validate=validate.Length(min=1, max=MAX_SIMILAR),
        metadata={"description": "Present for a partial match only; the first is `dlc_entry`."},
    )


class SearchOut(Schema):
    """The official songs that were found, by artist and title."""

    query = ma.fields.String(required=True)
    count = ma.fields.Integer(required=True, metadata={"description": "How many are in `results`."})
    results = ma.fields.List(ma.fields.Nested(DlcOut), required=True)


class StatsOut(Schema):
    """How many official songs there are."""

    total_songs = ma.fields.Integer(required=True)
    by_origin = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.Integer(),
        required=True,
        metadata={"description": "Songs without origin are missing here."},
    )
