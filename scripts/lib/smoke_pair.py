"""Two people at work on one pack: the second part of the story that `scripts/smoke` tells. Standard library only."""

from __future__ import annotations

import secrets
from typing import Any

from scripts.lib.smoke_http import Check, Person, Server

SONG_POINTS = 10
_TITLES = ("Tin Orchard", "Ledger of Rain", "Second Ferry")
_ARTIST = "The Borrowed Ladders"
_FEED, _COUNT = "/songs/recent-pack-releases", "/songs/recent-pack-releases/count"


def two_people(server: Server, alice: Person, bob: Person, step: str) -> None:
    """Go through the life of a pack that both work on; `step` is one of the owner's workflow."""
    pack, songs = _pack(server, alice)
    bob_id = _grants(server, alice, bob, pack, songs)
    _work(server, alice, bob, pack=pack, songs=songs, step=step)
    _files(server, alice, bob, songs[0])
    _helpers(server, alice, songs)
    _release(server, alice, pack, songs)
    _goodbye(server, alice, bob, bob_id=bob_id, pack=pack, songs=songs)


def _pack(server: Server, alice: Person) -> tuple[int, list[int]]:
    body = {"name": f"Smoke Pair {secrets.token_hex(3)}", "priority": 3}
    made = server.step("a pack is made", "POST", "/packs/", body, by=alice, check=lambda pack: pack["priority"] == 3)  # noqa: PLR2004
    pack: int = made["id"]
    server.step(
        "and listed", "GET", "/api/packs", by=alice, check=lambda packs: pack in [found["id"] for found in packs]
    )
    batch = [{"title": title, "artist": _ARTIST, "status": "In Progress", "pack_id": pack} for title in _TITLES]
    songs = server.step(
        f"{len(batch)} songs are added to it at once",
        "POST",
        "/songs/batch",
        batch,
        by=alice,
        check=lambda found: [(song["title"], song["pack_id"]) for song in found] == [(name, pack) for name in _TITLES],
    )
    return pack, [song["id"] for song in songs]


def _grants(server: Server, alice: Person, bob: Person, pack: int, songs: list[int]) -> int:
    is_there: Check = lambda people: bob.name in [found["username"] for found in people]  # noqa: E731
    people = server.step(
        "the other account is looked up", "GET", "/collaborations/available-users", by=alice, check=is_there
    )
    bob_id: int = next(found["id"] for found in people if found["username"] == bob.name)
    server.step("who is not shown the pack yet", "GET", f"/packs/{pack}", by=bob, status=403)
    rights = {"user_id": bob_id, "permissions": ["pack_view", "pack_edit"]}
    has_both: Check = lambda rows: sorted(row["collaboration_type"] for row in rows) == ["pack_edit", "pack_view"]  # noqa: E731
    path = f"/collaborations/packs/{pack}/collaborate"
    first = server.step("the pack is shared", "POST", path, rights, by=alice, check=has_both)
    server.step("and again, which changes nothing", "POST", f"/api{path}/", rights, by=alice, check=_is(first))
    path, person = f"/collaborations/songs/{songs[0]}/collaborate", {"user_id": bob_id}
    is_edit: Check = lambda row: bool(row["collaboration_type"] == "song_edit" and row["user_id"] == bob_id)  # noqa: E731
    first = server.step("a song is shared", "POST", path, person, by=alice, check=is_edit)
    server.step("and again, which changes nothing", "POST", f"/api{path}/", person, by=alice, check=_is(first))
    return bob_id


def _work(  # noqa: PLR0913  (who, what and where)
    server: Server, alice: Person, bob: Person, *, pack: int, songs: list[int], step: str
) -> None:
    can_edit: Check = lambda found: {song["id"] for song in found if song["is_editable"]} == {*songs}  # noqa: E731
    server.step("the other sees the songs, and may edit them", "GET", f"/songs/?pack_id={pack}", by=bob, check=can_edit)
    title = f"{_TITLES[1]} (Remastered 2011)"
    server.step(
        "and edits one",
        "PATCH",
        f"/songs/{songs[1]}",
        {"title": title, "notes": "The second verse is short."},
        by=bob,
        check=lambda song: bool(song["notes"] and song["title"].startswith(_TITLES[1])),
    )
    wanted = {"assignments": [{"collaborator": bob.name, "field": step}]}
    path = f"/authoring/{songs[0]}/wip-collaborations"
    server.step("a part is assigned", "PUT", path, wanted, by=alice)
    server.step("and read", "GET", f"/api{path}/", by=bob, check=_is(wanted))
    before = server.step("the owner's notifications are counted", "GET", "/notifications/count", by=alice)
    server.step(f"the other finishes {step}", "PUT", f"/authoring/{songs[0]}/", {step: True}, by=bob)
    server.step(
        "one notification more has come",
        "GET",
        "/api/notifications/count/",
        by=alice,
        check=lambda now: bool(now["unread_count"] == before["unread_count"] + 1),
    )
    server.step(
        "which tells of the progress",
        "GET",
        "/notifications?limit=1&unread_only=true",
        by=alice,
        check=lambda inbox: _about(inbox["notifications"][0]) == ("collab_song_progress", songs[0]),
    )


def _about(notification: dict[str, Any]) -> tuple[str, int]:
    return notification["type"], notification["related_song_id"]


def _files(server: Server, alice: Person, bob: Person, song: int) -> None:
    link = {"file_url": "https://files.example/tin-orchard-take3.zip", "message": "The third take."}
    made = server.step("a file is linked", "POST", f"/file-links/{song}", link, by=bob)
    server.step("and listed", "GET", f"/api/file-links/{song}/", by=alice, check=_is([{**made, **link}]))


def _helpers(server: Server, alice: Person, songs: list[int]) -> None:
    server.step("the songs' titles are cleaned", "POST", "/tools/bulk-clean", songs, by=alice)
    clean: Check = lambda song: bool(song["title"] == _TITLES[1])  # noqa: E731
    server.step("which takes off what was added", "GET", f"/songs/{songs[1]}", by=alice, check=clean)
    path = "/rockband-dlc/check?title=Tin+Orchard&artist=The+Borrowed+Ladders"
    server.step("no game has the song", "GET", path, check=lambda found: found["is_dlc"] is False)
    server.step(
        "the dashboard suggests the songs",
        "GET",
        "/dashboard/suggestions?limit=6",
        by=alice,
        check=lambda found: {*songs} <= {item.get("song_id") for item in found},
    )


def _release(server: Server, alice: Person, pack: int, songs: list[int]) -> None:
    link = "https://downloads.example/pair"
    body = {
        "title": "Out now",
        "description": "Three songs.",
        "download_link": link,
        "youtube_url": "https://video.example/pair",
        "song_download_links": {str(song): f"{link}/{song}" for song in songs},
        "hide_from_homepage": False,
        "show_on_homepage": True,
    }
    path = f"/packs/{pack}/release"

    def is_out(found: Any) -> bool:
        texts = {f"release_{name}": body[name] for name in ("title", "description", "download_link", "youtube_url")}
        return bool(found["released_at"] and found["show_on_homepage"] and texts.items() <= found.items())

    def is_in_feed(found: Any) -> bool:
        shown = next(item for item in found if item["pack_id"] == pack)
        links = {song["id"]: song["release_download_link"] for song in shown["songs"]}
        return is_out(shown) and links == {song: f"{link}/{song}" for song in songs}

    count = server.step("released packs are counted", "GET", _COUNT)["count"]
    before = _points(server, alice, "points before the release", lambda _points: True)
    server.step("the pack is released", "POST", path, body, by=alice, check=is_out)
    least = before + SONG_POINTS * len(songs)
    after = _points(server, alice, f"which pays {least - before} points or more", lambda points: points >= least)
    server.step("the feed shows it to everybody", "GET", f"{_FEED}?limit=50", check=is_in_feed)
    server.step("and counts it", "GET", f"/api{_COUNT}/", check=lambda found: bool(found["count"] > count))

    server.step("it is released again", "POST", f"/api{path}/", body, by=alice, check=is_out)
    _points(server, alice, "which pays nothing", lambda points: points == after)
    status = f"/packs/{pack}/status"
    is_back: Check = lambda found: found["released_at"] is None  # noqa: E731
    server.step("it is taken back", "PATCH", status, {"status": "WIP"}, by=alice, check=is_back)
    is_work: Check = lambda song: bool(song["status"] == "In Progress")  # noqa: E731
    server.step("a song too", "PATCH", f"/songs/{songs[2]}", {"status": "In Progress"}, by=alice, check=is_work)
    server.step("the feed has lost it", "GET", f"{_FEED}/?limit=50", check=_lacks(pack))
    server.step("it is released once more", "POST", path, body, by=alice, check=is_out)
    _points(server, alice, "which pays nothing more", lambda points: points == after)
    server.step("the feed shows it again", "GET", f"/api{_FEED}?limit=50", by=alice, check=is_in_feed)


def _points(server: Server, person: Person, label: str, check: Check) -> int:
    def is_right(me: Any) -> bool:
        return check(me["achievement_score"])

    points: int = server.step(label, "GET", "/auth/me", by=person, check=is_right)["achievement_score"]
    return points


def _goodbye(  # noqa: PLR0913  (who, what and where)
    server: Server, alice: Person, bob: Person, *, bob_id: int, pack: int, songs: list[int]
) -> None:
    path = f"/collaborations/packs/{pack}/collaborate/{bob_id}"
    server.step("the rights are taken away", "DELETE", path, by=alice)
    for label, method, where, body in (
        ("then the other may not read the pack", "GET", f"/packs/{pack}", None),
        ("nor a song of it", "GET", f"/api/songs/{songs[1]}", None),
        ("nor edit the one that was shared", "PATCH", f"/songs/{songs[0]}", {"notes": "Mine"}),
        ("nor read its files", "GET", f"/file-links/{songs[0]}", None),
    ):
        server.step(label, method, where, body, by=bob, status=403)
    server.step("the pack is deleted", "DELETE", f"/packs/{pack}/", by=alice)
    server.step("and is gone", "GET", f"/api/packs/{pack}", by=alice, status=404)
    server.step("with its songs", "GET", f"/songs/{songs[0]}", by=alice, status=404)
    server.step("and from the feed", "GET", f"{_FEED}?limit=50", check=_lacks(pack))


def _lacks(pack: int) -> Check:
    return lambda found: pack not in [item["pack_id"] for item in found]


def _is(wanted: Any) -> Check:
    return lambda found: bool(found == wanted)
