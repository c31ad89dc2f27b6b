"""Shapes of songs. Lengths and years that break a rule of the product are judged by `services.songs.rules` (400)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import validate

from trackflow.models import SongStatus
from trackflow.schemas.base import (
    MAX_INTEGER,
    NAME_LENGTH,
    Boolean,
    Id,
    Instant,
    Integer,
    Link,
    QueryInteger,
    Schema,
    Text,
    choice,
)

MAX_COLLABORATORS = 50
_STATUSES = tuple(status.value for status in SongStatus)


class Status(Text):
    """A stage of a song, as clients spell it."""

    def __init__(self, **kwargs: Any) -> None:
        """Allow the three stages."""
        super().__init__(validate=choice(*_STATUSES), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> SongStatus:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            return SongStatus(text)
        except ValueError:
            message = f"Must be one of: {', '.join(_STATUSES)}."
            raise ma.ValidationError(message) from None


class Year(ma.fields.Field[int | str]):
    """A year as a number or, where `typed` admits it, as the text of an input field."""

    def __init__(self, *, typed: bool = False, **kwargs: Any) -> None:
        """Say whether text counts."""
        super().__init__(allow_none=True, **kwargs)
        self.typed = typed
        self._number, self._text = Integer(), Text(max_length=NAME_LENGTH)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int | str:
        field = self._text if self.typed and isinstance(value, str) else self._number
        result: int | str = field.deserialize(value)
        return result


class Usernames(ma.fields.Field[tuple[str, ...]]):
    """People by name: a list of names, a list of objects with `author`, or one text with commas."""

    def __init__(self, **kwargs: Any) -> None:
        """Take the base field's options."""
        super().__init__(allow_none=True, **kwargs)
        self._name = Text(max_length=None)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> tuple[str, ...]:
        sent = value.split(",") if isinstance(value, str) else value
        if not isinstance(sent, list):
            message = "Must be a list of names."
            raise ma.ValidationError(message)
        if len(sent) > MAX_COLLABORATORS:
            message = f"Must name at most {MAX_COLLABORATORS} people."
            raise ma.ValidationError(message)
        names = (item.get("author") if isinstance(item, dict) else item for item in sent)
        return tuple(name for name in (self._name.deserialize(name).strip() for name in names) if name)


class PackName(Text):
    """The name of a pack; an empty one means no pack."""

    def __init__(self, **kwargs: Any) -> None:
        """Bound the length."""
        super().__init__(max_length=NAME_LENGTH, trim=True, allow_none=True, **kwargs)


class SongIn(Schema):
    """A song to enter; its owner is the caller."""

    title = Text(required=True, max_length=None)
    artist = Text(required=True, max_length=None)
    status = Status(required=True, metadata={"description": "A pack that has songs decides otherwise."})
    album = Text(max_length=None, allow_none=True, load_default=None)
    year = Year(load_default=None)
    album_cover = Link(load_default=None)
    notes = Text(allow_none=True, load_default=None)
    pack_id = Id(allow_none=True, load_default=None)
    pack = PackName(load_default=None, metadata={"description": "Counts without `pack_id`; created if missing."})
    pack_name = PackName(load_default=None, metadata={"description": "Another name of `pack`."})
    priority = Integer(low=1, high=10, allow_none=True, load_default=None)
    optional = Boolean(allow_none=True, load_default=False)
    collaborations = Usernames(load_default=())


class SongPatchIn(Schema):
    """Changes of a song; what is missing stays, null clears what can be empty."""

    title = Text(max_length=None, allow_none=True)
    artist = Text(max_length=None, allow_none=True)
    status = Status(allow_none=True)
    album = Text(max_length=None, allow_none=True)
    year = Year(typed=True)
    album_cover = Link()
    notes = Text(allow_none=True)
    optional = Boolean(allow_none=True)
    is_public = Boolean(allow_none=True)
    pack_id = Id(allow_none=True)
    pack = PackName()
    collaborations = Usernames()
    user_id = Id(allow_none=True, metadata={"description": "The new owner."})
    release_description = Text(allow_none=True)
    release_download_link = Link()
    release_youtube_url = Link()
    description = Text(allow_none=True, metadata={"description": "With status Released: `release_description`."})
    download_link = Link(metadata={"description": "With status Released: `release_download_link`."})
    youtube_url = Link(metadata={"description": "With status Released: `release_youtube_url`."})


class SongsQuery(Schema):
    """Which songs are wanted, and how they are sorted."""

    status = Status()
    query = Text(max_length=None, load_default="", metadata={"description": "Title, artist, album, pack, person."})
    pack_id = QueryInteger(low=0, high=MAX_INTEGER)
    order = Text(load_default="", metadata={"description": "title, artist, created_at or updated_at (the default)."})
    limit = QueryInteger(low=1, high=1000)
    offset = QueryInteger(low=0, load_default=0)


class SongCollaboratorOut(Schema):
    """Somebody who may edit the song."""

    id = ma.fields.Integer(required=True)
    user_id = ma.fields.Integer(required=True)
    username = ma.fields.String(required=True)
    collaboration_type = ma.fields.String(required=True)
    created_at = Instant(required=True)


class PackRightOut(Schema):
    """The caller's granted right on the song's pack."""

    can_edit = ma.fields.Boolean(required=True)
    pack_id = ma.fields.Integer(required=True)


class SongOut(Schema):
    """The Song JSON: every key is always there."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    artist = ma.fields.String(required=True)
    album = ma.fields.String(required=True, allow_none=True)
    year = ma.fields.Integer(required=True, allow_none=True)
    status = ma.fields.String(required=True, validate=validate.OneOf(_STATUSES))
    album_cover = ma.fields.String(required=True, allow_none=True)
    notes = ma.fields.String(required=True, allow_none=True)
    author = ma.fields.String(required=True, metadata={"description": "The owner's username."})
    user_id = ma.fields.Integer(required=True, metadata={"description": "The owner."})
    optional = ma.fields.Boolean(required=True)
    is_public = ma.fields.Boolean(required=True)
    pack_id = ma.fields.Integer(required=True, allow_none=True)
    pack_name = ma.fields.String(required=True, allow_none=True)
    pack_priority = ma.fields.Integer(required=True, allow_none=True)
    pack_owner_id = ma.fields.Integer(required=True, allow_none=True)
    pack_owner_username = ma.fields.String(required=True, allow_none=True)
    is_community_event = ma.fields.Boolean(required=True)
    collaborations = ma.fields.List(ma.fields.Nested(SongCollaboratorOut), required=True)
    authoring = ma.fields.Dict(required=True, allow_none=True, metadata={"description": "Filled by album series."})
    artist_image_url = ma.fields.String(required=True, allow_none=True)
    album_series_id = ma.fields.Integer(required=True, allow_none=True)
    album_series_number = ma.fields.Integer(required=True, allow_none=True)
    album_series_name = ma.fields.String(required=True, allow_none=True)
    is_editable = ma.fields.Boolean(required=True, metadata={"description": "Whether the caller may edit the song."})
    pack_collaboration = ma.fields.Nested(PackRightOut, required=True, allow_none=True)
    released_at = Instant(required=True, allow_none=True)
    release_description = ma.fields.String(required=True, allow_none=True)
    release_download_link = ma.fields.String(required=True, allow_none=True)
    release_youtube_url = ma.fields.String(required=True, allow_none=True)
    pack_release_description = ma.fields.String(required=True, allow_none=True)
    pack_release_download_link = ma.fields.String(required=True, allow_none=True)
    pack_release_youtube_url = ma.fields.String(required=True, allow_none=True)
    created_at = Instant(required=True, allow_none=True)
    updated_at = Instant(required=True, allow_none=True)
    rhythmverse_link = ma.fields.String(required=True, allow_none=True)
    event_submission_description = ma.fields.String(required=True, allow_none=True)
    visualizer_link = ma.fields.String(required=True, allow_none=True)
    preview_link = ma.fields.String(required=True, allow_none=True)
    is_event_submitted = ma.fields.Boolean(required=True)


class OwnerOut(Schema):
    """Who owns a song."""

    owner_id = ma.fields.Integer(required=True)
