"""A pack with songs, and everybody who can stand in a relation to one of them: for tests of who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from flask import Flask

from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account
from tests.support.people import account, insert_person

Who = Literal[
    "owner",
    "song_edit",
    "pack_view",
    "pack_edit",
    "pack_owner",
    "sibling_edit",
    "viewing_owner",
    "other_owner",
    "stranger",
    "admin",
    "inactive",
]
EVERYBODY: tuple[Who, ...] = get_args(Who)


@dataclass(frozen=True, slots=True)
class World:
    """The pack is one of `pack_owner`; `song` lies in it and is one of `owner`, who has no right on the pack.

    | who | relation |
    |---|---|
    | `owner` | owns `song`, no right on the pack |
    | `song_edit` | holds `song_edit` on `song` |
    | `pack_view`, `pack_edit` | hold that right on the pack, own nothing |
    | `pack_owner` | owns the pack and `pack_song` in it |
    | `sibling_edit` | holds `song_edit` on `other_song`, not on `song` |
    | `viewing_owner` | holds `pack_view` and owns `viewing_song` in the pack |
    | `other_owner` | owns `other_song` in the pack, no right on it |
    | `stranger`, `admin` | no relation |
    | `inactive` | holds every right, but the account is not active |
    """

    people: dict[Who, Account]
    pack: int
    song: int
    pack_song: int
    other_song: int
    viewing_song: int
    loose_song: int

    @classmethod
    def build(cls, app: Flask, database: Database) -> World:
        """Insert everybody and everything; `loose_song` of `owner` lies in no pack."""
        values = {"admin": {"is_admin": True}, "inactive": {"is_active": False}}
        with database.together():
            ids = {who: insert_person(database, who, **values.get(who, {})) for who in EVERYBODY}
            pack = rows.pack(database, ids["pack_owner"], "World Pack")

            def song(who: Who, title: str, pack_id: int | None = pack) -> int:
                return rows.song(database, ids[who], title, artist=f"{title} Artist", pack_id=pack_id)

            songs = {
                "song": song("owner", "World Song"),
                "pack_song": song("pack_owner", "Pack Song"),
                "other_song": song("other_owner", "Other Song"),
                "viewing_song": song("viewing_owner", "Viewing Song"),
                "loose_song": song("owner", "Loose Song", None),
            }
            grants: tuple[tuple[Who, str, int], ...] = (
                ("song_edit", "song_edit", songs["song"]),
                ("pack_view", "pack_view", pack),
                ("pack_edit", "pack_edit", pack),
                ("sibling_edit", "song_edit", songs["other_song"]),
                ("viewing_owner", "pack_view", pack),
                ("inactive", "song_edit", songs["song"]),
                ("inactive", "pack_view", pack),
                ("inactive", "pack_edit", pack),
            )
            for who, right, target in grants:
                rows.grant(database, ids[who], right, on=target)
        return cls(people={who: account(app, user_id) for who, user_id in ids.items()}, pack=pack, **songs)
