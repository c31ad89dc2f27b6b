"""The inbox over HTTP, and what the deeds of others put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Person, Register
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Answer, Api
from tests.support.registry import covers
from tests.support.world import EVERYBODY, World
from trackflow.services.notifications import delivery

AsUser = Callable[[Account | None], Api]
NOBODY = 2_000_000_000
FORMS = ("/notifications{}", "/notifications{}/", "/api/notifications{}", "/api/notifications{}/")
NO_SUCH = "There is no such notification."


@pytest.fixture
def alice(person: Person, as_user: AsUser) -> Api:
    return as_user(person("alice"))


@pytest.fixture
def bobby(person: Person, as_user: AsUser) -> Api:
    return as_user(person("bobby"))


def account(api: Api) -> Account:
    assert api.account is not None
    return api.account


def notice(database: Database, owner: Api | int, title: str = "T", **values: Any) -> int:
    user_id = owner if isinstance(owner, int) else account(owner).id
    row = {"type": "general", "message": "M", **values}
    return database.insert("notifications", user_id=user_id, title=title, **row)


def titles(answer: Answer) -> list[str]:
    return [item["title"] for item in answer.ok()["notifications"]]


class TestList:
    @covers("GET /notifications", "GET /notifications/count")
    def test_everything_of_a_notification_is_shown(self, alice: Api, database: Database, clock: Clock) -> None:
        user_id = account(alice).id
        achievement = database.row("SELECT * FROM achievements ORDER BY id LIMIT 1")
        request = database.insert(
            "feature_requests", user_id=user_id, title="Dark mode", description="D", is_rejected=True
        )
        comment = database.insert("feature_request_comments", feature_request_id=request, user_id=user_id, comment="C")
        song = rows.song(database, user_id)
        earlier, now = clock.time - timedelta(days=1), clock.time
        bare = notice(database, alice, type="welcome", created_at=earlier)
        full = notice(
            database, alice, "Title", type="collab_song_status", message="Message", is_read=True, read_at=now,
            created_at=now, related_achievement_id=achievement["id"], related_feature_request_id=request,
            related_comment_id=comment, related_song_id=song,
        )  # fmt: skip
        expected = {
            "notifications": [
                {
                    "id": full,
                    "user_id": user_id,
                    "type": "collab_song_status",
                    "title": "Title",
                    "message": "Message",
                    "is_read": True,
                    "related_achievement_id": achievement["id"],
                    "related_feature_request_id": request,
                    "related_comment_id": comment,
                    "related_song_id": song,
                    "created_at": now.isoformat() + "Z",
                    "read_at": now.isoformat() + "Z",
                    "achievement": {
                        name: achievement[name] for name in ("id", "name", "description", "icon", "points")
                    },
                    "feature_request": {"id": request, "title": "Dark mode", "is_done": False, "is_rejected": True},
                },
                {
                    "id": bare,
                    "user_id": user_id,
                    "type": "welcome",
                    "title": "T",
                    "message": "M",
                    "is_read": False,
                    "related_achievement_id": None,
                    "related_feature_request_id": None,
                    "related_comment_id": None,
                    "related_song_id": None,
                    "created_at": earlier.isoformat() + "Z",
                    "read_at": None,
                    "achievement": None,
                    "feature_request": None,
                },
            ],
            "unread_count": 1,
            "total_count": 2,
        }
        for form in FORMS:
            assert alice.get(form.format("")).ok() == expected
            assert alice.get(form.format("/count")).ok() == {"unread_count": 1, "total_count": 2}

    def test_an_empty_inbox(self, alice: Api) -> None:
        assert alice.get("/notifications").ok() == {"notifications": [], "unread_count": 0, "total_count": 0}
        assert alice.get("/notifications/count").ok() == {"unread_count": 0, "total_count": 0}

    def test_the_newest_first_and_of_the_same_time_the_last(self, alice: Api, database: Database, clock: Clock) -> None:
        for title, days in (("b", 2), ("c", 1), ("a", 3), ("d", 1), ("e", 1)):
            notice(database, alice, title, created_at=clock.time - timedelta(days=days))
        assert titles(alice.get("/notifications")) == ["e", "d", "c", "b", "a"]
        pages = [titles(alice.get("/notifications", {"limit": 2, "offset": offset})) for offset in (0, 2, 4, 6)]
        assert pages == [["e", "d"], ["c", "b"], ["a"], []]

    def test_the_counts_are_of_all_whatever_the_page_shows(self, alice: Api, bobby: Api, database: Database) -> None:
        notice(database, bobby, "foreign")
        for number in range(5):
            notice(database, alice, str(number), is_read=number < 2)
        for query in ({"limit": 1}, {"offset": 100}, {"unread_only": "true"}, {"_t": "123"}):
            answer = alice.get("/notifications", query).ok()
            assert (answer["unread_count"], answer["total_count"]) == (3, 5)

    @pytest.mark.parametrize(
        ("text", "number"),
        [("true", 3), ("True", 3), ("1", 3), ("false", 5), ("FALSE", 5), ("0", 5)],
    )
    def test_only_the_unread(self, text: str, number: int, alice: Api, database: Database) -> None:
        for title in "abcde":
            notice(database, alice, title, is_read=title in "bd")
        found = titles(alice.get("/notifications", {"unread_only": text}))
        assert found == (["e", "c", "a"] if number == 3 else list("edcba"))
        assert titles(alice.get("/notifications", {"unread_only": "true", "limit": 1, "offset": 1})) == ["c"]

    def test_fifty_unless_told_otherwise_and_at_most_a_hundred(self, alice: Api, database: Database) -> None:
        with database.together():
            for number in range(103):
                notice(database, alice, str(number))
        assert titles(alice.get("/notifications")) == [str(number) for number in range(102, 52, -1)]
        assert len(titles(alice.get("/notifications", {"limit": 100}))) == 100
        assert titles(alice.get("/notifications", {"limit": 100, "offset": 100})) == ["2", "1", "0"]
        assert len(titles(alice.get("/notifications", {"limit": 1}))) == 1

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            *(("limit", text) for text in ("0", "101", "-1", "1.5", "x", "", "1e1", "\uff11", "9" * 30)),
            *(("offset", text) for text in ("-1", "1.5", "x", "", str(2**31))),
            *(("unread_only", text) for text in ("yes", "2", "", "maybe", "null", "truee")),
        ],
    )
    def test_what_is_out_of_range(self, name: str, text: str, alice: Api) -> None:
        assert set(alice.get("/notifications", {name: text}).refused(422)["errors"]) == {name}


class TestReading:
    @covers("PUT /notifications/{notification_id}/read", "PUT /notifications/mark-all-read")
    def test_one_and_then_the_rest(self, alice: Api, database: Database, clock: Clock) -> None:
        first, *_ = [notice(database, alice, title) for title in "abc"]
        for form in FORMS:
            assert set(alice.put(form.format(f"/{first}/read")).ok()) == {"message"}
            clock.advance(seconds=1)
        assert alice.get("/notifications/count").ok() == {"unread_count": 2, "total_count": 3}
        shown = alice.get("/notifications").ok()["notifications"][-1]
        assert (shown["id"], shown["is_read"]) == (first, True)
        assert shown["read_at"] == (clock.time - timedelta(seconds=4)).isoformat() + "Z"
        found = [alice.put(form.format("/mark-all-read")).ok() for form in FORMS]
        assert [answer["marked_count"] for answer in found] == [2, 0, 0, 0]
        assert all(set(answer) == {"marked_count", "message"} for answer in found)
        assert alice.get("/notifications/count").ok() == {"unread_count": 0, "total_count": 3}

    def test_nothing_there(self, alice: Api) -> None:
        assert alice.put(f"/notifications/{NOBODY}/read").refused(404)["detail"] == NO_SUCH
        assert alice.put("/notifications/0/read").refused(404)["detail"] == NO_SUCH
        assert alice.put("/notifications/mark-all-read").ok()["marked_count"] == 0


class TestDeleting:
    @covers("DELETE /notifications/{notification_id}", "DELETE /notifications")
    def test_one_by_one_and_all(self, alice: Api, bobby: Api, database: Database) -> None:
        notice(database, bobby, "foreign")
        ids = [notice(database, alice, title) for title in "abcdefg"]
        for form, target in zip(FORMS, ids, strict=False):
            assert set(alice.delete(form.format(f"/{target}")).ok()) == {"message"}
            assert alice.delete(form.format(f"/{target}")).refused(404)["detail"] == NO_SUCH
        assert titles(alice.get("/notifications")) == ["g", "f", "e"]
        found = [alice.delete(form.format("")).ok() for form in FORMS]
        assert [answer["deleted_count"] for answer in found] == [3, 0, 0, 0]
        assert titles(alice.get("/notifications")) == []
        assert titles(bobby.get("/notifications")) == ["foreign"]


class TestWelcome:
    @covers("POST /notifications/welcome")
    def test_it_comes_once(self, register: Register, as_user: AsUser, database: Database) -> None:
        alice = as_user(register("alice"))
        found = [alice.post(form.format("/welcome")).ok() for form in FORMS]
        assert [found[0]] * 4 == found
        assert found[0] == alice.get("/notifications").ok()["notifications"][0]
        assert (found[0]["type"], found[0]["user_id"]) == ("welcome", account(alice).id)
        assert "TrackFlow" in found[0]["title"]
        assert database.count("notifications") == 1
        alice.put("/notifications/mark-all-read").ok()
        assert alice.post("/notifications/welcome").ok()["is_read"] is True

    def test_an_older_account_gets_a_greeting_and_no_notification(self, alice: Api, database: Database) -> None:
        database.execute("UPDATE users SET created_at = '2020-01-01 00:00:00'")
        answer = alice.post("/notifications/welcome").ok()
        assert set(answer) == {"message"}
        assert answer["message"].strip()
        assert database.count("notifications") == 0

    def test_a_body_does_no_harm(self, alice: Api, bobby: Api) -> None:
        for api, body in ((alice, {"user_id": account(bobby).id}), (bobby, {})):
            assert api.post("/notifications/welcome", body).ok()["user_id"] == account(api).id


class TestOthers:
    def test_notifications_of_other_people_are_not_there(
        self, world: World, as_user: AsUser, database: Database
    ) -> None:
        target = notice(database, world.people["owner"].id, related_song_id=world.song)
        before = database.rows("SELECT * FROM notifications")
        for who in EVERYBODY:
            if who in ("owner", "inactive"):
                continue
            api = as_user(world.people[who])
            assert api.put(f"/notifications/{target}/read").refused(404)["detail"] == NO_SUCH
            assert api.delete(f"/notifications/{target}").refused(404)["detail"] == NO_SUCH
            assert api.put("/notifications/mark-all-read").ok()["marked_count"] == 0
            assert api.delete("/notifications").ok()["deleted_count"] == 0
            assert api.get("/notifications").ok() == {"notifications": [], "unread_count": 0, "total_count": 0}
        assert database.rows("SELECT * FROM notifications") == before
        as_user(world.people["owner"]).put(f"/notifications/{target}/read").ok()

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", ""), ("GET", "/count"), ("PUT", "/1/read"), ("PUT", "/mark-all-read"), ("DELETE", "/1"),
            ("DELETE", ""), ("POST", "/welcome"),
        ],
    )  # fmt: skip
    def test_who_is_not_signed_in_or_not_active(
        self, method: str, path: str, anonymous: Api, world: World, as_user: AsUser
    ) -> None:
        anonymous.call(method, f"/notifications{path}").refused(401)
        as_user(world.people["inactive"]).call(method, f"/notifications{path}").refused(401)

    @pytest.mark.parametrize("wrong", ["undefined", "null", "-1", "1.5", str(2**31), "9" * 23, "%EF%BC%91"])
    def test_what_is_no_id(self, wrong: str, alice: Api, database: Database) -> None:
        notice(database, alice)
        alice.put(f"/notifications/{wrong}/read").refused(404)
        alice.delete(f"/notifications/{wrong}").refused(404)
        assert database.count("notifications", is_read=False) == 1

    def test_other_methods(self, alice: Api) -> None:
        alice.get("/notifications/1").refused(405)
        alice.put("/notifications/1").refused(405)
        alice.post("/notifications").refused(405)
        alice.get("/notifications/welcome").refused(405)


class TestDeeds:
    """What people do to songs arrives with those whom it concerns, in the transaction of the deed."""

    @pytest.fixture(autouse=True)
    def _context(self, app: Flask) -> Iterator[None]:
        with app.app_context():
            yield

    def inbox(self, as_user: AsUser, world: World, who: str) -> list[tuple[str, int | None]]:
        shown = as_user(world.people[who]).get("/notifications").ok()["notifications"]  # type: ignore[index]
        return [(item["type"], item["related_song_id"]) for item in shown]

    def test_the_life_of_a_song(self, world: World, as_user: AsUser) -> None:
        editor = as_user(world.people["song_edit"])
        editor.put(f"/authoring/{world.song}", {"drums": True, "bass": True, "collaboration": True}).ok()
        editor.put(f"/authoring/{world.song}", {"drums": True}).ok()
        editor.post(f"/authoring/complete/{world.song}").ok()
        assignments = [{"collaborator": "song_edit", "field": "drums"}]
        for _ in range(2):
            editor.put(f"/authoring/{world.song}/wip-collaborations", {"assignments": assignments}).ok()
        editor.patch(f"/songs/{world.song}", {"status": "Future Plans"}).ok()
        editor.patch(f"/songs/{world.song}", {"status": "Future Plans"}).ok()
        editor.patch(f"/songs/{world.song}", {"notes": "x"}).ok()
        editor.patch(f"/songs/{world.song}", {"status": "Released", "title": "", "description": "d"}).ok()
        editor.patch(f"/songs/{world.song}", {"status": "Released", "release_description": "d"}).ok()
        shared = [
            ("collab_song_status", world.song),
            ("collab_wip_assignments", world.song),
            ("collab_song_progress", world.song),
        ]
        assert self.inbox(as_user, world, "owner") == [("general", world.song), *shared]
        assert self.inbox(as_user, world, "pack_edit") == [("collab_song_status", world.song), *shared]
        for who in ("song_edit", "pack_view", "pack_owner", "sibling_edit", "viewing_owner", "stranger", "admin"):
            assert self.inbox(as_user, world, who) == []

    def test_a_song_that_somebody_else_has_too(self, world: World, as_user: AsUser, database: Database) -> None:
        owner, stranger = as_user(world.people["owner"]), world.people["stranger"]
        rows.song(database, stranger, "loose SONG", artist="Loose Song Artist", is_public=True)
        for is_public in (True, True, False, True):
            owner.patch(f"/songs/{world.loose_song}", {"is_public": is_public}).ok()
        owner.patch(f"/songs/{world.loose_song}", {"status": "Future Plans"}).ok()
        assert self.inbox(as_user, world, "stranger") == [("potential_collaboration", world.loose_song)]
        assert self.inbox(as_user, world, "owner") == []
        owner.delete(f"/songs/{world.loose_song}").ok(204)
        assert self.inbox(as_user, world, "stranger") == [("potential_collaboration", None)]

    def test_a_song_that_is_entered_as_public(self, world: World, as_user: AsUser, database: Database) -> None:
        rows.song(database, world.people["stranger"], "New", artist="New", is_public=True)
        database.execute("UPDATE users SET default_public_sharing = true WHERE id = :id", id=world.people["owner"].id)
        song = as_user(world.people["owner"]).post(
            "/songs", {"title": "new", "artist": "NEW", "status": "Future Plans"}
        ).ok()  # fmt: skip
        assert self.inbox(as_user, world, "stranger") == [("potential_collaboration", song["id"])]

    def test_a_claimed_account(self, world: World, as_user: AsUser, database: Database) -> None:
        database.insert("users", username="placeholder")
        body = {
            "username": "placeholder", "email": "p@example.org", "password": "correct horse",
            "workflow_steps": [{"step_name": "drums", "display_name": "Drums"}],
        }  # fmt: skip
        as_user(None).post("/auth/claim-user", body).ok()
        assert self.inbox(as_user, world, "admin") == [("general", None)]
        assert self.inbox(as_user, world, "owner") == []

    def test_a_failing_inbox_does_not_stop_the_deed(
        self, world: World, as_user: AsUser, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery, "now_utc", lambda: "no date")
        owner = as_user(world.people["owner"])
        assert owner.patch(f"/songs/{world.song}", {"status": "Released"}).ok()["status"] == "Released"
        owner.put(f"/authoring/{world.song}", {"drums": True}).ok()
        assert database.count("notifications") == 0
        assert database.count("activity_logs", activity_type="update_song") == 1
        assert database.count("song_progress", song_id=world.song, is_completed=True) == 1
