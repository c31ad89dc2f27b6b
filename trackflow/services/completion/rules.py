"""What it means that a song is complete: pure, over the names of its steps. The SQL twins are in `expressions`."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Completion:
    """How far a song is, measured by one workflow; `remaining` holds the step names that are open, in order."""

    completed: int
    total: int
    remaining: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Say whether every step is done; without steps nothing is ever complete."""
        return self.total > 0 and not self.remaining

    @property
    def percentage(self) -> int:
        """Return how much is done, from 0 to 100."""
        return percentage(self.completed, self.total)

    @property
    def remaining_steps(self) -> list[str]:
        """Return the open steps as people read them."""
        return [step_title(name) for name in self.remaining]


def completion_of(steps: Sequence[str], done: Collection[str]) -> Completion:
    """Measure the names of done steps by these steps; names that are no step of the workflow never count."""
    remaining = tuple(name for name in steps if name not in done)
    return Completion(completed=len(steps) - len(remaining), total=len(steps), remaining=remaining)


def percentage(completed: int, total: int) -> int:
    """Return the share in per cent, halves rounded up as the client does; of nothing it is 0."""
    return (200 * completed + total) // (2 * total) if total else 0


def step_title(step_name: str) -> str:
    """Return a step's name as people read it: `drum_fills` becomes `Drum Fills`."""
    return step_name.replace("_", " ").title()
