"""Who may do what to a song: the one policy, as rules over six rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import aliased

from trackflow.errors import NotFound
from trackflow.extensions import db
from trackflow.models import Collaboration, CollaborationType, Pack, Song
from trackflow.services.permissions import rules


class SongRight(StrEnum):
    """What ties a person to a song."""

    OWNER = "owner"
    SONG_EDIT = "song_edit"
    PACK_OWNER = "pack_owner"
    PACK_EDIT = "pack_edit"
    PACK_VIEW = "pack_view"
    SIBLING_EDIT = "sibling_edit"  # song_edit on another song of the same pack


SongRule = rules.Rule[SongRight]

VIEW: SongRule = frozenset(SongRight)
EDIT: SongRule = frozenset({SongRight.OWNER, SongRight.SONG_EDIT, SongRight.PACK_EDIT})
ASSIGN_PARTS: SongRule = EDIT | {SongRight.PACK_OWNER}
OWN: SongRule = frozenset({SongRight.OWNER})  # is_public, delete, change of owner
MANAGE_COLLABORATORS: SongRule = frozenset({SongRight.OWNER, SongRight.PACK_OWNER})
LIST_COLLABORATORS: SongRule = VIEW - {SongRight.SIBLING_EDIT}

NO_SUCH_SONG = "There is no such song."
REFUSAL = "You may not do this with this song."

UserId = int | BindParameter[int]


@dataclass(frozen=True, slots=True)
class SongAccess:
    """A song's facts that decide what may happen to it, and the caller's rights on it."""

    id: int
    user_id: int
    pack_id: int | None
    status: str
    is_public: bool
    rights: frozenset[SongRight]

    def may(self, rule: SongRule) -> bool:
        """Say whether the caller's rights satisfy the rule."""
        return bool(self.rights & rule)

    def require(self, rule: SongRule) -> None:
        """Raise Forbidden unless the caller's rights satisfy the rule."""
        rules.require(self.rights, rule, REFUSAL)


def right_clauses(user_id: UserId) -> Mapping[SongRight, ColumnElement[bool]]:
    """Return, for each right, the condition on `songs` that this person has it; each can use an index."""
    own_rows = Collaboration.user_id == user_id
    sibling = aliased(Song)
    pack_grants = select(Collaboration.pack_id).where(own_rows)
    return {
        SongRight.OWNER: Song.user_id == user_id,
        SongRight.SONG_EDIT: Song.id.in_(
            select(Collaboration.song_id).where(own_rows, Collaboration.song_id.is_not(None))
        ),
        SongRight.PACK_OWNER: Song.pack_id.in_(select(Pack.id).where(Pack.user_id == user_id)),
        SongRight.PACK_EDIT: Song.pack_id.in_(
            pack_grants.where(Collaboration.collaboration_type == CollaborationType.PACK_EDIT.value)
        ),
        SongRight.PACK_VIEW: Song.pack_id.in_(
            pack_grants.where(Collaboration.collaboration_type == CollaborationType.PACK_VIEW.value)
        ),
        SongRight.SIBLING_EDIT: Song.pack_id.in_(
            select(sibling.pack_id)
            .join(Collaboration, and_(Collaboration.song_id == sibling.id, own_rows))
            .where(sibling.pack_id.is_not(None))
        ),
    }


def clause(rule: SongRule, user_id: UserId) -> ColumnElement[bool]:
    """Return the condition on `songs` that the rule admits this person."""
    return rules.clause_of(rule, right_clauses(user_id))


def _access_statement() -> Select[*tuple[Any, ...]]:
    user_id: BindParameter[int] = bindparam("user_id")
    columns = (Song.id, Song.user_id, Song.pack_id, Song.status, Song.is_public)
    rights = (clause.label(right.value) for right, clause in right_clauses(user_id).items())
    return select(*columns, *rights).where(Song.id == bindparam("song_id"))


_ACCESS = _access_statement()
_ACCESS_LOCKED = _ACCESS.with_for_update(of=Song, key_share=True)


def song_access(user_id: int, song_id: int, *, lock: bool = False) -> SongAccess:
    """Load a song's facts and this person's rights in one statement, locking the song's row if asked.

    Raises NotFound for an unknown id.
    """
    statement = _ACCESS_LOCKED if lock else _ACCESS
    row = db.session.connection().execute(statement, {"user_id": user_id, "song_id": song_id}).first()
    if row is None:
        raise NotFound(NO_SUCH_SONG)
    facts = row._mapping  # noqa: SLF001  (SQLAlchemy's public name for it)
    rights = frozenset(right for right in SongRight if facts[right.value])
    return SongAccess(row.id, row.user_id, row.pack_id, row.status, bool(row.is_public), rights)
