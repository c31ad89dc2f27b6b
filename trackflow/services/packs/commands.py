"""Making packs and editing their names and priorities. What also changes songs is in `pack_lifecycle`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from trackflow.actor import Actor
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import Pack
from trackflow.services.packs import rules
from trackflow.services.packs.events import PackCreated, PackEdited
from trackflow.services.permissions.packs import EDIT, pack_access
from trackflow.services.points.commands import recompute
from trackflow.unit_of_work import atomic, emit
from trackflow.upsert import insert_if_absent


@atomic
def create(actor: Actor, name: str, priority: int | None) -> int:
    """Make a pack of the actor; return its id.

    Raises RuleViolation if the actor has one of this name, case and blanks ignored. Emits PackCreated.
    """
    pack_id = insert_if_absent(Pack, {"user_id": actor.id, "name": name, "priority": priority})
    if pack_id is None:
        raise rules.name_taken()
    recompute([actor.id])
    emit(PackCreated(actor.id, actor.id, pack_id))
    return pack_id


@atomic
def edit(actor: Actor, pack_id: int, changes: Mapping[str, Any]) -> None:
    """Save the name or the priority; a missing key means unchanged, a priority of None clears it.

    Owner and `pack_edit` may. Raises NotFound, Forbidden, InvalidState for the pack of a community event, and
    RuleViolation if the owner has another pack of this name. Emits PackEdited.
    """
    pack = pack_access(actor.id, pack_id, lock=True)
    pack.require(EDIT)
    rules.refuse_event(pack)
    values = {key: changes[key] for key in ("name", "priority") if key in changes}
    if values.get("name", "") is None:
        del values["name"]
    statement = update(Pack).where(Pack.id == pack_id).values(**values, updated_at=now_utc())
    try:
        db.session.execute(statement.execution_options(synchronize_session=False))
    except IntegrityError as broken:  # the unique index alone can tell, whoever else names a pack at the same time
        raise rules.name_taken() from broken
    emit(PackEdited(actor.id, pack.user_id, pack_id))
