"""Who acts: the only thing that services know about the caller."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """An active account, read from the database for this request or named by a command-line call."""

    id: int
    username: str
    is_admin: bool = False
    default_public_sharing: bool = False
    auto_spotify_fetch_enabled: bool = True
    impersonator_id: int | None = None
