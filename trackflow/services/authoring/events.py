"""What happened to the progress and the assignments of songs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StepsCompleted:
    """Steps of a song went from open to done in one request; `steps` are their names, in the workflow's order.

    `announced` says whether the people of the song are told: "complete all" is done quietly.
    """

    actor_id: int
    song_id: int
    owner_id: int
    pack_id: int | None
    status: str
    steps: tuple[str, ...]
    announced: bool


@dataclass(frozen=True, slots=True)
class AssignmentsReplaced:
    """The parts of a song went to other people; `assignments` are all pairs of a person's name and a step's name."""

    actor_id: int
    song_id: int
    owner_id: int
    status: str
    assignments: tuple[tuple[str, str], ...]
