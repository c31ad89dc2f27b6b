"""Adding entries to the file history of a song, and deleting them. Entries are never edited."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, insert, select

from trackflow.actor import Actor
from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import FileLink, SongStatus
from trackflow.services.completion.queries import completion_by_song
from trackflow.services.file_links import rules
from trackflow.services.permissions.songs import EDIT, OWN, SongAccess, song_access
from trackflow.unit_of_work import atomic

NO_SUCH_LINK = "There is no such file link."
_STORED = select(FileLink.song_id, FileLink.user_id).where(FileLink.id == bindparam("link_id")).with_for_update()


@atomic
def add(actor: Actor, song_id: int, file_url: str, message: str) -> int:
    """Add an entry to a song that the actor may edit; return its id.

    Raises NotFound, Forbidden, and RuleViolation for a bad link, a too long message, or none on an unfinished song.
    """
    access = song_access(actor.id, song_id, lock=True)
    access.require(EDIT)
    row = {
        "song_id": song_id,
        "user_id": actor.id,
        "file_url": rules.file_url(file_url),
        "message": rules.message(message),
    }
    if not row["message"] and not _is_finished(access):
        raise rules.missing_message()
    link_id: int = db.session.execute(insert(FileLink).returning(FileLink.id), row).scalar_one()
    return link_id


@atomic
def remove(actor: Actor, link_id: int) -> None:
    """Delete an entry. Who wrote it may, and who owns the song; raises NotFound and Forbidden."""
    link = db.session.execute(_STORED, {"link_id": link_id}).first()
    if link is None:
        raise NotFound(NO_SUCH_LINK)
    if link.user_id != actor.id:
        song_access(actor.id, link.song_id).require(OWN)
    db.session.execute(delete(FileLink).where(FileLink.id == link_id))


def _is_finished(song: SongAccess) -> bool:
    """Say whether the song is released, or every step of its owner's workflow is done."""
    return song.status == SongStatus.RELEASED or completion_by_song([song.id])[song.id].is_complete
