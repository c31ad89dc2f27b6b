"""Who does which part of a song: the whole list is replaced at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, insert, select

from trackflow.actor import Actor
from trackflow.extensions import db
from trackflow.models import PartAssignment
from trackflow.services.authoring.events import AssignmentsReplaced
from trackflow.services.permissions.songs import ASSIGN_PARTS, song_access
from trackflow.unit_of_work import atomic, emit

Assignment = tuple[str, str]

_STORED = (
    select(PartAssignment.collaborator, PartAssignment.field)
    .where(PartAssignment.song_id == bindparam("song_id"))
    .order_by(PartAssignment.id)
)


@atomic
def replace(actor: Actor, song_id: int, assignments: Sequence[Assignment]) -> None:
    """Replace the song's assignments, pairs of a person's name and a step's name; repeated pairs count once.

    Song owner, `song_edit`, `pack_edit` and the pack's owner may. The names need not be known. Raises NotFound and
    Forbidden. Emits AssignmentsReplaced if other pairs than before are stored; another order alone is no news.
    """
    access = song_access(actor.id, song_id, lock=True)
    access.require(ASSIGN_PARTS)
    wanted = list(dict.fromkeys(assignments))
    before = [(row.collaborator, row.field) for row in db.session.execute(_STORED, {"song_id": song_id})]
    if wanted == before:
        return
    db.session.execute(delete(PartAssignment).where(PartAssignment.song_id == song_id))
    if wanted:
        rows = [{"song_id": song_id, "collaborator": name, "field": field} for name, field in wanted]
        db.session.execute(insert(PartAssignment), rows)
    if set(wanted) != set(before):
        emit(AssignmentsReplaced(actor.id, song_id, access.user_id, access.status, tuple(wanted)))
