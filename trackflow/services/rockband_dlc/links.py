"""Which song of the users an official song is linked to. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Keyed:
    """A song or an official song, by id and keys."""

    id: int
    artist_key: str
    title_key: str


def links(official: Iterable[Keyed], songs: Iterable[Keyed]) -> Iterator[tuple[int, int]]:
    """Yield (official id, song id) for each official song whose artist and title a song's contain.

    Of several songs the one with the shortest title counts, then with the shortest artist, then the oldest.
    """
    by_artist: Mapping[str, list[Keyed]] = _by_artist(songs)
    for artist_key, entries in _by_artist(official).items():
        near = [song for other, group in by_artist.items() if artist_key in other for song in group]
        near.sort(key=lambda song: (len(song.title_key), len(song.artist_key), song.id))
        for entry in entries:
            song = next((song for song in near if entry.title_key in song.title_key), None)
            if song is not None:
                yield entry.id, song.id


def _by_artist(items: Iterable[Keyed]) -> dict[str, list[Keyed]]:
    groups: dict[str, list[Keyed]] = defaultdict(list)
    for item in items:
        groups[item.artist_key].append(item)
    return groups
