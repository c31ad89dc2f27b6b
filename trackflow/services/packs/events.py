"""What happened to packs as such; what happens to a pack together with its songs is in `pack_lifecycle`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PackCreated:
    """Somebody made a pack, for themselves or by releasing one of this owner; also by naming it on a song."""

    actor_id: int
    owner_id: int
    pack_id: int


@dataclass(frozen=True, slots=True)
class PackEdited:
    """Somebody saved the name or the priority of a pack, whether or not the value was new."""

    actor_id: int
    owner_id: int
    pack_id: int


@dataclass(frozen=True, slots=True)
class PackDeleted:
    """An owner deleted a pack of this name, and with it their own songs in it."""

    actor_id: int
    pack_id: int
    name: str
