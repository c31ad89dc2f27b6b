"""What happened to the rights of single people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackCollaboratorAdded:
    """The pack's owner gave somebody rights that were missing; `permissions` are all that were asked for."""

    actor_id: int
    pack_id: int
    user_id: int
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PackCollaboratorRemoved:
    """Somebody lost the rights on a pack, and those on single songs in it, or gave them up."""

    actor_id: int
    pack_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class SongCollaboratorAdded:
    """Somebody got `song_edit` on a song of this owner."""

    actor_id: int
    owner_id: int
    song_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class SongCollaboratorRemoved:
    """Somebody lost `song_edit` on a song of this owner, or gave it up."""

    actor_id: int
    owner_id: int
    song_id: int
    user_id: int
