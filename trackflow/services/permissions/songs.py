"""Who may do what to a song: the one policy, as rules over six rights.

A right is written once, as a condition. `song_access` asks for all six on one song; `ids` and `clause` find the songs
on which one of a rule's rights is held. The property tests hold them, and a plain model of the rules, together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select, and_, bindparam, select, union_all
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

# Made once: an alias costs more than the rest of a statement.
_own, _edited, _lying, _sibling = (aliased(Song) for _ in range(4))

UserId = int | BindParameter[int]
Narrowing = Callable[[type[Song]], Iterable[ColumnElement[bool]]]


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


def _edited_songs(user_id: UserId) -> Select[int | None]:
    return select(Collaboration.song_id).where(Collaboration.user_id == user_id, Collaboration.song_id.is_not(None))


def _packs_by_right(user_id: UserId) -> Mapping[SongRight, Select[Any]]:
    """Return, for each right that a pack gives on its songs, the ids of the packs that give it to this person."""
    own_rows = Collaboration.user_id == user_id
    grants = select(Collaboration.pack_id).where(own_rows)
    return {
        SongRight.PACK_OWNER: select(Pack.id).where(Pack.user_id == user_id),
        SongRight.PACK_EDIT: grants.where(Collaboration.collaboration_type == CollaborationType.PACK_EDIT.value),
        SongRight.PACK_VIEW: grants.where(Collaboration.collaboration_type == CollaborationType.PACK_VIEW.value),
        SongRight.SIBLING_EDIT: select(_sibling.pack_id)
        .join(Collaboration, and_(Collaboration.song_id == _sibling.id, own_rows))
        .where(_sibling.pack_id.is_not(None)),
    }


def right_clauses(user_id: UserId) -> Mapping[SongRight, ColumnElement[bool]]:
    """Return, for each right, the condition on `songs` that this person has it."""
    packs = _packs_by_right(user_id)
    return {
        SongRight.OWNER: Song.user_id == user_id,
        SongRight.SONG_EDIT: Song.id.in_(_edited_songs(user_id)),
        **{right: Song.pack_id.in_(ids) for right, ids in packs.items()},
    }


def _everything(_song: type[Song]) -> Iterable[ColumnElement[bool]]:
    return ()


def ids(rule: SongRule, user_id: UserId, narrowed: Narrowing = _everything) -> CompoundSelect[Any]:
    """Select the ids of the songs on which the rule admits this person, some of them twice.

    Each branch can use an index, which the rights joined by OR cannot on either database. `narrowed` returns further
    conditions on the songs, which belong in here if they are to use the index too.
    """
    branches: list[Select[Any]] = []
    if SongRight.OWNER in rule:
        branches.append(select(_own.id).where(_own.user_id == user_id, *narrowed(_own)))
    if SongRight.SONG_EDIT in rule:
        rows = select(_edited.id).join(Collaboration, Collaboration.song_id == _edited.id)
        branches.append(rows.where(Collaboration.user_id == user_id, *narrowed(_edited)))
    packs = [packs for right, packs in _packs_by_right(user_id).items() if right in rule]
    if packs:
        branches.append(select(_lying.id).where(_lying.pack_id.in_(union_all(*packs)), *narrowed(_lying)))
    return union_all(*branches)


def clause(rule: SongRule, user_id: UserId) -> ColumnElement[bool]:
    """Return the condition on `songs` that the rule admits this person."""
    return Song.id.in_(ids(rule, user_id))


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
