"""What happened to a pack together with its songs."""

from __future__ import annotations

from dataclasses import dataclass

from trackflow.services.pack_lifecycle.rules import PackStatus


@dataclass(frozen=True, slots=True)
class PackReleased:
    """Somebody released a pack, or saved its release again; lists what came out by it, perhaps nothing.

    `owner_ids` own the songs that pay from now on.
    """

    actor_id: int
    owner_id: int
    pack_id: int
    song_ids: tuple[int, ...]
    owner_ids: tuple[int, ...]
    series_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PackShown:
    """A released pack with a released song is on the home page for the first time; the actor may only have shown it."""

    pack_id: int
    releaser_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class PackStatusChanged:
    """Somebody set a pack to a status."""

    actor_id: int
    owner_id: int
    pack_id: int
    status: PackStatus
