"""A person's first hour against a running server: the story that `scripts/smoke` tells. Standard library only."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.lib.smoke_http import Check, Person, Server, SmokeError, reset_token_from
from scripts.lib.smoke_pair import two_people

PROJECT = Path(__file__).resolve().parent.parent.parent
STEPS = ("tempo_map", "drums", "bass", "vocals", "compile")
RELEASE_POINTS = 10


def run(server: Server, mail_dir: Path) -> None:
    """Go through all steps; raises SmokeError at the first that fails."""
    tag = secrets.token_hex(4)
    alice, bob = (Person(f"smoke_{letter}_{tag}", secrets.token_urlsafe(12)) for letter in "ab")
    server.step("the server is ready", "GET", "/ready")
    _sign_up(server, alice, "/auth/register")
    _sign_up(server, bob, "/api/auth/register/")
    _settings(server, alice)
    _workflow(server, alice)
    song, pack = _song(server, alice)
    _refusals(server, bob, song, pack)
    _progress(server, alice, song)
    _release(server, alice, song)
    _new_password(server, alice, mail_dir)
    server.step("the song is deleted", "DELETE", f"/songs/{song}/", by=alice, status=204)
    server.step("and is gone", "GET", f"/api/songs/{song}", by=alice, status=404)
    print("\ntwo people")
    two_people(server, alice, bob, STEPS[0])


def _sign_up(server: Server, person: Person, path: str) -> None:
    body = {"username": person.name, "email": person.email, "password": person.password}
    answer = server.step(f"{person.name} registers", "POST", path, body)
    person.token = answer["access_token"]
    server.step("who am I", "GET", "/auth/me/", by=person, check=lambda me: bool(me["username"] == person.name))


def _settings(server: Server, alice: Person) -> None:
    site = "https://songs.example/"
    body = {"website_url": site, "auto_spotify_fetch_enabled": False, "default_public_sharing": False}
    server.step(
        "settings are saved",
        "PUT",
        "/user-settings/me",
        body,
        by=alice,
        check=lambda me: bool(me["website_url"] == site),
    )
    server.step(
        "and read",
        "GET",
        "/api/user-settings/me/",
        by=alice,
        check=lambda me: me["auto_spotify_fetch_enabled"] is False,
    )


def _workflow(server: Server, alice: Person) -> None:
    server.step(
        "the workflow is read", "GET", "/workflows/my-workflow/", by=alice, check=lambda flow: bool(flow["steps"])
    )
    steps = [
        {"step_name": name, "display_name": name.replace("_", " ").title(), "order_index": place}
        for place, name in enumerate(STEPS)
    ]
    server.step(
        f"and changed to {len(STEPS)} steps",
        "PUT",
        "/api/workflows/my-workflow",
        {"name": "Smoke", "steps": steps},
        by=alice,
        check=lambda flow: [step["step_name"] for step in flow["steps"]] == list(STEPS),
    )


def _song(server: Server, alice: Person) -> tuple[int, int]:
    body = {
        "title": "Unposted Semaphore",
        "artist": "Kettle & Anchor",
        "status": "In Progress",
        "pack": "Smoke Pack",
        "notes": "",
    }
    song = server.step(
        "a song is added", "POST", "/songs/", body, by=alice, check=lambda made: bool(made["status"] == "In Progress")
    )
    for path in ("/songs?status=In%20Progress", "/api/songs/?status=In+Progress"):
        server.step(
            "and listed", "GET", path, by=alice, check=lambda found: [item["id"] for item in found] == [song["id"]]
        )
    return song["id"], song["pack_id"]


def _refusals(server: Server, bob: Person, song: int, pack: int) -> None:
    own = {"title": "Inland Turnstile", "artist": "Gravel Choir", "status": "Future Plans"}
    is_refusal: Check = lambda body: bool(body["detail"]) and "smoke_a" not in body["detail"]  # noqa: E731
    for label, method, path, body, status in (
        ("somebody else may not read it", "GET", f"/songs/{song}", None, 403),
        ("nor change it", "PATCH", f"/api/songs/{song}/", {"title": "Mine"}, 403),
        ("nor tick its steps", "PUT", f"/authoring/{song}", {"drums": True}, 403),
        ("nor see its progress", "GET", f"/workflows/songs/{song}/progress/", None, 403),
        ("nor delete it", "DELETE", f"/songs/{song}", None, 403),
        ("nor add to its pack", "POST", "/songs", {**own, "pack_id": pack}, 403),
        ("nor delete it in bulk", "POST", "/songs/bulk-delete/", {"ids": [song]}, 404),
        ("nor anonymously", "GET", f"/api/songs/{song}", None, 401),
    ):
        server.step(label, method, path, body, by=None if status == 401 else bob, status=status, check=is_refusal)  # noqa: PLR2004
    made = server.step("only own songs in own places", "POST", "/api/songs/", own, by=bob)
    server.step(
        "and not moved", "PATCH", f"/songs/{made['id']}", {"pack_id": pack}, by=bob, status=403, check=is_refusal
    )
    server.step(
        "its progress is empty in bulk",
        "GET",
        f"/api/workflows/songs/progress/bulk?song_ids={song}",
        by=bob,
        check=_equals({str(song): {}}),
    )


def _progress(server: Server, alice: Person, song: int) -> None:
    for number, step in enumerate(STEPS, start=1):
        server.step(f"{step} is done", "PUT", f"/authoring/{song}{'/' * (number % 2)}", {step: True}, by=alice)
        path = f"{'/api' * (number % 2)}/workflows/songs/progress/bulk?song_ids={song}"
        wanted = {str(song): {name: place < number for place, name in enumerate(STEPS)}}
        label = f"which makes {100 * number // len(STEPS)} %"
        server.step(label, "GET", path, by=alice, check=_equals(wanted))


def _equals(wanted: Any) -> Check:
    return lambda found: bool(found == wanted)


def _release(server: Server, alice: Person, song: int) -> None:
    before = server.step("points before the release", "GET", "/api/auth/me", by=alice)["achievement_score"]
    link = "https://downloads.example/unposted-semaphore"
    first = {"status": "Released", "title": "", "description": "Done.", "download_link": link, "youtube_url": ""}
    second = {
        "status": "Released",
        "release_description": "Done.",
        "release_download_link": link,
        "release_youtube_url": None,
    }

    def is_out(found: Any) -> bool:
        is_released = found["status"] == "Released" and found["released_at"] and found["title"]
        return bool(is_released and found["release_download_link"] == link)

    server.step("the song is released", "PATCH", f"/songs/{song}", first, by=alice, check=is_out)
    paid: Check = lambda me: bool(me["achievement_score"] >= before + RELEASE_POINTS)  # noqa: E731
    after = server.step("which pays points", "GET", "/auth/me", by=alice, check=paid)["achievement_score"]
    server.step(
        "and released again, as the client does", "PATCH", f"/api/songs/{song}/", second, by=alice, check=is_out
    )
    once: Check = lambda me: bool(me["achievement_score"] == after)  # noqa: E731
    server.step("which pays nothing", "GET", "/auth/me", by=alice, check=once)


def _new_password(server: Server, alice: Person, mail_dir: Path) -> None:
    old_token, old_password = alice.token, alice.password
    server.step("the password is forgotten", "POST", "/auth/forgot-password/", {"email": alice.email})
    started = time.perf_counter()
    reset_token = reset_token_from(mail_dir, alice.email)
    print(f"ok   {(time.perf_counter() - started) * 1000:8.1f} ms  mail  the mail with the link is there", flush=True)
    alice.password = secrets.token_urlsafe(12)
    reset = {"token": reset_token, "new_password": alice.password}
    server.step("a new one is set", "POST", "/api/auth/reset-password", reset)
    stale = Person(alice.name, old_password, old_token)
    server.step("the old token ended with it", "GET", "/auth/me", by=stale, status=401)
    old_login = {"username": alice.name, "password": old_password}
    server.step("so did the old password", "POST", "/auth/login", old_login, status=401)
    server.step("the link works once", "POST", "/auth/reset-password/", reset, status=400)
    new_login = {"username": alice.name.upper(), "password": alice.password}
    alice.token = server.step("the new password signs in", "POST", "/api/auth/login/", new_login)["access_token"]
    server.step("and its token works", "POST", "/auth/refresh", by=alice)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the steps; return 0 if all are right."""
    instance = Path(os.environ.get("INSTANCE_DIR") or PROJECT / "instance")
    mails = Path(os.environ.get("MAIL_DIR") or instance / "mail")
    parser = argparse.ArgumentParser(prog="scripts/smoke", description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8001", help="where the server listens (%(default)s)")
    parser.add_argument("--mail-dir", type=Path, default=mails, help="where its mails become files (%(default)s)")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        server = Server(options.url)
        run(server, options.mail_dir)
    except SmokeError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    print(f"\n{server.steps} requests in {time.perf_counter() - started:.1f} s: all as expected")
    return 0
