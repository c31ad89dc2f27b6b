"""What a request to change a song asks for: which keys count, what an empty one means. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from trackflow.models import SongStatus
from trackflow.services.songs import rules

OWNERS_ONLY = frozenset({"is_public", "user_id", "collaborations"})
_RELEASE_ALIASES = {
    "description": "release_description",
    "download_link": "release_download_link",
    "youtube_url": "release_youtube_url",
}


def _or_null(value: str | None) -> str | None:
    return value or None


_CLEARABLE: Mapping[str, Callable[[Any], Any]] = {
    "album": lambda value: rules.optional_text("album", value),
    "year": rules.year,
    "album_cover": _or_null,
    "notes": lambda value: value,
    "release_description": _or_null,
    "release_download_link": _or_null,
    "release_youtube_url": _or_null,
}
_REQUIRED: Mapping[str, Callable[[Any], Any]] = {
    "title": lambda value: rules.required_text("title", value),
    "artist": lambda value: rules.required_text("artist", value),
    "optional": bool,
    "is_public": bool,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPack:
    """Where the song shall go: a pack by id or by name, or, with neither, out of its pack."""

    pack_id: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A checked request; what it does not mention is None, and stays as it is."""

    columns: Mapping[str, Any]
    status: SongStatus | None = None
    to_pack: ToPack | None = None
    new_owner_id: int | None = None
    collaborators: tuple[str, ...] | None = None


def wants_ownership(changes: Mapping[str, Any]) -> bool:
    """Say whether the request touches what only the song's owner decides."""
    return any(changes.get(key) is not None for key in OWNERS_ONLY)


def edit_of(changes: Mapping[str, Any]) -> Edit:
    """Read a request; raise RuleViolation for a value that the product does not allow.

    A missing key means unchanged. So does null, except where the field can be empty: there it clears.
    """
    status: SongStatus | None = changes.get("status")
    columns = {key: check(changes[key]) for key, check in _CLEARABLE.items() if key in changes}
    sent = dict(changes)
    if status is SongStatus.RELEASED:
        # The release dialog sends an empty title, and the release fields by their names on packs.
        if not (sent.get("title") or "").strip():
            sent.pop("title", None)
        for alias, column in _RELEASE_ALIASES.items():
            if alias in sent and column not in columns:
                columns[column] = _or_null(sent[alias])
    columns |= {key: check(sent[key]) for key, check in _REQUIRED.items() if sent.get(key) is not None}
    return Edit(
        columns=columns,
        status=status,
        to_pack=_to_pack(changes),
        new_owner_id=changes.get("user_id"),
        collaborators=changes.get("collaborations"),
    )


def _to_pack(changes: Mapping[str, Any]) -> ToPack | None:
    pack_id, name = changes.get("pack_id"), (changes.get("pack") or "").strip()
    if pack_id is not None:
        return ToPack(pack_id=pack_id)
    if name:
        return ToPack(name=name)
    return ToPack() if {"pack", "pack_id"} & changes.keys() else None
