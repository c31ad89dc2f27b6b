"""What saving a workflow means for progress: which steps are new, gone, or only have another name. Pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trackflow.services.workflows.steps import PlacedStep


@dataclass(frozen=True, slots=True)
class Renaming:
    """A step that goes on under another name."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two lists of steps; a renamed step is neither added nor removed."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: Renaming | None = None


def difference(before: Sequence[PlacedStep], after: Sequence[PlacedStep], *, detect_renaming: bool) -> Change:
    """Compare two lists, each in order.

    The client makes a step's name from its label, so a new label arrives as one name gone and one name new. That is
    taken for a renaming when the number of steps is the same and both stand at the same place.
    """
    old_names = [step.step_name for step in before]
    new_names = [step.step_name for step in after]
    added = tuple(name for name in new_names if name not in old_names)
    removed = tuple(name for name in old_names if name not in new_names)
    if detect_renaming and len(added) == len(removed) == 1:
        old, new = removed[0], added[0]
        if old_names.index(old) == new_names.index(new):
            return Change(renamed=Renaming(old, new))
    return Change(added=added, removed=removed)
