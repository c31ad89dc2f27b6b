"""Reads of progress and assignments, of one song and of many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, Select, and_, bindparam, or_, select

from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound
from trackflow.extensions import db
from trackflow.models import PartAssignment, Song, SongProgress, UserWorkflow, UserWorkflowStep, WorkflowTemplateStep
from trackflow.services.completion.expressions import default_steps, has_workflow, own_steps
from trackflow.services.completion.queries import steps_by_user
from trackflow.services.permissions import songs as songs_policy
from trackflow.services.permissions.songs import NO_SUCH_SONG, REFUSAL, VIEW, song_access
from trackflow.services.workflows.id_lists import among, array_of, id_array
from trackflow.services.workflows.policy import readable_progress

Rows = Sequence[Row[*tuple[Any, ...]]]
Values = dict[str, Any]

NOT_STORED = 0
"""The id of a row of progress that nobody has written yet."""
LEGACY_STEPS = (
    "demucs", "midi", "tempo_map", "fake_ending", "drums", "bass", "guitar", "vocals", "harmonies", "pro_keys", "keys",
    "animations", "drum_fills", "overdrive", "compile",
)  # fmt: skip

_user_id: BindParameter[int] = bindparam("user_id")
_song_id: BindParameter[int] = bindparam("song_id")
_among_songs = among(Song.id, id_array("song_ids"))


def _progress_access(*, is_admin: bool) -> Select[*tuple[Any, ...]]:
    is_readable = readable_progress(_user_id, is_admin=is_admin).label("is_readable")
    return select(Song.user_id, is_readable).where(Song.id == _song_id)


def _many_progress(*, is_admin: bool) -> Select[*tuple[Any, ...]]:
    """Select the rows of present steps: those of the owner's workflow, or of the template if there is none."""
    is_own_step = and_(
        UserWorkflowStep.workflow_id == UserWorkflow.id, UserWorkflowStep.step_name == SongProgress.step_name
    )
    default_names = default_steps().with_only_columns(WorkflowTemplateStep.step_name)
    return (
        select(SongProgress.song_id, SongProgress.step_name, SongProgress.is_completed)
        .join(Song, Song.id == SongProgress.song_id)
        .outerjoin(UserWorkflow, UserWorkflow.user_id == Song.user_id)
        .outerjoin(UserWorkflowStep, is_own_step)
        .where(
            _among_songs,
            readable_progress(_user_id, is_admin=is_admin),
            or_(
                UserWorkflowStep.id.is_not(None),
                and_(UserWorkflow.id.is_(None), SongProgress.step_name.in_(default_names)),
            ),
        )
    )


def _recent() -> Select[*tuple[Any, ...]]:
    """Select the caller's part of the completed steps first: few of everybody's latest steps concern one person."""
    completed = (
        select(
            SongProgress.id,
            SongProgress.step_name.label("part_name"),
            Song.title.label("song_title"),
            Song.id.label("song_id"),
            SongProgress.completed_at,
            Song.artist,
            Song.user_id,
        )
        .join(Song, Song.id == SongProgress.song_id)
        .where(
            songs_policy.clause(songs_policy.EDIT, _user_id),
            SongProgress.is_completed,
            SongProgress.completed_at.is_not(None),
        )
        .cte("completed")
        .prefix_with("MATERIALIZED")
        .c
    )
    own = own_steps(completed.user_id).where(UserWorkflowStep.step_name == completed.part_name)
    default = default_steps().where(WorkflowTemplateStep.step_name == completed.part_name)
    return (
        select(completed.part_name, completed.song_title, completed.song_id, completed.completed_at, completed.artist)
        .where(or_(own.exists(), and_(~has_workflow(completed.user_id), default.exists())))
        .order_by(completed.completed_at.desc(), completed.id.desc())
        .limit(bindparam("limit"))
    )


_PROGRESS_ACCESS = {is_admin: _progress_access(is_admin=is_admin) for is_admin in (False, True)}
_MANY_PROGRESS = {is_admin: _many_progress(is_admin=is_admin) for is_admin in (False, True)}
_PROGRESS = select(
    SongProgress.id,
    SongProgress.song_id,
    SongProgress.step_name,
    SongProgress.is_completed,
    SongProgress.notes,
    SongProgress.completed_at,
    SongProgress.created_at,
    SongProgress.updated_at,
).where(SongProgress.song_id == _song_id)
_DONE_NAMES = select(SongProgress.step_name).where(SongProgress.song_id == _song_id, SongProgress.is_completed)
_RECENT = _recent()
_ASSIGNMENTS = (
    select(PartAssignment.collaborator, PartAssignment.field)
    .where(PartAssignment.song_id == _song_id)
    .order_by(PartAssignment.id)
)
_MANY_ASSIGNMENTS = (
    select(PartAssignment.song_id, PartAssignment.collaborator, PartAssignment.field)
    .join(Song, Song.id == PartAssignment.song_id)
    .where(_among_songs, songs_policy.clause(VIEW, _user_id))
    .order_by(PartAssignment.song_id, PartAssignment.id)
)


def progress(actor: Actor, song_id: int) -> list[Values]:
    """Return each step of the owner's workflow, in order, with its row or an open one that is not stored.

    For whom the bulk operation shows it. Raises NotFound and Forbidden.
    """
    parameters = {"user_id": actor.id, "song_id": song_id}
    song = db.session.connection().execute(_PROGRESS_ACCESS[actor.is_admin], parameters).first()
    if song is None:
        raise NotFound(NO_SUCH_SONG)
    if not song.is_readable:
        raise Forbidden(REFUSAL)
    return _steps_with_rows(song_id, steps_by_user([song.user_id])[song.user_id])


def progress_of_step(song_id: int, step_name: str) -> Values:
    """Return a step of a song that was just marked."""
    return _steps_with_rows(song_id, [step_name])[0]


def progress_of_steps(song_id: int, step_names: Collection[str]) -> list[Values]:
    """Return these steps of a song that was just marked, in the order of its owner's workflow; raise NotFound."""
    owner_id = db.session.execute(select(Song.user_id).where(Song.id == song_id)).scalar()
    if owner_id is None:
        raise NotFound(NO_SUCH_SONG)
    steps = steps_by_user([owner_id])[owner_id]
    return _steps_with_rows(song_id, [name for name in steps if name in step_names])


def progress_by_song(actor: Actor, song_ids: Collection[int]) -> Mapping[int, dict[str, bool]]:
    """Return song id -> step name -> done, for those of the songs that have rows which the caller may read.

    Steps that the owner's workflow does not have any more are left out.
    """
    parameters = {"user_id": actor.id, "song_ids": array_of(song_ids)}
    found: dict[int, dict[str, bool]] = {}
    for song_id, name, is_completed in db.session.connection().execute(_MANY_PROGRESS[actor.is_admin], parameters):
        found.setdefault(song_id, {})[name] = bool(is_completed)
    return found


def legacy(actor: Actor, song_id: int) -> Values:
    """Return the fifteen booleans of old from the progress, for whoever sees the song. Raises NotFound, Forbidden."""
    song_access(actor.id, song_id).require(VIEW)
    done = set(db.session.connection().execute(_DONE_NAMES, {"song_id": song_id}).scalars())
    return {"id": song_id, "song_id": song_id, **{name: name in done for name in LEGACY_STEPS}}


def recent(actor: Actor, limit: int) -> Rows:
    """Return the steps that were completed last, of songs that the caller may edit; former steps are left out."""
    return db.session.connection().execute(_RECENT, {"user_id": actor.id, "limit": limit}).all()


def assignments(actor: Actor, song_id: int) -> Rows:
    """Return a song's assignments, oldest first, for whoever sees the song. Raises NotFound and Forbidden."""
    song_access(actor.id, song_id).require(VIEW)
    return db.session.connection().execute(_ASSIGNMENTS, {"song_id": song_id}).all()


def assignments_by_song(actor: Actor, song_ids: Collection[int]) -> Mapping[int, list[Values]]:
    """Return song id -> assignments, for those of the songs that have some and that the caller sees."""
    parameters = {"user_id": actor.id, "song_ids": array_of(song_ids)}
    found: dict[int, list[Values]] = {}
    for song_id, collaborator, field in db.session.connection().execute(_MANY_ASSIGNMENTS, parameters):
        found.setdefault(song_id, []).append({"collaborator": collaborator, "field": field})
    return found


def _steps_with_rows(song_id: int, step_names: Sequence[str]) -> list[Values]:
    rows = {row.step_name: row for row in db.session.connection().execute(_PROGRESS, {"song_id": song_id})}
    return [rows[name]._asdict() if name in rows else _not_begun(song_id, name) for name in step_names]


def _not_begun(song_id: int, step_name: str) -> Values:
    return {
        "id": NOT_STORED,
        "song_id": song_id,
        "step_name": step_name,
        "is_completed": False,
        "notes": None,
        "completed_at": None,
        "created_at": None,
        "updated_at": None,
    }
