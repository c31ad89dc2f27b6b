"""Deleting a song with everything that hangs on it; what only mentions it loses the mention."""

from __future__ import annotations

from sqlalchemy import delete as delete_rows

from trackflow.actor import Actor
from trackflow.extensions import db
from trackflow.models import Song
from trackflow.services.permissions.songs import OWN, song_access
from trackflow.services.points.commands import recompute
from trackflow.unit_of_work import atomic


@atomic
def delete(actor: Actor, song_id: int) -> None:
    """Delete a song of the actor; the foreign keys take its rows along, and the ledger keeps its entries.

    Raises NotFound, and Forbidden unless the actor owns it.
    """
    song = song_access(actor.id, song_id, lock=True)
    song.require(OWN)
    db.session.execute(delete_rows(Song).where(Song.id == song.id))
    recompute([song.user_id])
