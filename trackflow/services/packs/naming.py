"""Packs by name: one person has one pack of a name, case and blanks ignored. The unique index settles races."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from trackflow.extensions import db
from trackflow.models import Pack, text_key
from trackflow.services.packs.events import PackCreated
from trackflow.unit_of_work import atomic, emit
from trackflow.upsert import insert_if_absent

_OWN_PACK = select(Pack.id).where(Pack.user_id == bindparam("user_id"), Pack.name_key == bindparam("key"))


@dataclass(frozen=True, slots=True)
class NamedPack:
    """A pack that a name led to; `is_new` if it was created for it."""

    id: int
    is_new: bool


def own_pack(user_id: int, name: str) -> int | None:
    """Return the id of this person's pack of this name, or None."""
    found: int | None = db.session.connection().execute(_OWN_PACK, {"user_id": user_id, "key": text_key(name)}).scalar()
    return found


@atomic
def find_or_create(user_id: int, name: str, *, priority: int | None = None, actor_id: int | None = None) -> NamedPack:
    """Return this person's pack of this name, created with the priority if there is none.

    `actor_id` is who asks, if not the person. Emits PackCreated for a new one.
    """
    found = own_pack(user_id, name)
    if found is not None:
        return NamedPack(found, is_new=False)
    created = insert_if_absent(Pack, {"user_id": user_id, "name": name, "priority": priority})
    if created is not None:
        emit(PackCreated(user_id if actor_id is None else actor_id, user_id, created))
        return NamedPack(created, is_new=True)
    winner = db.session.execute(_OWN_PACK, {"user_id": user_id, "key": text_key(name)}).scalar_one()
    return NamedPack(winner, is_new=False)
