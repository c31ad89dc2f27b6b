"""What a list of workflow steps may be: pure rules, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trackflow.errors import RuleViolation

MAX_STEPS = 100
MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the name that progress is kept under, and the label that people read."""

    step_name: str
    display_name: str


def steps_from(raw: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return the steps in the order given; raise RuleViolation that names the 1-based step at fault."""
    if not raw:
        message = "A workflow needs at least one step."
        raise RuleViolation(message)
    if len(raw) > MAX_STEPS:
        message = f"A workflow has at most {MAX_STEPS} steps."
        raise RuleViolation(message)
    steps: list[Step] = []
    seen: set[str] = set()
    for position, item in enumerate(raw, start=1):
        step = Step(str(item["step_name"]).strip(), str(item["display_name"]).strip())
        if not step.step_name or not step.display_name:
            message = f"Step {position} needs a name with at least one letter or digit."
            raise RuleViolation(message)
        if max(len(step.step_name), len(step.display_name)) > MAX_NAME_LENGTH:
            message = f"The name of step {position} is longer than {MAX_NAME_LENGTH} characters."
            raise RuleViolation(message)
        if step.step_name in seen:
            message = f"Step {position} repeats the name {step.step_name}."
            raise RuleViolation(message)
        seen.add(step.step_name)
        steps.append(step)
    return tuple(steps)
