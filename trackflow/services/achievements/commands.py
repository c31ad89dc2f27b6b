"""Writes of the achievements domain."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from trackflow import upsert
from trackflow.extensions import db
from trackflow.models import Achievement, UserAchievement
from trackflow.services.achievements.catalogue import CATALOGUE, REPLACED, Entry
from trackflow.services.points.commands import recompute
from trackflow.unit_of_work import atomic

_COLUMNS = tuple(field.name for field in dataclasses.fields(Entry))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the catalogue changed: how many entries are new, how many differed, whose points it recounted."""

    added: int
    changed: int
    recounted: int


@atomic
def load_catalogue() -> Loaded:
    """Bring the stored catalogue in line with the one in the code, by code; a second call changes nothing.

    Entries that are only in the database stay, with their holders, except the replaced ones, whose holders get the
    new entry. Points are derived anew for whoever holds an entry whose points changed.
    """
    stored = {
        entry.code: entry
        for entry in (
            Entry(*row) for row in db.session.execute(select(*(getattr(Achievement, name) for name in _COLUMNS))).all()
        )
    }
    wanted = [entry for entry in CATALOGUE if stored.get(entry.code) != entry]
    if wanted:
        _upsert(wanted)
    replaced = [code for code in REPLACED if code in stored]
    for code in replaced:
        _move_holders(code, REPLACED[code])
    known = [entry for entry in wanted if entry.code in stored]
    repriced = [entry.code for entry in known if stored[entry.code].points != entry.points]
    holders = _holders([*repriced, *(REPLACED[code] for code in replaced)])
    recompute(holders)
    return Loaded(added=len(wanted) - len(known), changed=len(known), recounted=len(holders))


def _holders(codes: list[str]) -> Sequence[int]:
    """Return the users who have earned any of these entries."""
    statement = (
        select(UserAchievement.user_id)
        .distinct()
        .join(Achievement, Achievement.id == UserAchievement.achievement_id)
        .where(Achievement.code.in_(codes))
    )
    return db.session.scalars(statement).all() if codes else []


def _upsert(entries: list[Entry]) -> None:
    statement = upsert.insert(Achievement).values([dataclasses.asdict(entry) for entry in entries])
    changes = {name: statement.excluded[name] for name in _COLUMNS if name != "code"}
    db.session.execute(statement.on_conflict_do_update(index_elements=[Achievement.code], set_=changes))


def _move_holders(old: str, new: str) -> None:
    """Give the holders of a replaced entry the new one, unless they have it, and remove the old."""
    rows = db.session.execute(select(Achievement.code, Achievement.id).where(Achievement.code.in_((old, new))))
    ids = {row.code: row.id for row in rows}
    has_new = select(UserAchievement.user_id).where(UserAchievement.achievement_id == ids[new])
    db.session.execute(
        update(UserAchievement)
        .where(UserAchievement.achievement_id == ids[old], UserAchievement.user_id.not_in(has_new))
        .values(achievement_id=ids[new])
    )
    db.session.execute(delete(UserAchievement).where(UserAchievement.achievement_id == ids[old]))
    db.session.execute(delete(Achievement).where(Achievement.id == ids[old]))
