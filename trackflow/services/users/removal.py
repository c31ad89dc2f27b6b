"""Deleting an account for good, in one transaction; closing one, which can be undone, is in `auth.commands`.

What is the user's own goes by the foreign keys of `users`. Removed here is what refers to the account without a key:
by its name, by its address, or by an id in a list. What passes to others first is in `estate`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, or_, select, update

from trackflow.errors import NotFound, RuleViolation
from trackflow.extensions import db
from trackflow.models import (
    AlbumSeries,
    Collaboration,
    OutboxMessage,
    Pack,
    PartAssignment,
    PasswordResetToken,
    ReleasePost,
    Song,
    User,
    text_key,
)
from trackflow.services.auth.events import AccountDeleted
from trackflow.services.points.commands import recompute
from trackflow.services.users import estate
from trackflow.unit_of_work import atomic, emit

NO_SUCH_ACCOUNT = "There is no such account."
_OWN_ACCOUNT = "You cannot delete your own account."
_LAST_ADMIN = "This is the only administrator; make another one first."


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much an account owns."""

    songs: int
    packs: int


def holdings(user_id: int) -> Holdings:
    """Return how much would go with the account; what then passes to others is not taken off."""
    songs = select(func.count()).where(Song.user_id == user_id).scalar_subquery()
    packs = select(func.count()).where(Pack.user_id == user_id).scalar_subquery()
    return Holdings(*db.session.execute(select(songs, packs)).one())


@atomic
def remove(user_id: int, *, admin_id: int | None = None) -> None:
    """Delete an account and all that is its own; hand to others what they have a part in.

    What an administrator has to look after passes to `admin_id`, or without one to the administrator of longest
    standing. Raises NotFound, also for the second of two at the same time; RuleViolation for the own account and for
    the only administrator. Emits AccountDeleted.
    """
    account, admins = _locked(user_id)
    if admin_id == user_id:
        raise RuleViolation(_OWN_ACCOUNT)
    if account.is_admin and not admins:
        raise RuleViolation(_LAST_ADMIN)
    heir_id = admin_id if admin_id is not None else next(iter(admins), None)
    affected = _owners_worked_for(user_id) | estate.hand_over(user_id, heir_id)
    song_ids, series_ids = _songs_and_series(user_id)
    _forget_name(account.username_key)
    if account.email is not None:
        _forget_address(account.email)
    db.session.execute(delete(User).where(User.id == user_id))
    _forget_songs(song_ids)
    _drop_empty_series(series_ids)
    recompute(affected - {user_id})
    emit(AccountDeleted(user_id, account.username, admin_id))


def _locked(user_id: int) -> tuple[Row[*tuple[Any, ...]], list[int]]:
    """Lock the account and, so that one of them remains, all administrators; return it and the others' ids."""
    rows = db.session.execute(
        select(User.id, User.username, User.username_key, User.email, User.is_admin, User.is_active)
        .where(or_(User.id == user_id, and_(User.is_admin, User.is_active)))
        .order_by(User.id)
        .with_for_update()
    ).all()
    account = next((row for row in rows if row.id == user_id), None)
    if account is None:
        raise NotFound(NO_SUCH_ACCOUNT)
    return account, [row.id for row in rows if row.id != user_id]


def _owners_worked_for(user_id: int) -> set[int]:
    """Return whose counter of collaborations counts a right of this user."""
    statement = (
        select(Song.user_id)
        .join(Collaboration, Collaboration.song_id == Song.id)
        .where(Collaboration.user_id == user_id)
        .distinct()
    )
    return set(db.session.scalars(statement))


def _songs_and_series(user_id: int) -> tuple[set[int], set[int]]:
    rows = db.session.execute(select(Song.id, Song.album_series_id).where(Song.user_id == user_id)).all()
    return {row.id for row in rows}, {row.album_series_id for row in rows if row.album_series_id is not None}


def _forget_name(username_key: str) -> None:
    """Delete the parts assigned to the name, in whatever case; who takes the name later does not inherit them."""
    names = db.session.scalars(select(PartAssignment.collaborator).distinct())
    spellings = [name for name in names if text_key(name) == username_key]
    db.session.execute(delete(PartAssignment).where(PartAssignment.collaborator.in_(spellings)))


def _forget_address(email: str) -> None:
    """Delete the reset tokens of the address and what waits for it, or went to it, in the outbox."""
    db.session.execute(delete(PasswordResetToken).where(PasswordResetToken.email == email))
    to_address = func.lower(OutboxMessage.payload["email"].as_string()) == email
    db.session.execute(delete(OutboxMessage).where(to_address))


def _forget_songs(song_ids: Collection[int]) -> None:
    """Take deleted songs out of the lists of release posts, which hold ids without a key."""
    posts: Sequence[Row[*tuple[Any, ...]]] = db.session.execute(
        select(ReleasePost.id, ReleasePost.linked_song_ids)
        .where(ReleasePost.linked_song_ids.is_not(None))
        .with_for_update()
    ).all()
    for post in posts:
        left = [song_id for song_id in post.linked_song_ids if song_id not in song_ids]
        if left != post.linked_song_ids:
            db.session.execute(update(ReleasePost).where(ReleasePost.id == post.id).values(linked_song_ids=left))


def _drop_empty_series(series_ids: Collection[int]) -> None:
    """Delete the album series that had songs of the account only."""
    has_songs = exists().where(Song.album_series_id == AlbumSeries.id).correlate(AlbumSeries)
    db.session.execute(
        delete(AlbumSeries)
        .where(AlbumSeries.id.in_(series_ids), ~has_songs)
        .execution_options(synchronize_session=False)
    )
