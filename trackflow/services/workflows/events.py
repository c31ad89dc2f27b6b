"""What happened to workflows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkflowChanged:
    """A user saved the own workflow; `sections` says which parts were sent: `meta`, `steps`."""

    user_id: int
    workflow_id: int
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WorkflowReset:
    """A user took the default template's steps back; the template has no id before it is loaded."""

    user_id: int
    workflow_id: int
    template_id: int | None
