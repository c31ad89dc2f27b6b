"""Carries the progress of a user's songs over to a changed workflow, so that finished work stays finished.

The number of statements does not depend on the number of songs. The caller has locked the songs (`lock_songs`) before
the workflow: who ticks a step off meanwhile waits, and then finds the new steps; and who starts a song, which may make
the workflow, takes the two locks in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import CTE, Select, and_, case, delete, func, literal, or_, select, true, update
from sqlalchemy.orm import aliased

from trackflow import upsert
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import PartAssignment, Song, SongProgress, SongStatus, UserWorkflowStep
from trackflow.models.base import SafeDateTime
from trackflow.services.workflows.changes import Change, Renaming
from trackflow.unit_of_work import atomic


@atomic
def lock_songs(user_id: int) -> bool:
    """Lock the user's songs until the command ends; return whether there are any."""
    return bool(db.session.execute(_songs_of(user_id).order_by(Song.id).with_for_update(key_share=True)).all())


@atomic
def carry_over(user_id: int, workflow_id: int, change: Change, before: Sequence[str]) -> None:
    """Let the progress of the user's songs follow a change of the workflow, which has its new steps already."""
    if change.renamed is not None:
        rename_step(user_id, change.renamed)
    if change.added:
        add_steps(user_id, workflow_id, change.added, before)
    if change.removed:
        forget_open_steps(user_id, change.removed)


@atomic
def add_steps(user_id: int, workflow_id: int, added: Sequence[str], before: Sequence[str]) -> None:
    """Insert the rows of new steps where there are none, for the user's songs.

    Done for released songs and for those whose every previous step was done; to be done for the others In Progress.
    Which songs are done is found out once per song and not again for each new step.
    """
    song = _concerned(user_id, before).c
    now = literal(now_utc(), SafeDateTime)
    source = (
        select(song.id, UserWorkflowStep.step_name, song.is_done, case((song.is_done, now)), now, now)
        .join(UserWorkflowStep, true())
        .where(UserWorkflowStep.workflow_id == workflow_id, UserWorkflowStep.step_name.in_(added))
    )
    columns = ["song_id", "step_name", "is_completed", "completed_at", "created_at", "updated_at"]
    statement = upsert.insert(SongProgress).from_select(columns, source)
    existing = [SongProgress.song_id, SongProgress.step_name]
    db.session.execute(statement.on_conflict_do_nothing(index_elements=existing))


@atomic
def forget_open_steps(user_id: int, removed: Sequence[str]) -> None:
    """Delete what the user's songs hold of removed steps, except what is done or has a note.

    A missing row means an open step, so nothing is lost if the step comes back.
    """
    has_no_note = or_(SongProgress.notes.is_(None), SongProgress.notes == "")
    db.session.execute(
        delete(SongProgress).where(
            SongProgress.song_id.in_(_songs_of(user_id)),
            SongProgress.step_name.in_(removed),
            ~SongProgress.is_completed,
            has_no_note,
        )
    )


@atomic
def rename_step(user_id: int, renaming: Renaming) -> None:
    """Let progress and assignments of the user's songs follow a step to its new name.

    Progress that an earlier step of the new name left behind gives way; an assignment that exists under both names
    stays once.
    """
    songs = _songs_of(user_id)
    db.session.execute(
        delete(SongProgress).where(SongProgress.song_id.in_(songs), SongProgress.step_name == renaming.new)
    )
    db.session.execute(
        update(SongProgress)
        .where(SongProgress.song_id.in_(songs), SongProgress.step_name == renaming.old)
        .values(step_name=renaming.new, updated_at=now_utc())
    )
    old = aliased(PartAssignment)
    same_under_old_name = (
        select(old.id)
        .where(
            old.song_id == PartAssignment.song_id,
            old.collaborator == PartAssignment.collaborator,
            old.field == renaming.old,
        )
        .exists()
    )
    db.session.execute(
        delete(PartAssignment).where(
            PartAssignment.song_id.in_(songs), PartAssignment.field == renaming.new, same_under_old_name
        )
    )
    db.session.execute(
        update(PartAssignment)
        .where(PartAssignment.song_id.in_(songs), PartAssignment.field == renaming.old)
        .values(field=renaming.new)
    )


def _songs_of(user_id: int) -> Select[int]:
    return select(Song.id).where(Song.user_id == user_id)


def _concerned(user_id: int, before: Sequence[str]) -> CTE:
    """Return the user's songs that get rows of new steps, with `is_done`: whether the new steps are done.

    Without previous steps only released songs are done.
    """
    is_one_of_before = and_(
        SongProgress.song_id == Song.id, SongProgress.is_completed, SongProgress.step_name.in_(before)
    )
    all_done = and_(literal(bool(before)), func.count(SongProgress.id) == len(before))
    is_done = or_(Song.status == SongStatus.RELEASED.value, all_done)
    return (
        select(Song.id, is_done.label("is_done"))
        .outerjoin(SongProgress, is_one_of_before)
        .where(Song.user_id == user_id)
        .group_by(Song.id, Song.status)
        .having(or_(is_done, Song.status == SongStatus.IN_PROGRESS.value))
        .order_by(Song.id)
        .cte("concerned")
        .prefix_with("MATERIALIZED")
    )
