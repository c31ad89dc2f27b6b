"""Shapes of marking steps by name and of part assignments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from trackflow.schemas.base import NAME_LENGTH, Instant, List, QueryInteger, Schema, Text
from trackflow.schemas.workflows import MAX_MARKS
from trackflow.services.workflows.steps import MAX_NAME_LENGTH

MAX_ASSIGNMENTS = 500


class TogglesIn(Schema):
    """An object whose keys are names of steps and whose values say whether they are done.

    Which keys are steps depends on the song: the command ignores the others, and refuses what is no boolean for a step.
    """

    class Meta:
        """Every key is a name."""

        unknown = ma.INCLUDE
        description = (
            "Names of steps, each with a boolean that says whether the step is done; 0 and 1 count as booleans, any "
            "other value of a step is refused. Keys that are no steps of the song's owner are ignored, whatever their "
            f"values are. At most {MAX_MARKS} keys."
        )

    @ma.validates_schema
    def is_short(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        """Bound the number of keys."""
        if len(data) > MAX_MARKS:
            message = f"Must be at most {MAX_MARKS} steps."
            raise ma.ValidationError(message)


class LegacyAuthoringOut(Schema):
    """The fifteen steps of old, from the song's progress; both ids are the song's."""

    id = ma.fields.Integer(required=True)
    song_id = ma.fields.Integer(required=True)
    demucs = ma.fields.Boolean(required=True)
    midi = ma.fields.Boolean(required=True)
    tempo_map = ma.fields.Boolean(required=True)
    fake_ending = ma.fields.Boolean(required=True)
    drums = ma.fields.Boolean(required=True)
    bass = ma.fields.Boolean(required=True)
    guitar = ma.fields.Boolean(required=True)
    vocals = ma.fields.Boolean(required=True)
    harmonies = ma.fields.Boolean(required=True)
    pro_keys = ma.fields.Boolean(required=True)
    keys = ma.fields.Boolean(required=True)
    animations = ma.fields.Boolean(required=True)
    drum_fills = ma.fields.Boolean(required=True)
    overdrive = ma.fields.Boolean(required=True)
    compile = ma.fields.Boolean(required=True)


class RecentQuery(Schema):
    """How many."""

    limit = QueryInteger(low=1, high=100, load_default=5)


class RecentPartOut(Schema):
    """A step that was completed."""

    part_name = ma.fields.String(required=True)
    song_title = ma.fields.String(required=True)
    song_id = ma.fields.Integer(required=True)
    completed_at = Instant(required=True)
    artist = ma.fields.String(required=True)


class SuccessOut(Schema):
    """Done."""

    success = ma.fields.Boolean(required=True, metadata={"description": "Always true."})


class AssignmentIn(Schema):
    """A part for a person, by name; neither need be known."""

    collaborator = Text(required=True, trim=True, blank=False, max_length=NAME_LENGTH)
    field = Text(required=True, trim=True, blank=False, max_length=MAX_NAME_LENGTH)


class AssignmentsIn(Schema):
    """All assignments of a song; an absent list is an empty one."""

    assignments = List(ma.fields.Nested(AssignmentIn), max_items=MAX_ASSIGNMENTS, load_default=list)


class AssignmentOut(Schema):
    """A part for a person."""

    collaborator = ma.fields.String(required=True)
    field = ma.fields.String(required=True)


class AssignmentsOut(Schema):
    """The assignments of a song, oldest first."""

    assignments = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)


class AssignmentsBySongOut(Schema):
    """An object whose keys are ids of songs that have assignments, and whose values are lists of these."""

    class Meta:
        """The keys are ids."""

        unknown = ma.INCLUDE
