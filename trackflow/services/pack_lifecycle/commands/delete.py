"""Deleting a pack with the owner's songs in it; the songs of others stay, without a pack."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, or_, select, update
from sqlalchemy import delete as delete_rows

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import AlbumSeries, Pack, Song
from trackflow.services.pack_lifecycle.locking import locked_pack
from trackflow.services.packs.events import PackDeleted
from trackflow.services.packs.rules import refuse_event
from trackflow.services.permissions.packs import OWN
from trackflow.services.points.commands import recompute
from trackflow.unit_of_work import atomic, emit


@atomic
def delete(actor: Actor, pack_id: int) -> str:
    """Delete a pack of the actor with the actor's songs in it; return its name.

    The foreign keys take along or empty what hangs on pack and songs. Raises NotFound, Forbidden unless the actor
    owns it, and InvalidState for the pack of a community event. Emits PackDeleted.
    """
    pack, songs = locked_pack(actor.id, pack_id)
    pack.require(OWN)
    refuse_event(pack)
    connection = db.session.connection()
    connection.execute(delete_rows(Song).where(Song.pack_id == pack_id, Song.user_id == actor.id))
    connection.execute(update(Song).where(Song.pack_id == pack_id).values(pack_id=None, updated_at=now_utc()))
    _delete_empty_series(pack_id, {song.album_series_id for song in songs if song.album_series_id is not None})
    connection.execute(delete_rows(Pack).where(Pack.id == pack_id))
    recompute([actor.id])
    emit(PackDeleted(actor.id, pack_id, pack.name))
    return pack.name


def _delete_empty_series(pack_id: int, touched: Collection[int]) -> None:
    """Delete the series on this pack, and those of its songs on no pack, that are left without any song."""
    in_question = or_(
        AlbumSeries.pack_id == pack_id, and_(AlbumSeries.pack_id.is_(None), AlbumSeries.id.in_(sorted(touched)))
    )
    has_songs = select(Song.id).where(Song.album_series_id == AlbumSeries.id).exists()
    db.session.connection().execute(delete_rows(AlbumSeries).where(in_question, ~has_songs))
