"""Shapes of the file history. Blank, bad and long values break a rule of the product (`services.file_links.rules`)."""

from __future__ import annotations

import marshmallow as ma

from trackflow.schemas.base import Instant, Schema, Text


class FileLinkIn(Schema):
    """A link to a file with a message; the message may be blank once the song is finished."""

    file_url = Text(required=True, max_length=None, metadata={"description": "http or https, 2048 characters."})
    message = Text(required=True, max_length=None, metadata={"description": "At most 2000 characters."})


class FileLinkOut(Schema):
    """An entry of a song's file history."""

    id = ma.fields.Integer(required=True)
    song_id = ma.fields.Integer(required=True)
    user_id = ma.fields.Integer(required=True, metadata={"description": "Who wrote it."})
    username = ma.fields.String(required=True)
    file_url = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    created_at = Instant(required=True)
