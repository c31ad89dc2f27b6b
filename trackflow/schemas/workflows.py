"""Shapes of workflows and of progress."""

from __future__ import annotations

import re

import marshmallow as ma

from trackflow.errors import InvalidShape, RuleViolation
from trackflow.schemas.base import (
    LONG_TEXT_LENGTH,
    MAX_INTEGER,
    NAME_LENGTH,
    Boolean,
    Instant,
    Integer,
    List,
    Schema,
    Text,
)
from trackflow.services.workflows.steps import MAX_NAME_LENGTH, MAX_STEPS

MAX_MARKS = 200
MAX_SONG_IDS = 20_000
_NUMBER = re.compile(r"-?[0-9]+")
_ID_DIGITS = len(str(MAX_INTEGER))


class PlacedStepIn(Schema):
    """A step as the client sends it; other keys are ignored."""

    step_name = Text(required=True, max_length=None, metadata={"minLength": 1, "maxLength": MAX_NAME_LENGTH})
    display_name = Text(required=True, max_length=None, metadata={"minLength": 1, "maxLength": MAX_NAME_LENGTH})
    order_index = Integer(required=True)


class WorkflowIn(Schema):
    """A user's workflow; absent and null leave a part as it is, an empty description clears it."""

    name = Text(load_default=None, allow_none=True, trim=True, blank=False, max_length=NAME_LENGTH)
    description = Text(load_default=None, allow_none=True, trim=True, max_length=LONG_TEXT_LENGTH)
    steps = List(
        ma.fields.Nested(PlacedStepIn),
        max_items=MAX_STEPS,
        load_default=None,
        allow_none=True,
        metadata={"minItems": 1, "description": "Names and places are each unique."},
    )


class WorkflowStepOut(Schema):
    """A step; the last four values are constants, kept for the client."""

    id = ma.fields.Integer(required=True)
    workflow_id = ma.fields.Integer(required=True)
    step_name = ma.fields.String(required=True)
    display_name = ma.fields.String(required=True)
    order_index = ma.fields.Integer(required=True)
    description = ma.fields.String(dump_default=None, allow_none=True, metadata={"description": "Always null."})
    is_required = ma.fields.Boolean(dump_default=True, metadata={"description": "Always true."})
    category = ma.fields.String(dump_default=None, allow_none=True, metadata={"description": "Always null."})
    is_enabled = ma.fields.Boolean(dump_default=True, metadata={"description": "Always true."})


class WorkflowOut(Schema):
    """A user's workflow with its steps in order.

    Who has none reads the default template: `id` is then 0, the steps have the template's ids, the dates are its own.
    """

    id = ma.fields.Integer(required=True)
    user_id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    description = ma.fields.String(required=True, allow_none=True)
    template_id = ma.fields.Integer(required=True, allow_none=True)
    created_at = Instant(required=True, allow_none=True)
    updated_at = Instant(required=True, allow_none=True)
    steps = ma.fields.List(ma.fields.Nested(WorkflowStepOut), required=True)


class WorkflowSummaryOut(Schema):
    """A workflow in numbers; every step is required and enabled."""

    id = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    total_steps = ma.fields.Integer(required=True)
    required_steps = ma.fields.Integer(required=True)
    enabled_steps = ma.fields.Integer(required=True)
    template_name = ma.fields.String(required=True, allow_none=True)


class WorkflowFieldsOut(Schema):
    """The names of a workflow's steps, in order."""

    authoringFields = ma.fields.List(ma.fields.String(), required=True)  # noqa: N815  (the client's name)


class SongIdsQuery(Schema):
    """Ids of songs, separated by commas; blanks do not count."""

    song_ids = Text(required=True, max_length=None, metadata={"example": "3,14,15"})


class ProgressOut(Schema):
    """A step of a song; one that nobody has touched has `id` 0 and no dates."""

    id = ma.fields.Integer(required=True)
    song_id = ma.fields.Integer(required=True)
    step_name = ma.fields.String(required=True)
    is_completed = ma.fields.Boolean(required=True)
    notes = ma.fields.String(required=True, allow_none=True)
    completed_at = Instant(required=True, allow_none=True)
    created_at = Instant(required=True, allow_none=True)
    updated_at = Instant(required=True, allow_none=True)


class ProgressBySongOut(Schema):
    """An object whose keys are the ids that were asked for, and whose values map the names of steps to done or not."""

    class Meta:
        """The keys are ids."""

        unknown = ma.INCLUDE


class MarkIn(Schema):
    """What to change of a step; absent and null leave a part as it is, an empty note clears it."""

    is_completed = Boolean(
        numbers=True,
        load_default=None,
        allow_none=True,
        metadata={"type": ["boolean", "integer"], "enum": [True, False, 1, 0, None]},
    )
    notes = Text(load_default=None, allow_none=True)


class NamedMarkIn(MarkIn):
    """What to change of which step."""

    step_name = Text(required=True, max_length=None)


class MarksIn(Schema):
    """What to change of several steps; names that are no steps are ignored, of a repeated name the last counts."""

    updates = List(ma.fields.Nested(NamedMarkIn), max_items=MAX_MARKS, required=True)


def song_ids_from(text: str) -> dict[str, int | None]:
    """Return each id as it is spelled in the answer -> its value, None for one that no song can have.

    Raises RuleViolation for anything but numbers, InvalidShape for too many.
    """
    found: dict[str, int | None] = {}
    for part in text.split(","):
        token = part.strip()
        if not token:
            continue
        if not _NUMBER.fullmatch(token):
            message = "song_ids must be numbers, separated by commas."
            raise RuleViolation(message)
        digits = token.lstrip("-0") or "0"
        spelled = f"-{digits}" if token.startswith("-") and digits != "0" else digits
        found[spelled] = _storable(spelled)
    if len(found) > MAX_SONG_IDS:
        message = f"Ask for at most {MAX_SONG_IDS} songs at once."
        raise InvalidShape(message)
    return found


def _storable(spelled: str) -> int | None:
    if spelled.startswith("-") or len(spelled) > _ID_DIGITS or int(spelled) > MAX_INTEGER:
        return None
    return int(spelled)
