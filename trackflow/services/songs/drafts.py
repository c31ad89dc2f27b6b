"""A song that somebody wants to enter, and the checks that need no database. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trackflow.errors import RuleViolation
from trackflow.models import SongStatus, text_key
from trackflow.services.songs import rules
from trackflow.services.titles.cleaning import clean

Key = tuple[str, str]
Faults = Mapping[int, str]


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

    def cleaned(self) -> Draft:
        """Return the draft without tags of reissues in title and album."""
        title, album = clean(self.title), None if self.album is None else clean(self.album)
        return self if (title, album) == (self.title, self.album) else replace(self, title=title, album=album)


def checked(drafts: Sequence[Draft]) -> tuple[dict[int, Draft], Faults]:
    """Return the drafts with trimmed texts by their places, and what is wrong with the others.

    Of drafts with the same title and artist the first is good and the others are not.
    """
    good: dict[int, Draft] = {}
    faults: dict[int, str] = {}
    seen: set[Key] = set()
    for position, sent in enumerate(drafts):
        try:
            draft = _checked(sent)
        except RuleViolation as fault:
            faults[position] = fault.detail
            continue
        if draft.key in seen:
            faults[position] = rules.already_exists(draft.title, draft.artist)
        else:
            good[position] = draft
            seen.add(draft.key)
    return good, faults


def _checked(draft: Draft) -> Draft:
    return replace(
        draft,
        title=rules.required_text("title", draft.title),
        artist=rules.required_text("artist", draft.artist),
        album=rules.optional_text("album", draft.album),
        year=rules.year(draft.year),
        pack_name=(draft.pack_name or "").strip() or None,
    )


def refuse(faults: Faults, *, numbered: bool) -> None:
    """Raise RuleViolation if there are faults: all of them in one text, each with its 1-based place if `numbered`."""
    if not faults:
        return
    sentences = (
        f"Song {position + 1}: {sentence}" if numbered else sentence for position, sentence in sorted(faults.items())
    )
    raise RuleViolation(" ".join(sentences))
