"""The floor of the smaller reads and of batches: hand-written SQL, as in `bench_floor`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from scripts.lib.bench_floor import MOMENT, Item, cursor, written
from trackflow.clock import now_utc
from trackflow.models import text_key
from trackflow.services.rockband_dlc.matching import MatchType, Name, Wanted

_PACK = (
    "id", "name", "user_id", "priority", "created_at", "updated_at", "released_at", "release_title",
    "release_description", "release_download_link", "release_youtube_url", "show_on_homepage",
)  # fmt: skip
_PACKS = """
SELECT p.id, p.name, p.user_id, p.priority, {created_at}, {updated_at}, {released_at}, p.release_title,
p.release_description, p.release_download_link, p.release_youtube_url, p.show_on_homepage
FROM packs p WHERE p.user_id = {u} ORDER BY p.updated_at DESC, p.id DESC"""
_FEED_PACK = (
    "pack_id", "pack_name", "pack_owner_id", "pack_owner_username", "released_by_user_id", "released_by_username",
    "pack_priority", "released_at", "release_title", "release_description", "release_download_link",
    "release_youtube_url", "show_on_homepage", "album_series_id", "album_series_number", "album_series_name",
    "album_series_status",
)  # fmt: skip
# `|| ''` keeps SQLite from going through all released songs by the index on the status, for each pack.
_FEED = """
SELECT p.id, p.name, p.user_id, o.username, p.released_by_user_id, coalesce(r.username, o.username, 'Unknown'),
p.priority, {released_at}, p.release_title, p.release_description, p.release_download_link, p.release_youtube_url,
p.show_on_homepage, a.id, a.series_number, a.album_name, a.status,
p.user_id = {u} OR EXISTS (SELECT 1 FROM collaborations c
  WHERE c.pack_id = p.id AND c.user_id = {u} AND c.collaboration_type = 'pack_edit'),
count(*) OVER ()
FROM packs p LEFT JOIN users o ON o.id = p.user_id LEFT JOIN users r ON r.id = p.released_by_user_id
LEFT JOIN album_series a ON a.series_number =
  (SELECT min(b.series_number) FROM album_series b WHERE b.pack_id = p.id AND b.status = 'released')
WHERE p.released_at >= {since} AND p.show_on_homepage AND EXISTS (
  SELECT 1 FROM songs s WHERE s.pack_id = p.id AND s.status || '' = 'Released' AND s.released_at IS NOT NULL)
ORDER BY p.released_at DESC, p.id DESC LIMIT 10"""
_FEED_SONG = (
    "id", "title", "artist", "album", "year", "album_cover", "author", "user_id", "optional", "released_at",
    "release_description", "release_download_link", "release_youtube_url",
)  # fmt: skip
_FEED_SONGS = """
SELECT s.pack_id, s.id, s.title, s.artist, s.album, s.year, s.album_cover, u.username, s.user_id, s.optional,
{song_released_at}, s.release_description, s.release_download_link, s.release_youtube_url
FROM songs s JOIN users u ON u.id = s.user_id
WHERE s.pack_id IN ({packs}) AND s.status || '' = 'Released' AND s.released_at IS NOT NULL
ORDER BY s.released_at DESC, s.id DESC"""
_COUNTS = """
SELECT count(*) FILTER (WHERE NOT is_read), count(*) FROM notifications WHERE user_id = {u}"""
_DLC = ("id", "title", "artist", "origin")
_DLC_EXACT = """
SELECT id, title, artist, origin FROM rock_band_dlc WHERE artist_key = {artist} AND title_key = {title}
ORDER BY length(title), id LIMIT 1"""
_DLC_NEAR = """
SELECT id, title, artist, origin FROM rock_band_dlc WHERE
(title_key LIKE {title_pattern} AND artist_key LIKE {artist_pattern})
OR ((artist_key LIKE {artist_word} OR {artist_bytes} <> length(artist_key))
AND (title_key LIKE {title_word} OR {title_bytes} <> length(title_key)))
ORDER BY artist_key = {artist} DESC, length(title), id LIMIT 200"""
_BYTES = {"sqlite": "length(CAST({0} AS BLOB))", "postgresql": "octet_length({0})"}
_SONG_COLUMNS = (
    "title", "title_key", "artist", "artist_key", "album", "year", "status", "user_id", "pack_id", "optional",
    "is_public", "created_at", "updated_at",
)  # fmt: skip


class Reads:
    """The statements in the words of one database, and what runs them."""

    def __init__(self, dialect: str) -> None:
        """Write the statements once."""
        self._is_sqlite = is_sqlite = dialect == "sqlite"
        packs, feed, songs, near = _PACKS, _FEED, _FEED_SONGS, _DLC_NEAR
        for name in ("created_at", "updated_at", "released_at"):
            moment = MOMENT[dialect].format(f"p.{name}")
            packs, feed = (text.replace(f"{{{name}}}", moment) for text in (packs, feed))
        songs = songs.replace("{song_released_at}", MOMENT[dialect].format("s.released_at"))
        for name in ("artist", "title"):
            near = near.replace(f"{{{name}_bytes}}", _BYTES[dialect].format(f"{name}_key"))
        self._packs, self._feed, self._near, self._exact, self._counts = (
            written(text, is_sqlite=is_sqlite) for text in (packs, feed, near, _DLC_EXACT, _COUNTS)
        )
        self._feed_songs, self._mark = songs, "?" if is_sqlite else "%s"

    def packs(self, user_id: int) -> list[Item]:
        """Return the packs of the user."""
        with cursor() as found:
            rows = found.execute(self._packs, {"u": user_id}).fetchall()
        return [_with(dict(zip(_PACK, row, strict=True)), "show_on_homepage") for row in rows]

    def recent_packs(self, user_id: int) -> tuple[list[Item], int]:
        """Return the ten packs that came out last, with their songs, and how many there are."""
        since = now_utc() - timedelta(days=30)
        values = {"u": user_id, "since": since.isoformat(" ", "microseconds") if self._is_sqlite else since}
        packs: dict[int, Item] = {}
        rights: dict[int, Item] = {}
        total = 0
        with cursor() as found:
            for *facts, can_edit, total in found.execute(self._feed, values).fetchall():  # noqa: B007  (the last counts)
                packs[facts[0]] = {**_with(dict(zip(_FEED_PACK, facts, strict=True)), "show_on_homepage"), "songs": []}
                rights[facts[0]] = {"can_edit": bool(can_edit)}
            marks = ", ".join([self._mark] * len(packs))
            for pack, *song in found.execute(self._feed_songs.replace("{packs}", marks), list(packs)).fetchall():
                item = _with(dict(zip(_FEED_SONG, song, strict=True)), "optional")
                packs[pack]["songs"].append({**item, "pack_collaboration": rights[pack]})
        return list(packs.values()), total

    def counts(self, user_id: int) -> Item:
        """Return how many notifications the user has."""
        with cursor() as found:
            unread, total = found.execute(self._counts, {"u": user_id}).fetchone()
        return {"unread_count": unread, "total_count": total}

    def dlc(self, title: str, artist: str) -> Item:
        """Check a song: an equal one by the index, and only without one the near ones."""
        wanted = Wanted(Name.of(title), Name.of(artist))
        keys = {"title": wanted.title.key, "artist": wanted.artist.key}
        patterns = {
            "title_pattern": wanted.title.key,
            "artist_pattern": wanted.artist.key,
            "title_word": wanted.title.first_word,
            "artist_word": wanted.artist.longest_word,
        }
        with cursor() as found:
            row = found.execute(self._exact, keys).fetchone()
            if row is not None:
                return _verdict(MatchType.EXACT, [row])
            values = {**keys, **{name: f"%{text}%" for name, text in patterns.items()}}
            rows = found.execute(self._near, values).fetchall()
        near = [(wanted.compare(Name.of_stored(row[1]), Name.of_stored(row[2])), row) for row in rows]
        for kind in MatchType:
            if matches := [row for nearness, row in near if nearness is kind]:
                return _verdict(kind, matches[:5])
        return _verdict(None, [])

    def batch(self, user_id: int, songs: Sequence[Item], *, form: str) -> None:
        """Insert the songs and nothing else: one statement for many rows, or one with all rows in VALUES."""
        now = now_utc()
        at = now.isoformat(" ", "microseconds") if self._is_sqlite else now
        rows = [
            (
                song["title"], text_key(song["title"]), song["artist"], text_key(song["artist"]), song["album"],
                song["year"], song["status"], user_id, song["pack_id"], False, False, at, at,
            )
            for song in songs
        ]  # fmt: skip
        marks = f"({', '.join([self._mark] * len(_SONG_COLUMNS))})"
        head = f"INSERT INTO songs ({', '.join(_SONG_COLUMNS)}) VALUES "  # noqa: S608
        with cursor(begin="BEGIN IMMEDIATE" if self._is_sqlite else None) as found:
            if form == "executemany":
                found.executemany(head + marks, rows)
            else:
                found.execute(head + ", ".join([marks] * len(rows)), [value for row in rows for value in row])

    def unbatch(self, user_id: int, newer_than: int) -> None:
        """Delete the user's songs from an id on, so that the next batch meets the same table."""
        text = f"DELETE FROM songs WHERE user_id = {self._mark} AND id > {self._mark}"  # noqa: S608
        with cursor(begin="BEGIN IMMEDIATE" if self._is_sqlite else None) as found:
            found.execute(text, (user_id, newer_than))


def _with(item: Item, flag: str) -> Item:
    item[flag] = bool(item[flag])
    return item


def _verdict(kind: MatchType | None, rows: Sequence[Any]) -> Item:
    matches = [dict(zip(_DLC, row, strict=True)) for row in rows]
    nearest = matches[0] if matches else None
    verdict: Item = {
        "is_dlc": nearest is not None,
        "origin": nearest["origin"] if nearest else None,
        "match_type": kind.value if kind else None,
        "dlc_entry": nearest,
    }
    return {**verdict, "similar_matches": matches} if kind is MatchType.PARTIAL else verdict
