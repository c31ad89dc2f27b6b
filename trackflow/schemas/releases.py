"""Shapes of what came out: the feeds of packs and songs, and the release of a pack by its name."""

from __future__ import annotations

import marshmallow as ma

from trackflow.schemas.base import Instant, QueryInteger, Schema, Text
from trackflow.schemas.songs import SongOut


class RecentSongsQuery(Schema):
    """Which part of the feed is wanted."""

    limit = QueryInteger(low=1, high=50, load_default=10)
    offset = QueryInteger(low=0, load_default=0)


class RecentPackCountQuery(Schema):
    """How far the feed reaches back."""

    days_back = QueryInteger(low=1, high=365, load_default=30)


class RecentPacksQuery(RecentSongsQuery, RecentPackCountQuery):
    """Which part of the feed is wanted, and how far it reaches back."""


class RecentPackCountOut(Schema):
    """How many packs the feed has."""

    count = ma.fields.Integer(required=True)


class ReleasePackQuery(Schema):
    """Which pack is released."""

    pack_name = Text(max_length=None, trim=True, load_default="")


class PackReleasedOut(Schema):
    """What a release by name did."""

    message = ma.fields.String(required=True)
    completed_songs = ma.fields.Integer(required=True)
    optional_songs = ma.fields.Integer(required=True)
    optional_pack_id = ma.fields.Integer(required=True, allow_none=True)


class ReleasedSongOut(SongOut):
    """The Song JSON for everybody: what is nobody else's business is null."""

    is_public = ma.fields.Boolean(required=True, allow_none=True)


class ReleaseRightOut(Schema):
    """Whether the caller may edit the pack."""

    can_edit = ma.fields.Boolean(required=True)


class PackSongOut(Schema):
    """A song that came out with a pack."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    artist = ma.fields.String(required=True)
    album = ma.fields.String(required=True, allow_none=True)
    year = ma.fields.Integer(required=True, allow_none=True)
    album_cover = ma.fields.String(required=True, allow_none=True)
    author = ma.fields.String(required=True, metadata={"description": "The owner's username."})
    user_id = ma.fields.Integer(required=True)
    optional = ma.fields.Boolean(required=True)
    released_at = Instant(required=True)
    release_description = ma.fields.String(required=True, allow_none=True)
    release_download_link = ma.fields.String(required=True, allow_none=True)
    release_youtube_url = ma.fields.String(required=True, allow_none=True)
    pack_collaboration = ma.fields.Nested(
        ReleaseRightOut, required=True, allow_none=True, metadata={"description": "Null without a token."}
    )


class RecentPackOut(Schema):
    """A pack that came out, with its released songs."""

    pack_id = ma.fields.Integer(required=True)
    pack_name = ma.fields.String(required=True)
    pack_owner_id = ma.fields.Integer(required=True, allow_none=True)
    pack_owner_username = ma.fields.String(required=True)
    released_by_user_id = ma.fields.Integer(required=True, allow_none=True)
    released_by_username = ma.fields.String(required=True)
    pack_priority = ma.fields.Integer(required=True, allow_none=True)
    released_at = Instant(required=True)
    release_title = ma.fields.String(required=True, allow_none=True)
    release_description = ma.fields.String(required=True, allow_none=True)
    release_download_link = ma.fields.String(required=True, allow_none=True)
    release_youtube_url = ma.fields.String(required=True, allow_none=True)
    show_on_homepage = ma.fields.Boolean(required=True)
    songs = ma.fields.List(ma.fields.Nested(PackSongOut), required=True)
    album_series_id = ma.fields.Integer(required=True, allow_none=True)
    album_series_number = ma.fields.Integer(required=True, allow_none=True)
    album_series_name = ma.fields.String(required=True, allow_none=True)
    album_series_status = ma.fields.String(required=True, allow_none=True)
