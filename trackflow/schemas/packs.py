"""Shapes of packs: what is sent to make, edit and release them, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from trackflow.schemas.base import (
    MESSAGE_LENGTH,
    NAME_LENGTH,
    Boolean,
    Instant,
    Integer,
    Link,
    QueryInteger,
    Schema,
    Text,
    choice,
)
from trackflow.services.pack_lifecycle.rules import PackStatus

TITLE_LENGTH = 500
_LONGEST_ID = 10


class Priority(Integer):
    """How urgent a pack is, the higher the more; null for none."""

    def __init__(self, **kwargs: Any) -> None:
        """Bound the number."""
        super().__init__(low=1, high=10, allow_none=True, **kwargs)


class SongLinks(ma.fields.Dict):
    """Links by the id of the song, as text; an empty one removes the link, null leaves it, other keys mean nothing."""

    def __init__(self, **kwargs: Any) -> None:
        """Take the base field's options."""
        self._link = Link()
        super().__init__(keys=ma.fields.String(), values=self._link, allow_none=True, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[int, str | None]:
        if not isinstance(value, dict):
            message = "Must be an object of links by the id of the song."
            raise ma.ValidationError(message)
        found: dict[int, str | None] = {}
        faults: dict[str, Any] = {}
        for key, sent in value.items():
            try:
                link = self._link.deserialize(sent)
            except ma.ValidationError as fault:
                faults[key] = fault.messages
                continue
            if sent is not None and key.isascii() and key.isdigit() and len(key) <= _LONGEST_ID:
                found[int(key)] = link
        if faults:
            raise ma.ValidationError(faults)
        return found


class PackIn(Schema):
    """A pack to make; its owner is the caller."""

    name = Text(required=True, max_length=NAME_LENGTH, trim=True, blank=False)
    priority = Priority(load_default=None)


class PackPatchIn(Schema):
    """Changes of a pack; what is missing stays, a priority of null clears it."""

    name = Text(max_length=NAME_LENGTH, trim=True, blank=False, allow_none=True)
    priority = Priority()


class PackStatusIn(Schema):
    """Where the pack shall be."""

    status = Text(required=True, validate=choice(*(status.value for status in PackStatus)))


class PackReleaseIn(Schema):
    """What is said of a release. Texts and links that are missing or empty are removed."""

    title = Text(max_length=TITLE_LENGTH, trim=True, allow_none=True, load_default=None)
    description = Text(max_length=MESSAGE_LENGTH, allow_none=True, load_default=None)
    download_link = Link(load_default=None)
    youtube_url = Link(load_default=None)
    song_download_links = SongLinks(load_default=None)
    hide_from_homepage = Boolean(allow_none=True)
    show_on_homepage = Boolean(allow_none=True, metadata={"description": "Counts before `hide_from_homepage`."})


class PackOut(Schema):
    """A pack."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    user_id = ma.fields.Integer(required=True, metadata={"description": "The owner."})
    priority = ma.fields.Integer(required=True, allow_none=True)
    created_at = Instant(required=True, allow_none=True)
    updated_at = Instant(required=True, allow_none=True)
    released_at = Instant(required=True, allow_none=True)
    release_title = ma.fields.String(required=True, allow_none=True)
    release_description = ma.fields.String(required=True, allow_none=True)
    release_download_link = ma.fields.String(required=True, allow_none=True)
    release_youtube_url = ma.fields.String(required=True, allow_none=True)
    show_on_homepage = ma.fields.Boolean(required=True)


class PackNamesQuery(Schema):
    """What a name of a pack shall hold."""

    query = Text(max_length=None, load_default="")


class PackNamesOut(Schema):
    """Names of packs."""

    suggestions = ma.fields.List(ma.fields.String(), required=True)


class NearCompletionQuery(Schema):
    """How many packs, and from which percentage on."""

    limit = QueryInteger(low=1, high=10, load_default=3)
    threshold = QueryInteger(low=0, high=100, load_default=70)


class PackNearCompletionOut(Schema):
    """A pack that is almost done."""

    pack_id = ma.fields.Integer(required=True)
    pack_name = ma.fields.String(required=True)
    completion_percentage = ma.fields.Float(required=True)
    incomplete_songs = ma.fields.Integer(required=True)
    total_songs = ma.fields.Integer(required=True)
    display_name = ma.fields.String(required=True, metadata={"description": "Names the album series, if it is one."})
    album_cover = ma.fields.String(required=True, allow_none=True)
