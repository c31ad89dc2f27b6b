"""Writes of the achievements domain."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from trackflow import upsert
from trackflow.extensions import db
from trackflow.models import Achievement, UserAchievement
from trackflow.services.achievements.catalogue import CATALOGUE, REPLACED, Entry
from trackflow.unit_of_work import atomic

_COLUMNS = tuple(field.name for field in dataclasses.fields(Entry))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the catalogue changed: how many entries are new, how many differ, and whose points do."""

    added: int
    changed: int
    repriced: tuple[str, ...]


@atomic
def load_catalogue() -> Loaded:
    """Bring the stored catalogue in line with the one in the code, by code; a second call changes nothing.

    Entries that are only in the database stay, with their holders. Points of users are not recomputed here: `repriced`
    says whether they have to be.
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
    replaced = [old for old in REPLACED if old in stored]
    for old in replaced:
        _move_holders(old, REPLACED[old])
    known = [entry for entry in wanted if entry.code in stored]
    repriced = [entry.code for entry in known if stored[entry.code].points != entry.points]
    return Loaded(added=len(wanted) - len(known), changed=len(known), repriced=(*repriced, *replaced))


def _upsert(entries: list[Entry]) -> None:
    statement = upsert.insert(Achievement).values([dataclasses.asdict(entry) for entry in entries])
    changes = {name: statement.excluded[name] for name in _COLUMNS if name != "code"}
    db.session.execute(statement.on_conflict_do_update(index_elements=[Achievement.code], set_=changes))


def _move_holders(old: str, new: str) -> None:
    """Give the holders of a replaced entry the new one, unless they have it, and remove the old."""
    ids = dict(
        db.session.execute(select(Achievement.code, Achievement.id).where(Achievement.code.in_((old, new)))).tuples()
    )
    has_new = select(UserAchievement.user_id).where(UserAchievement.achievement_id == ids[new])
    db.session.execute(
        update(UserAchievement)
        .where(UserAchievement.achievement_id == ids[old], UserAchievement.user_id.not_in(has_new))
        .values(achievement_id=ids[new])
    )
    db.session.execute(delete(UserAchievement).where(UserAchievement.achievement_id == ids[old]))
    db.session.execute(delete(Achievement).where(Achievement.id == ids[old]))
