"""What a list of workflow steps may be: pure rules, no database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trackflow.errors import InvalidShape, RuleViolation

MAX_STEPS = 100
MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One step: the name that progress is kept under, and the label that people read."""

    step_name: str
    display_name: str


@dataclass(frozen=True, slots=True)
class PlacedStep(Step):
    """A step with the number that steps are sorted by; numbers may have gaps."""

    order_index: int


def steps_from(raw: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """Return the steps in the order given; raise RuleViolation that names the 1-based step at fault."""
    steps = tuple(Step(*_names(item)) for item in raw)
    fault = fault_of(steps)
    if fault is not None:
        raise RuleViolation(fault)
    return steps


def placed_from(raw: Sequence[Mapping[str, Any]]) -> tuple[PlacedStep, ...]:
    """Return the steps sorted by `order_index`; raise InvalidShape that names the 1-based step at fault, as sent."""
    steps = tuple(PlacedStep(*_names(item), order_index=int(item["order_index"])) for item in raw)
    fault = fault_of(steps) or _repeated_place(steps)
    if fault is not None:
        raise InvalidShape(fault, errors={"steps": [fault]})
    return tuple(sorted(steps, key=lambda step: step.order_index))


def numbered(steps: Sequence[Step]) -> tuple[PlacedStep, ...]:
    """Return the steps with their places in the list as numbers, from 0."""
    return tuple(PlacedStep(step.step_name, step.display_name, place) for place, step in enumerate(steps))


def fault_of(steps: Sequence[Step]) -> str | None:
    """Say in one sentence what is wrong with the list, or None."""
    if not steps:
        return "A workflow needs at least one step."
    if len(steps) > MAX_STEPS:
        return f"A workflow has at most {MAX_STEPS} steps."
    seen: set[str] = set()
    for position, step in enumerate(steps, start=1):
        if not step.step_name or not step.display_name:
            return f"Step {position} needs a name with at least one letter or digit."
        if max(len(step.step_name), len(step.display_name)) > MAX_NAME_LENGTH:
            return f"The name of step {position} is longer than {MAX_NAME_LENGTH} characters."
        if step.step_name in seen:
            return f"Step {position} repeats the name {step.step_name}."
        seen.add(step.step_name)
    return None


def _repeated_place(steps: Sequence[PlacedStep]) -> str | None:
    seen: set[int] = set()
    for position, step in enumerate(steps, start=1):
        if step.order_index in seen:
            return f"Step {position} repeats the order_index {step.order_index}."
        seen.add(step.order_index)
    return None


def _names(item: Mapping[str, Any]) -> tuple[str, str]:
    return str(item["step_name"]).strip(), str(item["display_name"]).strip()
