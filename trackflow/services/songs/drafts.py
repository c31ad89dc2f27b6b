"""A song that somebody wants to enter, and the checks that need no database. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trackflow.errors import RuleViolation
from trackflow.models import SongStatus, text_key
from trackflow.services.songs import rules

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A song as sent; `pack_name` counts only without `pack_id`, `priority` only for a pack made by its name."""

    title: str
    artist: str
    status: SongStatus
    album: str | None = None
    year: int | None = None
    album_cover: str | None = None
    notes: str | None = None
    pack_id: int | None = None
    pack_name: str | None = None
    priority: int | None = None
    optional: bool = False
    collaborators: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Return what two songs of the same title and artist share, case and blanks ignored."""
        return text_key(self.artist), text_key(self.title)


def checked(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts with trimmed texts; raise RuleViolation that names everything that is wrong with them."""
    good: list[Draft] = []
    faults: dict[int, str] = {}
    for position, draft in enumerate(drafts):
        try:
            good.append(_checked(draft))
        except RuleViolation as fault:
            faults[position] = fault.detail
    refuse(faults, of=len(drafts))
    repeated: dict[int, str] = {}
    seen: set[Key] = set()
    for position, draft in enumerate(good):
        if draft.key in seen:
            repeated[position] = rules.already_exists(draft.title, draft.artist)
        seen.add(draft.key)
    refuse(repeated, of=len(drafts))
    return good


def _checked(draft: Draft) -> Draft:
    return replace(
        draft,
        title=rules.required_text("title", draft.title),
        artist=rules.required_text("artist", draft.artist),
        album=rules.optional_text("album", draft.album),
        year=rules.year(draft.year),
        pack_name=(draft.pack_name or "").strip() or None,
    )


def refuse(faults: dict[int, str], *, of: int) -> None:
    """Raise RuleViolation if there are faults: one sentence for a single song, else all with their 1-based places."""
    if not faults:
        return
    if of == 1:
        raise RuleViolation(faults[0])
    raise RuleViolation(" ".join(f"Song {position + 1}: {sentence}" for position, sentence in faults.items()))
