"""What a suggestion says: one short sentence, chosen by what was done and what is left. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from trackflow.services.completion.rules import Completion

_NAMED = 2
_FEW = 3


def step_list(names: Sequence[str]) -> str:
    """Join the names of steps; of more than two the first two are named and the others counted."""
    if len(names) <= _NAMED:
        return " and ".join(names)
    return f"{', '.join(names[:_NAMED])} and {len(names) - _NAMED} more"


def progress(completion: Completion, done: Sequence[str] = ()) -> str:
    """Say how a song stands: which parts were just done, if any, and what is left, if that is little."""
    remaining = completion.remaining_steps
    few_left = 1 <= len(remaining) <= _FEW
    if done and few_left:
        return f"{step_list(done)} done, {step_list(remaining)} to go"
    if done:
        return f"{step_list(done)} done, keep it up"
    if few_left:
        return f"Only {step_list(remaining)} {_are(remaining)} left"
    if remaining:
        return "There is more to do: pick a part and carry on"
    return f"{completion.percentage}% done"


def event(name: str) -> str:
    """Name the community event that a song belongs to."""
    return f"\N{CHEERING MEGAPHONE} {name}"


def waiting(steps: Sequence[str]) -> str:
    """Say which assigned steps somebody waits for."""
    return f"{step_list(steps)} {_are(steps)} waiting for you"


def dormant(days: int) -> str:
    """Say for how long nobody has worked on a song."""
    return f"Last worked on {days} days ago"


def songs_left(number: int) -> str:
    """Say how many songs of a pack are open."""
    return "One song left" if number == 1 else f"{number} songs left"


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"
