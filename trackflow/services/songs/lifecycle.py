"""Carries out status changes: the song, the ledger of entries, the rows of progress. For one song and for many.

The callers have locked the songs in the order of their ids; they recompute points and emit what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from sqlalchemy import insert, update

from trackflow.clock import now_utc
from trackflow.errors import Busy
from trackflow.extensions import db
from trackflow.models import Song, SongStatus, StatusEntry
from trackflow.services.songs.events import StatusChange
from trackflow.services.songs.transitions import TRANSITIONS, written_by
from trackflow.services.workflows.progress_rows import create_missing_progress
from trackflow.unit_of_work import atomic


@atomic
def change_statuses(changes: Sequence[StatusChange]) -> None:
    """Move songs to other statuses. Raises Busy if a song is no longer where the change starts."""
    now = now_utc()
    for (old, new), group in groupby(sorted(changes, key=_kind), key=_kind):
        wanted = [change.song_id for change in group]
        moved = db.session.execute(
            update(Song)
            .where(Song.id.in_(wanted), Song.status == old)
            .values(written_by(SongStatus(old), SongStatus(new), now))
            .returning(Song.id)
            .execution_options(synchronize_session=False)
        ).all()
        if len(moved) != len(wanted):
            message = "The song was changed at the same time; please try again."
            raise Busy(message, retry_after=1)
    if not changes:
        return
    db.session.execute(
        insert(StatusEntry),
        [
            {
                "song_id": change.song_id,
                "user_id": change.owner_id,
                "from_status": change.old.value,
                "to_status": change.new.value,
                "entered_at": now,
            }
            for change in changes
        ],
    )
    create_missing_progress(
        [change.song_id for change in changes if TRANSITIONS[change.old, change.new].wants_progress]
    )


@atomic
def record_first_statuses(owner_id: int, statuses: Sequence[tuple[int, SongStatus]]) -> None:
    """Enter new songs of one owner, as (id, status), into the ledger, and give those in progress their rows."""
    db.session.connection().execute(
        insert(StatusEntry),
        [
            {"song_id": song_id, "user_id": owner_id, "from_status": None, "to_status": status.value}
            for song_id, status in statuses
        ],
    )
    create_missing_progress([song_id for song_id, status in statuses if status is SongStatus.IN_PROGRESS])


def _kind(change: StatusChange) -> tuple[str, str]:
    return change.old.value, change.new.value
