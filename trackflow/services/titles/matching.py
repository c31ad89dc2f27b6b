"""When two titles mean the same track: keys for equality, and a ratio for similarity. Pure."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from trackflow.models import text_key
from trackflow.services.titles.cleaning import clean

SAME_TRACK = 0.92
SAME_TITLE = 0.90
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc"), "'")
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_LATIN = re.compile(r"[a-z]")


def match_key(title: str) -> str:
    """Return what titles of one track have in common: cleaned, without accents and punctuation.

    A title in another script keeps its original, case and blanks ignored.
    """
    cleaned = clean(title)
    folded = cleaned.casefold().translate(_APOSTROPHES)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    key = _SEPARATORS.sub(" ", plain.lower().replace("&", " and ")).strip()
    has_lost_its_letters = not _LATIN.search(key) and any(character.isalpha() for character in cleaned)
    return text_key(cleaned) if not key or has_lost_its_letters else key


def similarity(key: str, other: str) -> float:
    """Return how much two match keys have in common, from 0 to 1; an empty one has nothing in common."""
    if not key or not other:
        return 0.0
    return SequenceMatcher(None, key, other, autojunk=False).ratio()


def are_similar(key: str, other: str, *, at_least: float = SAME_TRACK) -> bool:
    """Say whether two match keys are that similar; quicker than `similarity` where they are not."""
    if not key or not other:
        return False
    if key == other:
        return True
    pair = SequenceMatcher(None, key, other, autojunk=False)
    return pair.real_quick_ratio() >= at_least and pair.quick_ratio() >= at_least and pair.ratio() >= at_least
