"""Shapes of accounts, tokens and the reset of a password."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import validate

from trackflow.schemas.base import Email, Id, Instant, List, Schema, Text

PASSWORD_MIN, PASSWORD_MAX = 6, 128
MAX_LISTED_STEPS = 1000  # the rule, a hundred, is told by the command
USERNAME = validate.Regexp(r"^[A-Za-z0-9_-]{3,50}$", error="Must be 3 to 50 letters, digits, hyphens or underscores.")


class Password(Text):
    """A new password: 6 to 128 characters, nothing trimmed."""

    def __init__(self, **kwargs: Any) -> None:
        """Apply the policy's length."""
        length = validate.Length(PASSWORD_MIN, PASSWORD_MAX, error="Must be 6 to 128 characters long.")
        super().__init__(max_length=None, validate=length, required=True, load_only=True, **kwargs)


class StepIn(Schema):
    """A step of a workflow as the client sends it; its place in the list counts, not `order_index`."""

    step_name = Text(required=True, max_length=None)
    display_name = Text(required=True, max_length=None)


class LoginIn(Schema):
    """A name and a password."""

    username = Text(required=True, trim=True, blank=False, max_length=255)
    password = Text(required=True, max_length=1024, validate=validate.Length(min=1, error="Must not be empty."))


class RegisterIn(Schema):
    """A new account; without `workflow_steps` it gets the default workflow."""

    username = Text(required=True, trim=True, validate=USERNAME)
    email = Email(required=True)
    password = Password()
    workflow_steps = List(ma.fields.Nested(StepIn), max_items=MAX_LISTED_STEPS, load_default=None)


class ClaimIn(Schema):
    """The takeover of a placeholder account, named by id, by username, or by both."""

    user_id = Id(load_default=None)
    username = Text(load_default=None, trim=True, blank=False, max_length=255)
    email = Email(required=True)
    password = Password()
    workflow_steps = List(ma.fields.Nested(StepIn), max_items=MAX_LISTED_STEPS, load_default=None)

    @ma.validates_schema
    def names_an_account(self, data: dict[str, Any], **_kwargs: object) -> None:
        """Require at least one of the two names of the account."""
        if data.get("user_id") is None and data.get("username") is None:
            message = "Send the user_id or the username of the account."
            raise ma.ValidationError(message)


class ForgotPasswordIn(Schema):
    """The address that a reset mail is wanted for."""

    email = Email(required=True)


class ResetPasswordIn(Schema):
    """The mailed token and the new password."""

    token = Text(required=True, trim=True, blank=False, max_length=200)
    new_password = Password()


class UserSelfOut(Schema):
    """An account as its owner sees it."""

    id = ma.fields.Integer(required=True)
    username = ma.fields.String(required=True)
    email = ma.fields.String(required=True, allow_none=True)
    is_active = ma.fields.Boolean(required=True)
    is_admin = ma.fields.Boolean(required=True)
    created_at = Instant(required=True, allow_none=True)
    last_login_at = Instant(required=True, allow_none=True)
    display_name = ma.fields.String(required=True, allow_none=True)
    profile_image_url = ma.fields.String(required=True, allow_none=True)
    website_url = ma.fields.String(required=True, allow_none=True)
    preferred_contact_method = ma.fields.String(required=True, allow_none=True)
    discord_username = ma.fields.String(required=True, allow_none=True)
    auto_spotify_fetch_enabled = ma.fields.Boolean(required=True)
    default_public_sharing = ma.fields.Boolean(required=True)
    achievement_score = ma.fields.Integer(required=True, metadata={"description": "Points, as on the leaderboard."})


class TokenOut(Schema):
    """A bearer token, valid for 24 hours, and the account that it belongs to."""

    access_token = ma.fields.String(required=True)
    token_type = ma.fields.String(required=True, metadata={"description": "Always `bearer`."})
    user = ma.fields.Nested(UserSelfOut, required=True)


class UnclaimedOut(Schema):
    """A placeholder account."""

    id = ma.fields.Integer(required=True)
    username = ma.fields.String(required=True)
    created_at = Instant(required=True, allow_none=True)


class UserChoiceOut(Schema):
    """An account in a pick-list; address, date and rights are neutral unless an administrator asks."""

    id = ma.fields.Integer(required=True)
    username = ma.fields.String(required=True)
    is_active = ma.fields.Boolean(required=True)
    email = ma.fields.String(required=True, allow_none=True)
    created_at = Instant(required=True, allow_none=True)
    is_admin = ma.fields.Boolean(required=True)


class ForgotPasswordOut(Schema):
    """The same for every address."""

    message = ma.fields.String(required=True)
    email_sent = ma.fields.Boolean(required=True, metadata={"description": "Always true."})


class MailDiagnosisOut(Schema):
    """A constant: the configuration is nobody's business."""

    email_configured = ma.fields.Boolean(required=True, metadata={"description": "Always false."})
    message = ma.fields.String(required=True)
