"""The floor that the product is measured against: the same answers by hand-written SQL, straight to the driver.

Whoever rewrites a statement of the product should try here first how far down it goes. Signing in is checked as the
product's guard does; tokens, pool, WSGI stack and compression are the product's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from trackflow.clock import now_utc
from trackflow.extensions import db

# A moment as it is sent. SQLite keeps it as text, which is cheaper to change there than to parse here.
MOMENT = {"sqlite": "replace({0}, ' ', 'T') || 'Z'", "postgresql": "{0}"}
_ACCOUNT = (
    "id", "username", "email", "hashed_password", "is_active", "is_admin", "created_at", "last_login_at",
    "display_name", "profile_image_url", "website_url", "preferred_contact_method", "discord_username",
    "auto_spotify_fetch_enabled", "default_public_sharing",
)  # fmt: skip
_MOMENTS = frozenset({"created_at", "last_login_at", "updated_at", "released_at"})
_SONG = (
    "id", "title", "artist", "album", "year", "status", "album_cover", "notes", "user_id", "optional", "is_public",
    "pack_id", "album_series_id", "released_at", "release_description", "release_download_link",
    "release_youtube_url", "created_at", "updated_at", "rhythmverse_link", "event_submission_description",
    "visualizer_link", "preview_link", "is_event_submitted",
)  # fmt: skip
_BESIDE = (
    "o.username", "p.name", "p.priority", "p.user_id", "po.username", "p.is_community_event", "a.image_url",
    "sr.series_number", "sr.album_name",
)  # fmt: skip
# Songs in this status that the caller owns, edits, or reaches by a pack of their own, granted, or with an edited song.
_VISIBLE = """
SELECT id FROM songs WHERE user_id = {u} AND status = {s}
UNION SELECT s.id FROM collaborations c JOIN songs s ON s.id = c.song_id WHERE c.user_id = {u} AND s.status = {s}
UNION SELECT s.id FROM songs s WHERE s.status = {s} AND s.pack_id IN (
  SELECT id FROM packs WHERE user_id = {u}
  UNION SELECT pack_id FROM collaborations WHERE user_id = {u} AND pack_id IS NOT NULL
  UNION SELECT e.pack_id FROM collaborations c JOIN songs e ON e.id = c.song_id
        WHERE c.user_id = {u} AND e.pack_id IS NOT NULL)"""
_IN_ANY_STATUS = re.compile(r" AND (s\.)?status = \{s\}|s\.status = \{s\} AND ")
_SONGS = """
SELECT {columns} FROM songs s JOIN users o ON o.id = s.user_id LEFT JOIN packs p ON p.id = s.pack_id
LEFT JOIN users po ON po.id = p.user_id LEFT JOIN artists a ON a.id = s.artist_id
LEFT JOIN album_series sr ON sr.id = s.album_series_id
WHERE s.id IN ({visible}) ORDER BY s.updated_at DESC, s.id"""
_PEOPLE = """
SELECT c.song_id, c.pack_id, c.id, c.user_id, u.username, c.collaboration_type, {moment}
FROM collaborations c JOIN users u ON u.id = c.user_id WHERE c.song_id IN ({visible})
UNION ALL
SELECT c.song_id, c.pack_id, c.id, c.user_id, NULL, c.collaboration_type, NULL
FROM collaborations c WHERE c.user_id = {u} AND c.pack_id IS NOT NULL
ORDER BY 3"""
_MAY_TOGGLE = """
SELECT s.id, (SELECT g.is_completed FROM song_progress g WHERE g.song_id = s.id AND g.step_name = {step})
FROM songs s WHERE s.id = {song}
AND (s.user_id = {u}
  OR EXISTS (SELECT 1 FROM collaborations c WHERE c.song_id = s.id AND c.user_id = {u})
  OR EXISTS (SELECT 1 FROM collaborations c
             WHERE c.pack_id = s.pack_id AND c.user_id = {u} AND c.collaboration_type = 'pack_edit'))
AND EXISTS (SELECT 1 FROM user_workflows w JOIN user_workflow_steps t ON t.workflow_id = w.id
            WHERE w.user_id = s.user_id AND t.step_name = {step})"""
_MARK = """
INSERT INTO song_progress (song_id, step_name, is_completed, completed_at, completed_by_user_id, created_at, updated_at)
VALUES ({song}, {step}, {done}, {at}, {by}, {now}, {now})
ON CONFLICT (song_id, step_name) DO UPDATE SET is_completed = excluded.is_completed,
completed_at = excluded.completed_at, completed_by_user_id = excluded.completed_by_user_id,
updated_at = excluded.updated_at"""
_TOUCH = "UPDATE songs SET updated_at = {now} WHERE id = {song}"

Item = dict[str, Any]


class Floor:
    """The statements in the words of one database, and what runs them."""

    def __init__(self, dialect: str) -> None:
        """Write the statements once."""
        self._is_sqlite = dialect == "sqlite"
        moment = MOMENT[dialect]

        def listed(names: tuple[str, ...], table: str) -> list[str]:
            return [moment.format(f"{table}.{name}") if name in _MOMENTS else f"{table}.{name}" for name in names]

        self._account_keys = (*_ACCOUNT, "achievement_score")
        account = ", ".join([*listed(_ACCOUNT, "u"), "coalesce(t.total_points, 0)"])
        self._account = self._sql(
            f"SELECT {account} FROM users u LEFT JOIN user_stats t ON t.user_id = u.id WHERE u.id = {{u}}"  # noqa: S608
        )
        columns = ", ".join([*listed(_SONG, "s"), *_BESIDE])
        people = _PEOPLE.replace("{moment}", moment.format("c.created_at"))
        self._lists = {
            has_status: tuple(
                self._sql(text.replace("{columns}", columns).replace("{visible}", visible)) for text in (_SONGS, people)
            )
            for has_status, visible in ((True, _VISIBLE), (False, _IN_ANY_STATUS.sub("", _VISIBLE)))
        }
        self._may_toggle, self._mark, self._touch = (self._sql(text) for text in (_MAY_TOGGLE, _MARK, _TOUCH))

    def _sql(self, text: str) -> str:
        return written(text, is_sqlite=self._is_sqlite)

    def account(self, user_id: int) -> Item | None:
        """Return the account as its owner sees it, with the stored hash."""
        with cursor() as found:
            row = found.execute(self._account, {"u": user_id}).fetchone()
        return None if row is None else self._with_booleans(dict(zip(self._account_keys, row, strict=True)))

    def _with_booleans(self, account: Item) -> Item:
        for name in ("is_active", "is_admin", "auto_spotify_fetch_enabled", "default_public_sharing"):
            account[name] = bool(account[name])
        return account

    def songs(self, user_id: int, status: str | None) -> list[Item]:
        """Return the songs in a status, or in any, that the user may see, as the product's list does."""
        values = {"u": user_id, "s": status}
        songs, beside = self._lists[status is not None]
        with cursor() as found:
            rows = found.execute(songs, values).fetchall()
            people, edited, packs = self._grouped(found.execute(beside, values).fetchall(), user_id)
        return [_song(row, user_id, people, edited, packs) for row in rows]

    def _grouped(self, rows: list[Any], user_id: int) -> tuple[dict[int, list[Item]], set[int], dict[int, Item]]:
        people: dict[int, list[Item]] = {}
        edited: set[int] = set()
        packs: dict[int, Item] = {}
        for song, pack, row_id, user, username, kind, at in rows:
            if song is None:
                can_edit = kind == "pack_edit" or packs.get(pack, {}).get("can_edit", False)
                packs[pack] = {"can_edit": can_edit, "pack_id": pack}
                continue
            people.setdefault(song, []).append(
                {"id": row_id, "user_id": user, "username": username, "collaboration_type": kind, "created_at": at}
            )
            if user == user_id:
                edited.add(song)
        return people, edited, packs

    def toggle(self, user_id: int, song_id: int, step: str, *, is_done: bool) -> bool:
        """Mark a step of a song; return whether the user may and the step exists."""
        now = now_utc()
        at = now.isoformat(" ", "microseconds") if self._is_sqlite else now
        values = {"u": user_id, "song": song_id, "step": step, "now": at}
        with cursor(begin="BEGIN IMMEDIATE" if self._is_sqlite else None) as found:
            row = found.execute(self._may_toggle, values).fetchone()
            if row is None:
                return False
            if bool(row[1]) != is_done:
                mark = {**values, "done": is_done, "at": at if is_done else None, "by": user_id if is_done else None}
                found.execute(self._mark, mark)
                found.execute(self._touch, values)
        return True


def _song(  # a literal is the quickest way to a dictionary
    row: Sequence[Any], user_id: int, people: dict[int, list[Item]], edited: set[int], packs: dict[int, Item]
) -> Item:
    (
        song_id, title, artist, album, year, status, album_cover, notes, owner_id, optional, is_public, pack_id,
        series_id, released_at, description, download_link, youtube_url, created_at, updated_at, rhythmverse_link,
        submission, visualizer_link, preview_link, is_submitted, author, pack_name, pack_priority, pack_owner_id,
        pack_owner, is_event, image_url, series_number, series_name,
    ) = row  # fmt: skip
    right = packs.get(pack_id)
    return {
        "id": song_id,
        "title": title,
        "artist": artist,
        "album": album,
        "year": year,
        "status": status,
        "album_cover": album_cover,
        "notes": notes,
        "author": author,
        "user_id": owner_id,
        "optional": bool(optional),
        "is_public": bool(is_public),
        "pack_id": pack_id,
        "pack_name": pack_name,
        "pack_priority": pack_priority,
        "pack_owner_id": pack_owner_id,
        "pack_owner_username": pack_owner,
        "is_community_event": bool(is_event),
        "collaborations": people.get(song_id, []),
        "authoring": None,
        "artist_image_url": image_url,
        "album_series_id": series_id,
        "album_series_number": series_number,
        "album_series_name": series_name,
        "is_editable": owner_id == user_id or song_id in edited or (right is not None and right["can_edit"]),
        "pack_collaboration": right,
        "released_at": released_at,
        "release_description": description,
        "release_download_link": download_link,
        "release_youtube_url": youtube_url,
        "pack_release_description": None,
        "pack_release_download_link": None,
        "pack_release_youtube_url": None,
        "created_at": created_at,
        "updated_at": updated_at,
        "rhythmverse_link": rhythmverse_link,
        "event_submission_description": submission,
        "visualizer_link": visualizer_link,
        "preview_link": preview_link,
        "is_event_submitted": bool(is_submitted),
    }


def written(text: str, *, is_sqlite: bool) -> str:
    """Write each parameter `{name}` as the driver wants it."""
    return re.sub(r"\{(\w+)\}", r":\1" if is_sqlite else r"%(\1)s", text)


@contextmanager
def cursor(begin: str | None = None) -> Iterator[Any]:
    """Lend a cursor of the driver on a connection of the product's pool, and end the transaction."""
    connection = db.engine.raw_connection()
    try:
        lent = connection.cursor()
        if begin is not None:
            lent.execute(begin)
        yield lent
        if begin is not None:
            lent.execute("COMMIT")
        else:
            connection.commit()
    finally:
        connection.close()
