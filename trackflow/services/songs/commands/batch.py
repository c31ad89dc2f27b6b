"""Many songs of the actor at once: entering and deleting them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy import delete as delete_rows

from trackflow.actor import Actor
from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import Song
from trackflow.services.permissions.songs import NO_SUCH_SONG
from trackflow.services.points.commands import recompute
from trackflow.services.songs import rules
from trackflow.services.songs.commands.create import create
from trackflow.services.songs.drafts import Draft
from trackflow.unit_of_work import atomic

_OWN = (
    select(Song.id)
    .where(Song.user_id == bindparam("user_id"), Song.id.in_(bindparam("song_ids", expanding=True)))
    .order_by(Song.id)
    .with_for_update(key_share=True)
)


@atomic
def create_many(actor: Actor, drafts: Sequence[Draft]) -> list[int]:
    """Enter up to a hundred songs, each in the status it was sent with; return their ids in the order of the drafts.

    Raises and emits what `create` does, and RuleViolation for none and for too many.
    """
    rules.refuse_batch_of(len(drafts))
    return create(actor, drafts, follow_pack=False)


@atomic
def delete_many(actor: Actor, song_ids: Sequence[int]) -> int:
    """Delete songs of the actor, as `delete` does; return how many.

    Raises RuleViolation unless they are 1 to 1000 positive numbers, and NotFound if one is no song of the actor.
    """
    wanted = rules.deletable_ids(song_ids)
    found = db.session.execute(_OWN, {"user_id": actor.id, "song_ids": wanted}).scalars().all()
    if len(found) < len(wanted):
        raise NotFound(NO_SUCH_SONG)
    db.session.execute(delete_rows(Song).where(Song.id.in_(wanted)).execution_options(synchronize_session=False))
    recompute([actor.id])
    return len(wanted)
