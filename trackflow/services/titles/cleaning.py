"""Removes the tags of reissues, such as `(Remastered 2009)`, from titles and albums. Pure.

The steps are applied in order, and all of them again until nothing changes. A tag goes with the blanks before it, and
only if something precedes it: `Remastered` alone is a name. Of each pattern any two repetitions are kept apart by
something that neither of them matches, so that no text makes the search slow.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

_DASHES = "\u2013\u2014-"
_DASH = f"[{_DASHES}]"
_YEAR = "[0-9]{4}"
_MODERN_YEAR = "[12][0-9]{3}"
_REMASTER = rf"re{_DASH}?master(?:ed)?"
_ORDINAL = "(?:st|nd|rd|th)"

_ROUND_TAGS = (
    r"deluxe(?:\s+(?:edition|version))?",
    r"super\s+deluxe(?:\s+edition)?",
    r"remastered\s+deluxe\s+box\s+set",
    r"expanded(?:\s+(?:edition|version))?",
    r"extended\s+edition",
    r"[14]0(?:\s+year)?\s+anniversary\s+edition",
    r"the\s+ultimate\s+collection",
    rf"{_REMASTER}(?:\s+{_YEAR})?",
    "special\\s+edition",
    "collector['\u2019]s\\s+edition",
    rf"deluxe\s+edition\s+{_YEAR}\s+remaster",
    rf"{_MODERN_YEAR}(?:\s+(?:version|remaster(?:ed)?|mix))?",
)
_LAST_WORDS = (
    _REMASTER,
    r"10(?:\s+year)?\s+anniversary(?:\s+edition)?",
    r"(?:expanded|deluxe)(?:\s+(?:edition|version))?",
    rf"[1-9]{{1,2}}{_ORDINAL}\s+anniversary",
)
_SOMETHING = re.compile(rf"[^\s{_DASHES}]")


def _cut(tag: re.Pattern[str], text: str) -> str:
    """Remove each occurrence of the tag and the blanks before it, where something precedes it."""
    kept, position = "", 0
    for found in tag.finditer(text):
        before = kept + text[position : found.start()]
        if _SOMETHING.search(before):
            kept, position = before.rstrip(), found.end()
    return kept + text[position:]


def _cut_open_end(text: str) -> str:
    """Remove a round bracket that is never closed, and everything after it."""
    start = text.find("(", text.rfind(")") + 1)
    return text[:start].rstrip() if start >= 0 and _SOMETHING.search(text[:start]) else text


def _cut_dangling_dashes(text: str) -> str:
    """Remove dashes after a blank at the end: what is left when a tag goes, also in old data."""
    rest = text
    while len(rest) > 1 and rest[-1] in _DASHES and rest[-2].isspace():
        rest = rest[:-1].rstrip()
    return rest if _SOMETHING.search(rest) else text


def _tag(pattern: str) -> Callable[[str], str]:
    return partial(_cut, re.compile(pattern, re.IGNORECASE))


_STEPS: tuple[Callable[[str], str], ...] = (
    _tag(rf"\(\s*(?:{'|'.join(_ROUND_TAGS)})\s*\)"),
    _cut_open_end,
    _tag(rf"(?<=\s)(?:{'|'.join(_LAST_WORDS)})\Z"),
    _tag(rf"{_DASH}\s*{_YEAR}\Z"),
    _tag(rf"(?<=\s){_DASH}\s+{_YEAR}\s+(?:version|remaster(?:ed)?|mix)\Z"),
    _tag(rf"(?<=\s){_DASH}\s+remaster(?:ed)?\s+{_YEAR}\Z"),
    _tag(rf"\[\s*{_YEAR}\s+remaster(?:ed)?\s*\]"),
    _tag(rf"(?<=\s){_DASH}\s+{_YEAR}\s+re{_DASH}mastered\s+version"),
    _tag(rf"\(\s*{_YEAR}\s+re{_DASH}mastered\s*\)"),
    _tag(rf"\(\s*[1-9][0-9]?{_ORDINAL}\s+anniversary\s+edition\s*\)"),
    _tag(rf"\[\s*[0-9]+{_ORDINAL}\s+anniversary\s+edition\s*\]"),
    _tag(rf"(?<=\s){_DASH}\s+{_YEAR}\s+remastered\s+version\Z"),
    _cut_dangling_dashes,
)


def clean(text: str) -> str:
    """Return a title or an album without tags of reissues, trimmed; never empty unless the text is.

    Cleaning a clean text changes nothing.
    """
    cleaned = text.strip()
    while (shorter := _one_round(cleaned)) != cleaned:
        cleaned = shorter
    return cleaned or text


def _one_round(text: str) -> str:
    for step in _STEPS:
        text = step(text).strip()
    return text
