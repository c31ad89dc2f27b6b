"""Which of the suggestions are shown this time: chance chooses among the best, an event's song stands first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

from trackflow.services.dashboard.categories import Suggestion, choice_size


def choose(suggestions: Iterable[Suggestion], limit: int, source: Random) -> list[Suggestion]:
    """Return at most `limit` suggestions with different ids, in an order of chance but for that of an event."""
    best: dict[str, Suggestion] = {}
    for suggestion in sorted(suggestions, key=lambda suggestion: -suggestion.priority):
        best.setdefault(suggestion.id, suggestion)
    first = [suggestion for suggestion in best.values() if suggestion.is_event][:1]
    others = [suggestion for suggestion in best.values() if suggestion not in first][: choice_size(limit)]
    return first + source.sample(others, min(len(others), limit - len(first)))
