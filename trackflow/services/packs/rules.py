"""What holds for every write of a pack: a pure rule and its sentences."""

from __future__ import annotations

from trackflow.errors import InvalidState, RuleViolation
from trackflow.services.permissions.packs import PackAccess

NAME_TAKEN = "A pack of this name already exists."
_IS_EVENT = "This is the pack of a community event, which has its own operations for that."


def name_taken() -> RuleViolation:
    """Make the refusal of a name that the owner has given to another pack."""
    return RuleViolation(NAME_TAKEN, errors={"name": [NAME_TAKEN]})


def refuse_event(pack: PackAccess) -> None:
    """Raise InvalidState for the pack of a community event."""
    if pack.is_community_event:
        raise InvalidState(_IS_EVENT)
