"""Whatever is saved as a workflow: finished work stays finished, a renamed step keeps its progress."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support import rows
from tests.support.database import Database
from trackflow.actor import Actor
from trackflow.services.completion.queries import completion_by_song, steps_by_user
from trackflow.services.workflows import commands
from trackflow.services.workflows.changes import difference
from trackflow.services.workflows.steps import PlacedStep, Step, numbered

NAMES = ("a", "b", "c", "d", "e")
STATUSES = ("Future Plans", "In Progress", "Released")
ON_A_DATABASE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)

Progress = Mapping[str, bool]
workflows = st.lists(st.sampled_from(NAMES), unique=True, min_size=1)
progresses = st.dictionaries(st.sampled_from(NAMES), st.booleans())
songs = st.lists(st.tuples(st.sampled_from(STATUSES), progresses), min_size=1, max_size=4)
numbers = itertools.count()


def is_finished(progress: Progress, steps: Sequence[str]) -> bool:
    return bool(steps) and all(progress.get(name, False) for name in steps)


def expected(status: str, progress: Progress, before: Sequence[str], after: Sequence[str]) -> Progress:
    """Say in plain words what saving does to the rows of a song."""
    removed = [name for name in before if name not in after]
    added = [name for name in after if name not in before]
    if len(before) == len(after) and len(added) == len(removed) == 1:
        (old,), (new,) = removed, added
        if before.index(old) == after.index(new):
            kept = {name: done for name, done in progress.items() if name not in (old, new)}
            return {**kept, new: progress[old]} if old in progress else kept
    kept = {name: done for name, done in progress.items() if done or name not in removed}
    if status == "Released" or is_finished(progress, before):
        return {**dict.fromkeys(added, True), **kept}
    return {**dict.fromkeys(added, False), **kept} if status == "In Progress" else kept


def save(app: Flask, user_id: int, steps: Sequence[str]) -> None:
    with app.app_context():
        edit = commands.WorkflowEdit(steps=numbered([Step(name, name.upper()) for name in steps]))
        commands.change(Actor(user_id, "somebody"), edit)


def stored(database: Database, song_id: int) -> Progress:
    found = database.rows("SELECT step_name, is_completed FROM song_progress WHERE song_id = :id", id=song_id)
    return {row["step_name"]: bool(row["is_completed"]) for row in found}


@ON_A_DATABASE
@given(before=workflows, after=workflows, made=songs)
def test_saving_does_to_the_rows_what_the_rules_say(
    app: Flask, database: Database, before: list[str], after: list[str], made: list[tuple[str, Progress]]
) -> None:
    user_id = database.insert("users", username=f"user{next(numbers)}")
    rows.workflow(database, user_id, *before)
    ids = [rows.song(database, user_id, status=status) for status, _ in made]
    for song_id, (_, progress) in zip(ids, made, strict=True):
        if progress:
            rows.progress(database, song_id, **progress)

    save(app, user_id, after)

    with app.app_context():
        assert list(steps_by_user([user_id])[user_id]) == after
        measured = completion_by_song(ids)
    change = difference(_numbered(before), _numbered(after), detect_renaming=True)
    for song_id, (status, progress) in zip(ids, made, strict=True):
        now = stored(database, song_id)
        assert now == expected(status, progress, before, after)
        assert measured[song_id].is_complete == is_finished(now, after)
        left_open = any(progress.get(name) is False for name in change.added)
        if is_finished(progress, before) and not left_open:
            assert is_finished(now, after), "finished work is not finished any more"
        if change.renamed is not None:
            was_done = [progress.get(name, False) for name in before]
            assert sorted(was_done) == sorted(now.get(name, False) for name in after)


@ON_A_DATABASE
@given(chain=st.lists(workflows, min_size=2, max_size=6), status=st.sampled_from(("In Progress", "Released")))
def test_a_song_that_is_finished_stays_so_through_any_chain_of_changes(
    app: Flask, database: Database, chain: list[list[str]], status: str
) -> None:
    user_id = database.insert("users", username=f"user{next(numbers)}")
    rows.workflow(database, user_id, *chain[0])
    song_id = rows.song(database, user_id, status=status)
    rows.progress(database, song_id, **dict.fromkeys(chain[0], True))
    for steps in chain[1:]:
        save(app, user_id, steps)
        assert is_finished(stored(database, song_id), steps)


def _numbered(names: Sequence[str]) -> tuple[PlacedStep, ...]:
    return numbered([Step(name, name) for name in names])
