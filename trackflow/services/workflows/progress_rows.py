"""The rows of progress that a song in progress is expected to have: one per step of its owner's workflow."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, false, literal, select

from trackflow import upsert
from trackflow.clock import now_utc
from trackflow.extensions import db
from trackflow.models import Song, SongProgress, UserWorkflow, UserWorkflowStep
from trackflow.models.base import SafeDateTime
from trackflow.services.workflows.setup import ensure_workflow
from trackflow.unit_of_work import atomic

_OWNERS = select(Song.user_id).where(Song.id.in_(bindparam("song_ids", expanding=True))).distinct()


@atomic
def create_missing_progress(song_ids: Collection[int]) -> None:
    """Insert an open row for each step of its owner's workflow that a song has no row of; others stay as they are.

    An owner without a workflow gets the default one first. The caller has locked the songs.
    """
    if not song_ids:
        return
    wanted = sorted(song_ids)
    for owner_id in sorted(db.session.execute(_OWNERS, {"song_ids": wanted}).scalars()):
        ensure_workflow(owner_id)
    now = literal(now_utc(), SafeDateTime)
    steps = (
        select(Song.id, UserWorkflowStep.step_name, false(), now, now)
        .join(UserWorkflow, UserWorkflow.user_id == Song.user_id)
        .join(UserWorkflowStep, UserWorkflowStep.workflow_id == UserWorkflow.id)
        .where(Song.id.in_(wanted))
        .order_by(Song.id, UserWorkflowStep.order_index)
    )
    columns = ("song_id", "step_name", "is_completed", "created_at", "updated_at")
    db.session.execute(upsert.insert(SongProgress).from_select(columns, steps).on_conflict_do_nothing())
