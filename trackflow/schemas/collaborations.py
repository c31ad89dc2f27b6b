"""Shapes of rights on packs and songs."""

from __future__ import annotations

import marshmallow as ma
from marshmallow import validate

from trackflow.models import CollaborationType
from trackflow.schemas.base import NAME_LENGTH, Id, Instant, Schema, Text

_RIGHTS = [right.value for right in CollaborationType]
_MAX_RIGHTS = 10


class SharePackIn(Schema):
    """A person, and what they may do with the pack; which rights there are is judged by the command (400)."""

    user_id = Id(required=True)
    permissions = ma.fields.List(
        Text(max_length=NAME_LENGTH),
        required=True,
        validate=validate.Length(1, _MAX_RIGHTS, error="Must name from {min} to {max} permissions."),
        metadata={"description": "pack_view, pack_edit or both; pack_edit includes pack_view."},
    )


class ShareSongIn(Schema):
    """A person who may edit the song."""

    user_id = Id(required=True)


class CollaborationOut(Schema):
    """One right of one person: on a pack or on a song, the other id is null."""

    id = ma.fields.Integer(required=True)
    pack_id = ma.fields.Integer(required=True, allow_none=True)
    song_id = ma.fields.Integer(required=True, allow_none=True)
    user_id = ma.fields.Integer(required=True)
    username = ma.fields.String(required=True, metadata={"description": "Who holds the right."})
    collaboration_type = ma.fields.String(required=True, metadata={"enum": _RIGHTS})
    created_at = Instant(required=True)


class AvailableUserOut(Schema):
    """Somebody who can be given rights."""

    id = ma.fields.Integer(required=True)
    username = ma.fields.String(required=True)
