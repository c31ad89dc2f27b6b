"""Ways to read a number and write the next one, as commands do."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select, update

from trackflow.errors import Busy
from trackflow.extensions import db
from trackflow.models import Pack
from trackflow.unit_of_work import atomic

Step = Callable[[int], None]


def read(pack_id: int) -> Pack:
    """Load the row as commands do: locked, and never from the session's memory."""
    statement = select(Pack).where(Pack.id == pack_id).with_for_update().execution_options(populate_existing=True)
    return db.session.execute(statement).scalar_one()


@atomic
def add_one_by_object(pack_id: int) -> None:
    found = read(pack_id)
    found.priority = (found.priority or 0) + 1


@atomic
def add_one_by_statement(pack_id: int) -> None:
    value = db.session.execute(select(Pack.priority).where(Pack.id == pack_id).with_for_update()).scalar_one()
    db.session.execute(update(Pack).where(Pack.id == pack_id).values(priority=(value or 0) + 1))


def add_one_after_reading(pack_id: int) -> None:
    """Read the row before the command, as a request reads its actor: the session must not remember it."""
    before = db.session.get(Pack, pack_id)
    assert before is not None
    _ = before.priority
    add_one_carelessly(pack_id)


@atomic
def add_one_carelessly(pack_id: int) -> None:
    found = db.session.execute(select(Pack).where(Pack.id == pack_id).with_for_update()).scalar_one()
    found.priority = (found.priority or 0) + 1


def add(pack_id: int, times: int, step: Step = add_one_by_object) -> int:
    """Take so many steps; return how many were not refused as busy."""
    done = 0
    for _ in range(times):
        try:
            step(pack_id)
        except Busy:
            continue
        done += 1
    return done
