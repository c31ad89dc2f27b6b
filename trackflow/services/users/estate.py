"""What outlives an account because others have a part in it: who gets it. The rest is deleted by `removal`.

Packs with songs of others pass to one of those; the packs of community events, requests and comments that others
answered, and what was published pass to an administrator. Where there is none, they go with the account.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, or_, select, update

from trackflow.extensions import db
from trackflow.models import (
    Collaboration,
    FeatureRequest,
    FeatureRequestComment,
    FeatureRequestVote,
    Pack,
    ReleasePost,
    Song,
    Update,
    User,
    text_key,
)
from trackflow.unit_of_work import atomic

DELETED_TEXT = "[deleted]"
MAX_PACK_NAME = 200


@dataclass(frozen=True, slots=True)
class _Pack:
    id: int
    name: str
    heir_id: int


@atomic
def hand_over(user_id: int, admin_id: int | None) -> set[int]:
    """Give to others what they have a part in; return who got something that is counted."""
    heirs = _hand_over_packs(user_id, admin_id)
    if admin_id is None:
        return heirs
    got_requests = _hand_over_requests(user_id, admin_id)
    _hand_over_comments(user_id, admin_id)
    for published in (Update, ReleasePost):
        db.session.execute(update(published).where(published.author_id == user_id).values(author_id=admin_id))
    return heirs | ({admin_id} if got_requests else set())


def free_name(name: str, taken: Collection[str]) -> str:
    """Return the name, or with the first number from 2 on under which its key is not taken."""
    found, number = name, 1
    while text_key(found) in taken:
        number += 1
        ending = f" ({number})"
        found = name[: MAX_PACK_NAME - len(ending)] + ending
    return found


def _hand_over_packs(user_id: int, admin_id: int | None) -> set[int]:
    packs = _inherited(user_id, admin_id)
    heirs = {pack.heir_id for pack in packs}
    if not packs:
        return heirs
    # Whoever creates a pack locks this row too, so a name that is free now stays free.
    db.session.execute(select(User.id).where(User.id.in_(heirs)).order_by(User.id).with_for_update(key_share=True))
    taken = _names_of(heirs)
    for pack in packs:
        name = free_name(pack.name, taken[pack.heir_id])
        taken[pack.heir_id].add(text_key(name))
        db.session.execute(update(Pack).where(Pack.id == pack.id).values(user_id=pack.heir_id, name=name))
    is_owner = exists().where(Pack.id == Collaboration.pack_id, Pack.user_id == Collaboration.user_id)
    db.session.execute(
        delete(Collaboration)
        .where(Collaboration.pack_id.in_([pack.id for pack in packs]), is_owner.correlate(Collaboration))
        .execution_options(synchronize_session=False)
    )
    return heirs


def _inherited(user_id: int, admin_id: int | None) -> list[_Pack]:
    """Return the packs that live on: those of events, and those with songs of others, for whoever has most of them."""
    rows = db.session.execute(
        select(Pack.id, Pack.name, Pack.is_community_event, User.id.label("heir_id"))
        .outerjoin(Song, (Song.pack_id == Pack.id) & (Song.user_id != user_id))
        .outerjoin(User, User.id == Song.user_id)
        .where(Pack.user_id == user_id)
        .group_by(Pack.id, Pack.name, Pack.is_community_event, User.id, User.is_active)
        .order_by(Pack.id, User.is_active.desc(), func.count(Song.id).desc(), User.id)
    ).all()
    packs: dict[int, _Pack] = {}
    for row in rows:
        heir_id = admin_id if row.is_community_event and admin_id is not None else row.heir_id
        if heir_id is not None:
            packs.setdefault(row.id, _Pack(row.id, row.name, heir_id))
    return list(packs.values())


def _names_of(owners: Collection[int]) -> Mapping[int, set[str]]:
    taken: defaultdict[int, set[str]] = defaultdict(set)
    for owner_id, key in db.session.execute(select(Pack.user_id, Pack.name_key).where(Pack.user_id.in_(owners))):
        taken[owner_id].add(key)
    return taken


def _hand_over_requests(user_id: int, admin_id: int) -> bool:
    """Pass on the requests that others voted or commented on; say whether there were any."""
    votes = select(FeatureRequestVote.feature_request_id).where(FeatureRequestVote.user_id != user_id)
    comments = select(FeatureRequestComment.feature_request_id).where(FeatureRequestComment.user_id != user_id)
    passed = db.session.execute(
        update(FeatureRequest)
        .where(FeatureRequest.user_id == user_id, or_(FeatureRequest.id.in_(votes), FeatureRequest.id.in_(comments)))
        .values(user_id=admin_id)
        .returning(FeatureRequest.id)
        .execution_options(synchronize_session=False)
    )
    return bool(passed.all())


def _hand_over_comments(user_id: int, admin_id: int) -> None:
    """Leave placeholders, in the administrator's name, of the comments to which somebody else replied at any depth."""
    answered = (
        select(FeatureRequestComment.parent_comment_id.label("id"))
        .where(FeatureRequestComment.user_id != user_id, FeatureRequestComment.parent_comment_id.is_not(None))
        .cte("answered", recursive=True)
    )
    answered = answered.union(
        select(FeatureRequestComment.parent_comment_id)
        .join(answered, FeatureRequestComment.id == answered.c.id)
        .where(FeatureRequestComment.parent_comment_id.is_not(None))
    )
    db.session.execute(
        update(FeatureRequestComment)
        .where(FeatureRequestComment.user_id == user_id, FeatureRequestComment.id.in_(select(answered.c.id)))
        .values(user_id=admin_id, is_deleted=True, comment=DELETED_TEXT)
        .execution_options(synchronize_session=False)
    )
