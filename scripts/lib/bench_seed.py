"""A community of the size that the measurements are made at: 200 users, 20,000 songs, 2,000 of them one user's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, Engine, insert, text

from scripts.lib.bench_seed_more import more_packs, notifications, official_songs, released
from trackflow.engine import WRITES
from trackflow.extensions import Base
from trackflow.models import SongStatus
from trackflow.services.workflows.template import DEFAULT_STEPS

USERS, SONGS, SONGS_OF_ONE = 200, 20_000, 2_000
THE_ONE = 1
PACKS_EACH = 3
_ARTISTS, _SERIES = 400, 20
_START = datetime(2026, 1, 1, 8, 0, 0, 7)  # noqa: DTZ001  (naive UTC, as the columns store it; never a whole second)
_PLANS, _WORKS, _OUT = (status.value for status in SongStatus)

Row = dict[str, Any]


def seed(engine: Engine, hashed_password: str) -> None:
    """Fill an empty, migrated database; the same rows every time."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        world = _World(hashed_password)
        for table, rows in world.tables():
            for batch in _batches(rows, 5_000):
                connection.execute(insert(Base.metadata.tables[table]), batch)
        if connection.dialect.name == "postgresql":
            _set_sequences(connection)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    waiting: list[Row] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _set_sequences(connection: Connection) -> None:
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            sequence, name = f"pg_get_serial_sequence('{table.name}', 'id')", table.name
            connection.execute(text(f"SELECT setval({sequence}, (SELECT coalesce(max(id), 1) FROM {name}))"))  # noqa: S608


class _World:
    """The rows, table by table, in an order in which no row refers to a later table."""

    def __init__(self, hashed_password: str) -> None:
        self.hashed = hashed_password
        self.random = Random(1)  # noqa: S311  (the same rows every time)
        self.songs = list(self._make_songs())

    def tables(self) -> Iterator[tuple[str, Iterator[Row]]]:
        yield "users", self._users()
        yield "user_stats", ({"user_id": user} for user in range(1, USERS + 1))
        yield "user_workflows", self._workflows()
        yield "user_workflow_steps", self._steps()
        yield "artists", self._artists()
        yield "packs", self._packs()
        yield "packs", more_packs(THE_ONE, USERS * PACKS_EACH + 1, _START)
        yield "album_series", self._series()
        yield "songs", iter(self.songs)
        yield "collaborations", self._collaborations()
        yield "song_progress", self._progress()
        yield "notifications", notifications(THE_ONE, _START)
        yield "rock_band_dlc", official_songs(_START)

    def _users(self) -> Iterator[Row]:
        for user in range(1, USERS + 1):
            yield {
                "id": user,
                "username": f"bench_{user}",
                "email": f"bench_{user}@bench.example",
                "hashed_password": self.hashed,
                "created_at": _START,
                "last_login_at": _START,
            }

    def _workflows(self) -> Iterator[Row]:
        for user in range(1, USERS + 1):
            yield {"id": user, "user_id": user, "name": "My Workflow", "created_at": _START, "updated_at": _START}

    def _steps(self) -> Iterator[Row]:
        for user in range(1, USERS + 1):
            for place, step in enumerate(DEFAULT_STEPS):
                names = {"step_name": step.step_name, "display_name": step.display_name}
                yield {"workflow_id": user, "order_index": place, **names}

    def _artists(self) -> Iterator[Row]:
        for number in range(1, _ARTISTS + 1):
            yield {
                "id": number,
                "name": f"Bench Artist {number}",
                "image_url": f"https://img.example/artists/{number}.jpg" if number % 2 else None,
            }

    def _packs(self) -> Iterator[Row]:
        for pack in range(1, USERS * PACKS_EACH + 1):
            owner = 1 + (pack - 1) // PACKS_EACH
            yield {
                "id": pack,
                "user_id": owner,
                "name": f"Bench Pack {pack}",
                "priority": pack % 5 + 1,
                "created_at": _START,
                "updated_at": _START,
                **released(pack, owner),
            }

    def _series(self) -> Iterator[Row]:
        for number in range(1, _SERIES + 1):
            names = {"album_name": f"Bench Album {number}", "artist_name": f"Bench Artist {number}"}
            yield {"id": number, "series_number": number, "status": "released", **names}

    def _make_songs(self) -> Iterator[Row]:
        random = self.random
        for song in range(1, SONGS + 1):
            owner = THE_ONE if song <= SONGS_OF_ONE else 2 + song % (USERS - 1)
            is_work = random.random() < (0.9 if owner == THE_ONE else 0.5)
            status = _WORKS if is_work else random.choice((_PLANS, _OUT))
            artist = 1 + song % _ARTISTS
            moment = _START + timedelta(minutes=random.randrange(400_000), microseconds=song)
            yield {
                "id": song,
                "title": f"Bench Song {song}",
                "artist": f"Bench Artist {artist}",
                "artist_id": artist,
                "album": f"Bench Album {1 + song % 900}",
                "year": 1960 + song % 65,
                "status": status,
                "album_cover": f"https://img.example/covers/{song % 900}.jpg",
                "notes": "The bridge needs another look; the vocals are done." if song % 3 == 0 else None,
                "user_id": owner,
                "pack_id": (owner - 1) * PACKS_EACH + 1 + song % PACKS_EACH if song % 2 else None,
                "album_series_id": 1 + song % _SERIES if song % 50 == 0 else None,
                "optional": song % 7 == 0,
                "is_public": song % 3 == 0,
                "created_at": moment,
                "updated_at": moment + timedelta(minutes=song % 1_000),
                "released_at": moment + timedelta(days=3) if status == _OUT else None,
            }

    def _collaborations(self) -> Iterator[Row]:
        """Let others edit a third of the one user's songs, and the one user reach songs and packs of others."""
        random = self.random
        for song in self.songs:
            others = [user for user in random.sample(range(2, USERS + 1), 3) if user != song["user_id"]]
            number = random.choice((0, 0, 1, 2)) if song["user_id"] == THE_ONE else int(song["id"] % 10 == 0)
            for user in others[:number]:
                yield _right(user, "song_edit", song_id=song["id"])
            if song["user_id"] != THE_ONE and song["id"] % 300 == 0:
                yield _right(THE_ONE, "song_edit", song_id=song["id"])
        for pack in range(4, 44, 4):
            yield _right(THE_ONE, "pack_view", pack_id=pack)
            if pack % 8 == 0:
                yield _right(THE_ONE, "pack_edit", pack_id=pack)

    def _progress(self) -> Iterator[Row]:
        for song in self.songs:
            if song["status"] == _PLANS:
                continue
            done = len(DEFAULT_STEPS) if song["status"] == _OUT else song["id"] % len(DEFAULT_STEPS)
            for place, step in enumerate(DEFAULT_STEPS):
                yield {
                    "song_id": song["id"],
                    "step_name": step.step_name,
                    "is_completed": place < done,
                    "completed_at": song["updated_at"] if place < done else None,
                    "created_at": song["created_at"],
                    "updated_at": song["updated_at"],
                }


def _right(user: int, kind: str, *, song_id: int | None = None, pack_id: int | None = None) -> Row:
    return {
        "user_id": user,
        "collaboration_type": kind,
        "song_id": song_id,
        "pack_id": pack_id,
        "created_at": _START,
    }
