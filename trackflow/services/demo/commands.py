"""Stores the demo community, once: one INSERT per table, then the points and counters by their own rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select, insert, select

from trackflow import upsert
from trackflow.clock import now_utc
from trackflow.errors import RuleViolation
from trackflow.extensions import Base, db
from trackflow.models import (
    Achievement,
    Artist,
    Collaboration,
    Pack,
    PartAssignment,
    Song,
    SongProgress,
    StatusEntry,
    User,
    UserAchievement,
    UserStats,
    UserWorkflow,
    UserWorkflowStep,
    text_key,
)
from trackflow.services.achievements.catalogue import WELCOME_ABOARD
from trackflow.services.auth.passwords import hasher
from trackflow.services.demo import rows
from trackflow.services.demo.shapes import MAIL_DOMAIN, World
from trackflow.services.demo.world import ADMIN_NAME, build
from trackflow.services.points.commands import recompute
from trackflow.services.workflows.setup import default_steps
from trackflow.unit_of_work import atomic, release

PASSWORD = "trackflow-demo"  # noqa: S105  (of accounts to try things out with; refused in production)
STAGES = 5

OnStage = Callable[[int], object]


def load(seed: int, people: int, on_stage: OnStage = lambda _number: None) -> World | None:
    """Store a community of so many people; return it, or None if there is one already, which stays as it is.

    Calls `on_stage(1)` after each of its `STAGES`. Raises RuleViolation when somebody else has one of the names.
    """
    if _is_loaded():
        return None
    _, steps = default_steps()
    release()
    world = build(seed, people, now_utc(), [step.step_name for step in steps])
    return world if _store(world, hasher().hash(PASSWORD), on_stage) else None


def _is_loaded() -> bool:
    """Say whether the community's administrator is there, known by an address that leads nowhere."""
    admin = select(User.id).where(User.email == f"{ADMIN_NAME}@{MAIL_DOMAIN}")
    return db.session.execute(admin).first() is not None


@atomic
def _store(world: World, hashed_password: str, on_stage: OnStage) -> bool:
    """Store everything in one transaction; return whether it was not there."""
    if _is_loaded():
        return False
    _refuse_taken_names(world)
    users = _store_users(world, hashed_password)
    on_stage(1)
    _store_workflows(world, users)
    on_stage(1)
    packs = _store_packs(world, users)
    songs = _store_songs(world, users, packs)
    on_stage(1)
    _insert(StatusEntry, rows.ledger(world, users, songs))
    _insert(SongProgress, rows.progress(world, users, songs))
    on_stage(1)
    _insert(Collaboration, rows.rights(world, users, packs, songs))
    _insert(PartAssignment, rows.parts(world, songs))
    recompute(users)
    on_stage(1)
    return True


def _refuse_taken_names(world: World) -> None:
    keys = [text_key(person.username) for person in world.people]
    taken = db.session.execute(select(User.username).where(User.username_key.in_(keys)).limit(1)).scalar()
    if taken is not None:
        message = f"An account named {taken} already exists, and the demo needs that name."
        raise RuleViolation(message)


def _store_users(world: World, hashed_password: str) -> list[int]:
    _insert(User, rows.users(world, hashed_password))
    keys = [text_key(person.username) for person in world.people]
    ids = _ids(select(User.username_key, User.id).where(User.username_key.in_(keys)))
    users = [ids[key,] for key in keys]
    _insert(UserStats, rows.stats(world, users))
    welcome = db.session.execute(select(Achievement.id).where(Achievement.code == WELCOME_ABOARD)).scalar_one()
    _insert(UserAchievement, rows.awards(world, users, welcome))
    return users


def _store_workflows(world: World, users: Sequence[int]) -> None:
    template_id, steps = default_steps()
    _insert(UserWorkflow, rows.workflows(world, users, template_id))
    ids = _ids(select(UserWorkflow.user_id, UserWorkflow.id).where(UserWorkflow.user_id.in_(users)))
    _insert(UserWorkflowStep, rows.workflow_steps(world, users, ids, steps))


def _store_packs(world: World, users: Sequence[int]) -> list[int]:
    _insert(Pack, rows.packs(world, users))
    ids = _ids(select(Pack.user_id, Pack.name, Pack.id).where(Pack.user_id.in_(users)))
    return [ids[users[pack.owner], pack.name] for pack in world.packs]


def _store_songs(world: World, users: Sequence[int], packs: Sequence[int]) -> list[int]:
    db.session.execute(upsert.insert(Artist).on_conflict_do_nothing(), list(rows.artists(world)))
    keys = [artist["name_key"] for artist in rows.artists(world)]
    artists = _ids(select(Artist.name_key, Artist.id).where(Artist.name_key.in_(keys)))
    _insert(Song, rows.songs(world, users, packs, artists))
    ids = _ids(select(Song.user_id, Song.artist, Song.title, Song.id).where(Song.user_id.in_(users)))
    return [ids[users[song.owner], song.track.artist, song.track.title] for song in world.songs]


def _insert(model: type[Base], values: rows.Rows) -> None:
    waiting = list(values)
    if waiting:
        db.session.execute(insert(model), waiting)


def _ids(statement: Select[*tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    """Return the columns but the last -> the last, which is the id."""
    return {tuple(row[:-1]): row[-1] for row in db.session.execute(statement).all()}
