"""Who may do what to a pack: the one policy, as rules over five rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select

from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import Collaboration, CollaborationType, Pack, Song
from trackflow.services.permissions import rules


class PackRight(StrEnum):
    """What ties a person to a pack."""

    OWNER = "owner"
    PACK_EDIT = "pack_edit"
    PACK_VIEW = "pack_view"
    OWNS_SONG = "owns_song"  # owns a song in it
    SONG_EDIT = "song_edit"  # song_edit on a song in it
    OPEN_EVENT = "open_event"  # the pack of a community event that takes songs: everybody


PackRule = rules.Rule[PackRight]

VIEW: PackRule = frozenset(PackRight) - {PackRight.OPEN_EVENT}
EDIT: PackRule = frozenset({PackRight.OWNER, PackRight.PACK_EDIT})
ADD_OWN_SONGS: PackRule = EDIT | {PackRight.PACK_VIEW, PackRight.OPEN_EVENT}
OWN: PackRule = frozenset({PackRight.OWNER})  # delete, grant and revoke
LIST_COLLABORATORS: PackRule = EDIT | {PackRight.PACK_VIEW}
_RELEASE_BY_SONG: PackRule = frozenset({PackRight.OWNS_SONG, PackRight.SONG_EDIT})

NO_SUCH_PACK = "There is no such pack."
REFUSAL = "You may not do this with this pack."

UserId = int | BindParameter[int]


@dataclass(frozen=True, slots=True)
class PackAccess:
    """A pack's facts that decide what may happen to it, and the caller's rights on it."""

    id: int
    user_id: int
    name: str
    is_community_event: bool
    event_is_over: bool
    rights: frozenset[PackRight]

    def may(self, rule: PackRule) -> bool:
        """Say whether the caller's rights satisfy the rule."""
        return bool(self.rights & rule)

    def require(self, rule: PackRule) -> None:
        """Raise Forbidden unless the caller's rights satisfy the rule."""
        rules.require(self.rights, rule, REFUSAL)

    def may_release(self) -> bool:
        """Say whether the caller may release the pack or change its status.

        A song in the pack gives the right, except to those whose strongest right on the pack itself is `pack_view`.
        """
        if self.rights & EDIT:
            return True
        return bool(self.rights & _RELEASE_BY_SONG) and PackRight.PACK_VIEW not in self.rights


def right_clauses(user_id: UserId) -> Mapping[PackRight, ColumnElement[bool]]:
    """Return, for each right, the condition on `packs` that this person has it; each can use an index."""
    own_rows = Collaboration.user_id == user_id
    grants = select(Collaboration.pack_id).where(own_rows)
    return {
        PackRight.OWNER: Pack.user_id == user_id,
        PackRight.PACK_EDIT: Pack.id.in_(
            grants.where(Collaboration.collaboration_type == CollaborationType.PACK_EDIT.value)
        ),
        PackRight.PACK_VIEW: Pack.id.in_(
            grants.where(Collaboration.collaboration_type == CollaborationType.PACK_VIEW.value)
        ),
        PackRight.OWNS_SONG: Pack.id.in_(
            select(Song.pack_id).where(Song.user_id == user_id, Song.pack_id.is_not(None))
        ),
        PackRight.SONG_EDIT: Pack.id.in_(
            select(Song.pack_id)
            .join(Collaboration, and_(Collaboration.song_id == Song.id, own_rows))
            .where(Song.pack_id.is_not(None))
        ),
        PackRight.OPEN_EVENT: and_(Pack.is_community_event, Pack.event_revealed_at.is_(None)),
    }


def clause(rule: PackRule, user_id: UserId) -> ColumnElement[bool]:
    """Return the condition on `packs` that the rule admits this person."""
    return rules.clause_of(rule, right_clauses(user_id))


def release_clause(user_id: UserId) -> ColumnElement[bool]:
    """Return the condition on `packs` under which `may_release` holds for this person."""
    clauses = right_clauses(user_id)
    by_song = rules.clause_of(_RELEASE_BY_SONG, clauses)
    return or_(rules.clause_of(EDIT, clauses), and_(by_song, ~clauses[PackRight.PACK_VIEW]))


def _access_statement() -> Select[*tuple[Any, ...]]:
    user_id: BindParameter[int] = bindparam("user_id")
    is_over = and_(Pack.is_community_event, Pack.event_revealed_at.is_not(None)).label("event_is_over")
    columns = (Pack.id, Pack.user_id, Pack.name, Pack.is_community_event, is_over)
    rights = (clause.label(right.value) for right, clause in right_clauses(user_id).items())
    return select(*columns, *rights).where(Pack.id == bindparam("pack_id"))


_ACCESS = _access_statement()
_ACCESS_LOCKED = _ACCESS.with_for_update(of=Pack, key_share=True)


def pack_access(user_id: int, pack_id: int, *, lock: bool = False) -> PackAccess:
    """Load a pack's facts and this person's rights in one statement, locking the pack's row if asked.

    Raises NotFound for an unknown id.
    """
    statement = _ACCESS_LOCKED if lock else _ACCESS
    row = db.session.connection().execute(statement, {"user_id": user_id, "pack_id": pack_id}).first()
    if row is None:
        raise NotFound(NO_SUCH_PACK)
    facts = row._mapping  # noqa: SLF001  (SQLAlchemy's public name for it)
    rights = frozenset(right for right in PackRight if facts[right.value])
    return PackAccess(row.id, row.user_id, row.name, bool(row.is_community_event), bool(row.event_is_over), rights)
