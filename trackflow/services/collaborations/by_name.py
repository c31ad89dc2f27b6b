"""The people named on a song: grants of `song_edit` by username, where a song is entered or saved as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, func, select

from trackflow import upsert
from trackflow.extensions import db
from trackflow.models import Collaboration, CollaborationType, PartAssignment, User, text_key
from trackflow.unit_of_work import atomic


@atomic
def grant(owner_id: int, names_by_song: Mapping[int, Collection[str]]) -> set[int]:
    """Let the named people edit these songs of one owner; return who got a right.

    Names of nobody, of inactive accounts and of the owner are passed over.
    """
    ids = _active_users({name for names in names_by_song.values() for name in names})
    wanted = {
        (song_id, ids[text_key(name)])
        for song_id, names in names_by_song.items()
        for name in names
        if ids.get(text_key(name), owner_id) != owner_id
    }
    _insert(sorted(wanted))
    return {user_id for _, user_id in wanted}


@atomic
def replace(
    song_id: int, names: Collection[str], *, passed_over: Collection[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Make the named people the only ones with `song_edit` on a song; return who got the right and who lost it.

    Who stays keeps the row; who goes loses the parts of the song as well. Nothing changes for those who are passed
    over, the owner and the one who asks, and names of nobody and of inactive accounts do not count.
    """
    untouched = frozenset(passed_over)
    wanted = frozenset(_active_users(names).values()) - untouched
    present = (
        frozenset(db.session.execute(select(Collaboration.user_id).where(Collaboration.song_id == song_id)).scalars())
        - untouched
    )
    added, removed = wanted - present, present - wanted
    revoke(song_id, removed)
    _insert(sorted((song_id, user_id) for user_id in added))
    return added, removed


@atomic
def revoke(song_id: int, user_ids: Collection[int]) -> None:
    """Take `song_edit` on a song, and the parts of it, from these people."""
    if not user_ids:
        return
    names = select(User.username_key).where(User.id.in_(user_ids))
    db.session.execute(
        delete(PartAssignment).where(
            PartAssignment.song_id == song_id, func.lower(PartAssignment.collaborator).in_(names)
        ),
        execution_options={"synchronize_session": False},
    )
    db.session.execute(
        delete(Collaboration).where(Collaboration.song_id == song_id, Collaboration.user_id.in_(user_ids))
    )


@atomic
def drop_right(song_id: int, user_id: int) -> None:
    """Remove a `song_edit` row that its holder does not need any more; the parts of the song stay."""
    db.session.execute(delete(Collaboration).where(Collaboration.song_id == song_id, Collaboration.user_id == user_id))


def _active_users(names: Collection[str]) -> dict[str, int]:
    """Return key of a username -> id, for the active accounts among these names."""
    keys = {text_key(name) for name in names} - {""}
    if not keys:
        return {}
    rows = db.session.execute(select(User.username_key, User.id).where(User.username_key.in_(keys), User.is_active))
    return {row.username_key: row.id for row in rows}


def _insert(grants: Sequence[tuple[int, int]]) -> None:
    if not grants:
        return
    right = CollaborationType.SONG_EDIT.value
    db.session.execute(
        upsert.insert(Collaboration).on_conflict_do_nothing(),
        [{"song_id": song_id, "user_id": user_id, "collaboration_type": right} for song_id, user_id in grants],
    )
