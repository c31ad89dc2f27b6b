"""What came out, over HTTP: the two feeds, their count, and releasing a pack by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.api.test_songs import song_json
from tests.conftest import Person, Register
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import covers

AsUser = Callable[[Account | None], Api]
PACKS, COUNT, SONGS = "/songs/recent-pack-releases", "/songs/recent-pack-releases/count", "/songs/recent-releases"


@pytest.fixture
def alice(register: Register) -> Account:
    return register("alice")


@pytest.fixture
def bobby(person: Person) -> Account:
    return person("bobby")


@pytest.fixture
def api(alice: Account, as_user: AsUser) -> Api:
    return as_user(alice)


class Out:
    """Inserts packs and songs that came out."""

    def __init__(self, database: Database, owner: Account, clock: Clock) -> None:
        self.database, self.owner, self.clock = database, owner, clock

    def pack(self, name: str, *, days_ago: float = 0, **values: Any) -> int:
        """Insert a pack without songs."""
        return rows.pack(self.database, self.owner, name, released_at=self.ago(days_ago), **values)

    def song(self, title: str, pack_id: int | None = None, *, days_ago: float = 0, **values: Any) -> int:
        """Insert a song."""
        row = {"status": "Released", "released_at": self.ago(days_ago), "pack_id": pack_id, **values}
        return rows.song(self.database, self.owner, title, **row)

    def ago(self, days: float) -> Any:
        """Return the time so many days ago."""
        return self.clock.time - timedelta(days=days)


@pytest.fixture
def out(database: Database, alice: Account, clock: Clock) -> Out:
    return Out(database, alice, clock)


class TestPacks:
    @covers("GET /songs/recent-pack-releases")
    @pytest.mark.parametrize("path", [PACKS, f"{PACKS}/", f"/api{PACKS}", f"/api{PACKS}/"])
    def test_answers_with_packs_and_songs(self, path: str, anonymous: Api, bobby: Account, out: Out) -> None:
        pack = out.pack(
            "Summer", priority=4, released_by_user_id=bobby.id, release_title="T", release_description="D",
            release_download_link="https://d.example/p.zip", release_youtube_url="https://y.example",
        )  # fmt: skip
        first = out.song("One", pack, days_ago=1)
        second = out.song("Two", pack, album="A", year=1987, album_cover="https://img.example/c.jpg", optional=True,
                          release_description="d", release_download_link="https://d.example/s.zip",
                          release_youtube_url="https://y.example/s")  # fmt: skip
        out.song("Planned", pack, status="Future Plans", released_at=None)
        out.song("Undated", pack, released_at=None)
        series = {"artist_name": "A", "pack_id": pack}
        insert = out.database.insert
        insert("album_series", **series, album_name="Planned")
        insert("album_series", **series, album_name="Second", series_number=9, status="released")
        shown = insert("album_series", **series, album_name="First", series_number=7, status="released")
        now, before = out.clock.time.isoformat() + "Z", out.ago(1).isoformat() + "Z"
        plain = {
            "artist": "Artist", "author": "alice", "user_id": out.owner.id, "album": None, "year": None,
            "album_cover": None, "optional": False, "release_description": None, "release_download_link": None,
            "release_youtube_url": None, "pack_collaboration": None,
        }  # fmt: skip
        answer = anonymous.get(path)
        assert answer.ok() == [
            {
                "pack_id": pack, "pack_name": "Summer", "pack_owner_id": out.owner.id, "pack_owner_username": "alice",
                "released_by_user_id": bobby.id, "released_by_username": "bobby", "pack_priority": 4,
                "released_at": now, "release_title": "T", "release_description": "D",
                "release_download_link": "https://d.example/p.zip", "release_youtube_url": "https://y.example",
                "show_on_homepage": True,
                "songs": [
                    {
                        **plain, "id": second, "title": "Two", "album": "A", "year": 1987, "optional": True,
                        "album_cover": "https://img.example/c.jpg", "released_at": now, "release_description": "d",
                        "release_download_link": "https://d.example/s.zip",
                        "release_youtube_url": "https://y.example/s",
                    },
                    {**plain, "id": first, "title": "One", "released_at": before},
                ],
                "album_series_id": shown, "album_series_number": 7, "album_series_name": "First",
                "album_series_status": "released",
            }
        ]  # fmt: skip
        assert answer.total == 1

    def test_only_what_is_out_shown_and_recent(self, anonymous: Api, out: Out, database: Database) -> None:
        shown = out.pack("Shown", days_ago=30)
        out.song("Shown", shown)
        for name, values in (
            ("Hidden", {"show_on_homepage": False}), ("Old", {"days_ago": 30.01}), ("Not out", {}),
        ):  # fmt: skip
            out.song(name, out.pack(name, **values))
        database.execute("UPDATE packs SET released_at = NULL WHERE name = 'Not out'")
        out.pack("Empty")
        out.song("Undated", out.pack("Undated"), released_at=None)
        out.song("Unfinished", out.pack("Unfinished"), status="In Progress")
        assert [pack["pack_id"] for pack in anonymous.get(PACKS).ok()] == [shown]
        assert anonymous.get(COUNT).ok() == {"count": 1}
        assert {pack["pack_name"] for pack in anonymous.get(f"{PACKS}?days_back=31").ok()} == {"Shown", "Old"}
        assert anonymous.get(f"{COUNT}?days_back=31").ok() == {"count": 2}
        assert anonymous.get(f"{PACKS}?days_back=1").ok() == []

    def test_pages(self, anonymous: Api, out: Out) -> None:
        ids = [out.pack(f"Pack {number}", days_ago=number // 2) for number in range(5)]
        for pack in ids:
            out.song(f"Song {pack}", pack)
        wanted = [ids[1], ids[0], ids[3], ids[2], ids[4]]  # of equal times the later id first
        found = []
        for offset in (0, 2, 4):
            answer = anonymous.get(f"{PACKS}?limit=2&offset={offset}&_t=1")
            found += [pack["pack_id"] for pack in answer.ok()]
            assert answer.total == 5
        assert found == wanted
        answer = anonymous.get(f"{PACKS}?offset=5")
        assert (answer.ok(), answer.total) == ([], 5)

    def test_with_a_token_it_says_who_may_edit(self, as_user: AsUser, bobby: Account, person: Person, out: Out) -> None:
        pack = out.pack("Summer")
        out.song("One", pack)
        viewer = person("viewer")
        rows.grant(out.database, bobby, "pack_edit", on=pack)
        rows.grant(out.database, viewer, "pack_view", on=pack)
        may, may_not = {"can_edit": True}, {"can_edit": False}
        for caller, right in ((out.owner, may), (bobby, may), (viewer, may_not), (None, None)):
            ((song,),) = [found["songs"] for found in as_user(caller).get(PACKS).ok()]
            assert song["pack_collaboration"] == right
        bad = as_user(None).get(PACKS, headers={"Authorization": "Bearer nonsense"}).ok()
        assert bad[0]["songs"][0]["pack_collaboration"] is None

    def test_without_a_releaser_the_owner_is_named(self, anonymous: Api, out: Out) -> None:
        out.song("One", out.pack("Summer"))
        (found,) = anonymous.get(PACKS).ok()
        assert (found["released_by_user_id"], found["released_by_username"]) == (None, "alice")

    @covers("GET /songs/recent-pack-releases/count")
    @pytest.mark.parametrize("path", [COUNT, f"{COUNT}/", f"/api{COUNT}"])
    def test_the_count_of_nothing(self, path: str, anonymous: Api) -> None:
        assert anonymous.get(path).ok() == {"count": 0}

    @pytest.mark.parametrize("path", [PACKS, SONGS])
    @pytest.mark.parametrize("query", ["limit=0", "limit=51", "limit=x", "limit=", "limit=1.5", "offset=-1"])
    def test_bounds_of_pages(self, path: str, query: str, anonymous: Api) -> None:
        anonymous.get(f"{path}?{query}").refused(422)

    @pytest.mark.parametrize("path", [PACKS, COUNT])
    @pytest.mark.parametrize("days", ["0", "366", "-1", "x", "1e2", "99999999999"])
    def test_bounds_of_days(self, path: str, days: str, anonymous: Api) -> None:
        anonymous.get(f"{path}?days_back={days}").refused(422)


class TestSongs:
    @covers("GET /songs/recent-releases")
    @pytest.mark.parametrize("path", [SONGS, f"{SONGS}/", f"/api{SONGS}"])
    def test_answers_with_songs_for_everybody(self, path: str, api: Api, bobby: Account, out: Out) -> None:
        pack = out.pack("Summer", priority=2, release_description="D", release_download_link="https://d.example",
                        release_youtube_url="https://y.example")  # fmt: skip
        song = out.song("One", pack, notes="secret", is_public=True, release_description="d")
        rows.grant(out.database, bobby, "song_edit", on=song)
        answer = api.get(path)
        assert answer.ok() == [
            song_json(
                id=song, title="One", artist="Artist", status="Released", author="alice", user_id=out.owner.id,
                pack_id=pack, pack_name="Summer", pack_priority=2, pack_owner_id=out.owner.id,
                pack_owner_username="alice", released_at=out.clock.time.isoformat() + "Z", release_description="d",
                pack_release_description="D", pack_release_download_link="https://d.example",
                pack_release_youtube_url="https://y.example", is_editable=False, is_public=None, notes=None,
                created_at=None, updated_at=None,
            )
        ]  # fmt: skip
        assert answer.total == 1

    def test_only_what_is_out_and_shown(self, anonymous: Api, out: Out, database: Database) -> None:
        loose = out.song("Loose", days_ago=2)
        inside = out.song("Inside", out.pack("Shown"), days_ago=1)
        out.song("Hidden", out.pack("Hidden", show_on_homepage=False))
        out.song("Undated", released_at=None)
        out.song("Unfinished", status="In Progress")
        event = rows.pack(database, out.owner, "Event", is_community_event=True)
        entry = out.song("Entry", event, preview_link="https://secret.example", rhythmverse_link="https://r.example")
        found = anonymous.get(SONGS).ok()
        assert [song["id"] for song in found] == [entry, inside, loose]
        assert (found[0]["preview_link"], found[0]["rhythmverse_link"]) == (None, None)

    def test_pages(self, anonymous: Api, out: Out) -> None:
        ids = [out.song(f"Song {number}") for number in range(5)]
        answers = [anonymous.get(f"{SONGS}?limit=2&offset={offset}") for offset in (0, 2, 4, 6)]
        assert [song["id"] for answer in answers for song in answer.ok()] == ids[::-1]
        assert [answer.total for answer in answers] == [5] * 4


class TestReleasePack:
    @covers("POST /songs/release-pack")
    @pytest.mark.parametrize("form", ["/songs/release-pack", "/songs/release-pack/", "/api/songs/release-pack"])
    def test_releases_by_name(self, form: str, api: Api, alice: Account, database: Database) -> None:
        pack = rows.pack(database, alice, "Summer Pack")
        for number in range(3):
            rows.song(database, alice, f"Song {number}", pack_id=pack)
        rows.song(database, alice, "Optional", pack_id=pack, optional=True)
        answer = api.post(f"{form}?pack_name=Summer+Pack").ok()
        bonus = database.scalar("SELECT id FROM packs WHERE name = 'Summer Pack (Bonus)'")
        assert answer == {
            "message": "The pack Summer Pack is released.", "completed_songs": 3, "optional_songs": 1,
            "optional_pack_id": bonus,
        }  # fmt: skip
        again = api.post(f"{form}?pack_name=summer+pack").ok()
        assert (again["completed_songs"], again["optional_songs"], again["optional_pack_id"]) == (0, 0, None)
        assert database.scalar("SELECT total_points FROM user_stats WHERE user_id = :id", id=alice.id) == 30

    @pytest.mark.parametrize("query", ["", "?pack_name=", "?pack_name=+", f"?pack_name={'x' * 101}",
                                       "?pack_name=Summer+Optional+Songs"])  # fmt: skip
    def test_refuses_names_that_cannot_be_meant(self, query: str, api: Api) -> None:
        api.post(f"/songs/release-pack{query}").refused(400)

    def test_refuses_what_is_not_there_or_not_the_callers(
        self, api: Api, alice: Account, bobby: Account, database: Database
    ) -> None:
        api.post("/songs/release-pack?pack_name=%00").refused(422)
        pack = rows.pack(database, bobby, "Theirs")
        api.post("/songs/release-pack?pack_name=Theirs").refused(404)
        rows.song(database, alice, pack_id=pack)
        api.post("/songs/release-pack?pack_name=Theirs").refused(403)
        assert database.column("SELECT status FROM songs") == ["In Progress"]
        rows.pack(database, alice, "Event", is_community_event=True)
        api.post("/songs/release-pack?pack_name=Event").refused(400, "community event")
