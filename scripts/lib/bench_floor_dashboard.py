"""The floor of the dashboard: its facts by hand-written SQL; the pure rules that choose among them are the product's.

The measured community has no events, assignments or people without a workflow, and enough songs that no pack is asked
for; of these the floor knows nothing.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import Any

from scripts.lib.bench_floor import cursor, written
from trackflow.clock import now_utc
from trackflow.services.completion.rules import completion_of
from trackflow.services.dashboard import categories
from trackflow.services.dashboard.categories import Facts, Named, Work
from trackflow.services.dashboard.selection import choose

_chance = Random()  # noqa: S311  (nothing depends on this order)
_RECENT = """
WITH mine AS (
  SELECT id, user_id FROM songs WHERE user_id = {u}
  UNION SELECT s.id, s.user_id FROM collaborations c JOIN songs s ON s.id = c.song_id WHERE c.user_id = {u}
  UNION SELECT s.id, s.user_id FROM collaborations c JOIN songs s ON s.pack_id = c.pack_id
        WHERE c.user_id = {u} AND c.collaboration_type = 'pack_edit')
SELECT g.song_id, g.step_name FROM mine m JOIN song_progress g ON g.song_id = m.id
WHERE g.is_completed AND g.completed_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM user_workflows w JOIN user_workflow_steps t ON t.workflow_id = w.id
  WHERE w.user_id = m.user_id AND t.step_name = g.step_name)
ORDER BY g.completed_at DESC, g.id DESC LIMIT 20"""
_SONGS = """
SELECT s.id, s.user_id, s.title, s.artist, s.album_cover, s.status, s.updated_at, s.created_at,
(SELECT max(g.updated_at) FROM song_progress g WHERE g.song_id = s.id)
FROM songs s WHERE s.status = 'In Progress' AND NOT s.optional AND (s.id IN (
  SELECT id FROM (SELECT id FROM songs WHERE user_id = {u} AND status = 'In Progress' AND NOT optional
  ORDER BY updated_at DESC, id DESC LIMIT 50) newest) OR s.id IN ({recent}))
ORDER BY s.updated_at DESC, s.id DESC"""
_STEPS = """
SELECT w.user_id, t.step_name FROM user_workflows w JOIN user_workflow_steps t ON t.workflow_id = w.id
WHERE w.user_id IN ({owners}) ORDER BY w.user_id, t.order_index"""
_DONE = "SELECT song_id, step_name FROM song_progress WHERE is_completed AND song_id IN ({songs})"


class Dashboard:
    """The statements in the words of one database, and what runs them."""

    def __init__(self, dialect: str) -> None:
        """Write the statements once."""
        self._is_sqlite = dialect == "sqlite"
        self._recent, self._songs = (
            written(text.replace("{recent}", "@"), is_sqlite=self._is_sqlite) for text in (_RECENT, _SONGS)
        )

    def suggestions(self, user_id: int, limit: int) -> list[dict[str, Any]]:
        """Return what the user may want to continue with."""
        with cursor() as found:
            recent: dict[int, list[str]] = {}
            for song, step in found.execute(self._recent, {"u": user_id}).fetchall():
                recent.setdefault(song, []).append(step)
            rows = found.execute(self._songs.replace("@", _listed(recent)), {"u": user_id}).fetchall()
            steps: dict[int, list[str]] = {}
            owners = _listed({row[1] for row in rows})
            for owner, step in found.execute(_STEPS.replace("{owners}", owners)).fetchall():
                steps.setdefault(owner, []).append(step)
            done: dict[int, set[str]] = {row[0]: set() for row in rows}
            for song, step in found.execute(_DONE.replace("{songs}", _listed(done))).fetchall():
                done[song].add(step)
        works = {row[0]: self._work(row, steps[row[1]], done[row[0]]) for row in rows}
        own = [works[row[0]] for row in rows if row[1] == user_id][:50]
        worked = [Named(works[song], tuple(names)) for song, names in recent.items() if song in works]
        facts = Facts(own=own, event=[], recent=worked, assigned=[])
        board = categories.signals(facts, now_utc())
        categories.fill(board, facts, limit)
        return [suggestion.values() for suggestion in choose(board.found.values(), limit, _chance)]

    def _work(self, row: Any, steps: list[str], done: set[str]) -> Work:
        song, _, title, artist, cover, status, updated_at, created_at, worked_at = row
        updated, created, worked = (self._moment(value) for value in (updated_at, created_at, worked_at))
        touched = updated or created or datetime.min  # noqa: DTZ901  (naive UTC, as all stored times)
        return Work(song, title, artist, cover, status, updated, touched, worked or touched, completion_of(steps, done))

    def _moment(self, value: Any) -> datetime | None:
        moment: datetime | None = datetime.fromisoformat(value) if self._is_sqlite and value else value
        return moment


def _listed(numbers: Any) -> str:
    """Write numbers from the database into the statement."""
    return ", ".join(str(int(number)) for number in numbers) or "0"
