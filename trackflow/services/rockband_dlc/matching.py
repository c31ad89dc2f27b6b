"""When an official song is the one that somebody enters, or much like it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from trackflow.models import text_key
from trackflow.services.titles.matching import match_key

MIN_PARTIAL = 3
_FROM_AMPERSAND = "and"
# Of stored texts only, so that no caller can crowd out what the next one needs.
_match_key_of_stored = lru_cache(maxsize=8192)(match_key)


class MatchType(StrEnum):
    """How near an official song is."""

    EXACT = "exact"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Name:
    """A title or an artist in the two forms that are compared.

    As long as the key of a text is ASCII it contains each word of the match key, except the one that an ampersand
    became: on that stand `first_word` and `longest_word`, which are empty where nothing is certain.
    """

    key: str
    match_key: str

    @classmethod
    def of(cls, text: str) -> Name:
        """Make the forms of what somebody enters."""
        return cls(text_key(text), match_key(text))

    @classmethod
    def of_stored(cls, text: str) -> Name:
        """Make the forms of an official title or artist."""
        return cls(text_key(text), _match_key_of_stored(text))

    @property
    def first_word(self) -> str:
        """Return a part of the key of every text with a match key that this one begins with."""
        word = self.match_key.partition(" ")[0]
        return "" if word == _FROM_AMPERSAND else word

    @property
    def longest_word(self) -> str:
        """Return a part of the key of every text with this match key."""
        return max((word for word in self.match_key.split() if word != _FROM_AMPERSAND), key=len, default="")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The title and the artist that somebody enters."""

    title: Name
    artist: Name

    def compare(self, title: Name, artist: Name) -> MatchType | None:
        """Say how near an official song is."""
        if (title.key, artist.key) == (self.title.key, self.artist.key):
            return MatchType.EXACT
        is_by_artist = artist.match_key == self.artist.match_key
        if is_by_artist and title.match_key == self.title.match_key:
            return MatchType.EXACT
        if min(len(self.title.key), len(self.artist.key)) < MIN_PARTIAL:
            return None
        if self.title.key in title.key and self.artist.key in artist.key:
            return MatchType.PARTIAL
        return MatchType.PARTIAL if is_by_artist and self._continues(title) else None

    def _continues(self, title: Name) -> bool:
        """Say whether the entered title is the official one with words added, such as `(Live)`."""
        return len(title.match_key) >= MIN_PARTIAL and self.title.match_key.startswith(title.match_key + " ")
