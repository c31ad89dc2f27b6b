"""Telling everybody of a pack, once: on its first release that the home page shows."""

from __future__ import annotations

from sqlalchemy import bindparam, func, update

from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import Pack
from trackflow.services.pack_lifecycle.events import PackShown
from trackflow.unit_of_work import atomic, emit

_ANNOUNCE = (
    update(Pack)
    .where(
        Pack.id == bindparam("wanted_id"),
        Pack.release_announced_at.is_(None),
        Pack.released_at.is_not(None),
        Pack.show_on_homepage,
    )
    .values(release_announced_at=bindparam("now"))
    .returning(func.coalesce(Pack.released_by_user_id, bindparam("actor_id")))
)


@atomic
def announce(actor_id: int, pack_id: int) -> None:
    """Emit PackShown if the pack is released, on the home page, and was never announced; it has a released song."""
    values = {"wanted_id": pack_id, "now": now_utc(), "actor_id": actor_id}
    releaser_id: int | None = db.session.connection().execute(_ANNOUNCE, values).scalar()
    if releaser_id is not None:
        emit(PackShown(pack_id, releaser_id, actor_id))
