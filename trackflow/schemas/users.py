"""Shapes of a user's own settings and of what others read of them."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from trackflow.schemas.auth import UserSelfOut
from trackflow.schemas.base import NAME_LENGTH, Boolean, Email, Instant, Link, Schema, Text

DISPLAY_NAME_LENGTH = 50
_SWITCH = {"type": ["boolean", "integer"], "enum": [True, False, 1, 0, None]}


class OptionalEmail(Email):
    """An address, or an empty text, which changes nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, str) and not value.strip():
            return ""
        return super()._deserialize(value, attr, data, **kwargs)


class ClearableLink(Link):
    """A link, or an empty text, which clears the stored one; absent and null are None."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs) or ""


class SettingsIn(Schema):
    """A user's settings; absent and null leave a value as it is, an empty text clears it."""

    email = OptionalEmail(
        load_default=None, allow_none=True, metadata={"description": "Cannot be cleared: an empty text is ignored."}
    )
    preferred_contact_method = Text(
        load_default=None,
        allow_none=True,
        trim=True,
        max_length=NAME_LENGTH,
        metadata={"description": "`email`, `discord`, or empty for none."},
    )
    discord_username = Text(load_default=None, allow_none=True, trim=True, max_length=NAME_LENGTH)
    profile_image_url = ClearableLink(load_default=None)
    website_url = ClearableLink(load_default=None)
    display_name = Text(load_default=None, allow_none=True, trim=True, max_length=DISPLAY_NAME_LENGTH)
    auto_spotify_fetch_enabled = Boolean(numbers=True, load_default=None, allow_none=True, metadata=_SWITCH)
    default_public_sharing = Boolean(
        numbers=True,
        load_default=None,
        allow_none=True,
        metadata={**_SWITCH, "description": "Whether songs created from now on are public."},
    )


class SettingsOut(UserSelfOut):
    """The caller's account with all settings: the client takes it for the user of its session."""


class ContactOut(Schema):
    """A user as other signed-in users may reach them."""

    id = ma.fields.Integer(required=True)
    username = ma.fields.String(required=True)
    email = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Null unless it is the caller's own, the contact method, or an administrator asks."},
    )
    preferred_contact_method = ma.fields.String(required=True, allow_none=True)
    discord_username = ma.fields.String(required=True, allow_none=True)
    created_at = Instant(required=True, allow_none=True)
