"""A user's own settings, and how users reach each other, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Person, Register
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import covers

AsUser = Callable[[Account | None], Api]
EMPTY = {
    "display_name": None,
    "profile_image_url": None,
    "website_url": None,
    "preferred_contact_method": None,
    "discord_username": None,
    "auto_spotify_fetch_enabled": True,
    "default_public_sharing": False,
}


@pytest.fixture
def alice(register: Register, as_user: AsUser) -> Api:
    return as_user(register("alice"))


class TestReading:
    @covers("GET /user-settings/me")
    def test_it_is_the_account_of_the_session(self, alice: Api, database: Database) -> None:
        answer = alice.get("/user-settings/me").ok()
        assert answer == alice.get("/auth/me").ok()
        assert alice.account is not None
        dates = {"created_at": answer["created_at"], "last_login_at": answer["last_login_at"]}
        assert answer == {
            "id": alice.account.id,
            "username": "alice",
            "email": "alice@example.org",
            "is_active": True,
            "is_admin": False,
            "achievement_score": 0,
            **dates,
            **EMPTY,
        }
        assert all(date.endswith("Z") for date in dates.values())
        database.execute("UPDATE user_stats SET total_points = 30")
        assert alice.get("/user-settings/me").ok()["achievement_score"] == 30

    def test_an_account_without_dates_is_read(self, person: Person, as_user: AsUser) -> None:
        answer = as_user(person("bobby", created_at=None)).get("/user-settings/me").ok()
        assert (answer["created_at"], answer["last_login_at"]) == (None, None)


class TestSaving:
    @covers("PUT /user-settings/me")
    def test_everything_at_once(self, alice: Api) -> None:
        before = alice.get("/user-settings/me").ok()
        sent = {
            "email": " New@Example.ORG ",
            "preferred_contact_method": "discord",
            "discord_username": " riff#1 ",
            "profile_image_url": "https://img.example/p.png",
            "website_url": "http://me.example/",
            "display_name": "  Alice A. ",
            "auto_spotify_fetch_enabled": False,
            "default_public_sharing": True,
        }
        expected = {
            **before,
            **sent,
            "email": "new@example.org",
            "discord_username": "riff#1",
            "display_name": "Alice A.",
        }
        assert alice.put("/user-settings/me", sent).ok() == expected
        assert alice.get("/user-settings/me").ok() == alice.get("/auth/me").ok() == expected

    def test_what_the_client_sends_with_empty_links(self, alice: Api) -> None:
        links = {"profile_image_url": "https://img.example/p.png", "website_url": "http://me.example"}
        alice.put("/user-settings/me", links).ok()
        sent = {
            "auto_spotify_fetch_enabled": 1,
            "default_public_sharing": 0,
            "profile_image_url": "",
            "website_url": "  ",
        }
        answer = alice.put("/user-settings/me", sent).ok()
        assert {name: answer[name] for name in sent} == {
            "auto_spotify_fetch_enabled": True,
            "default_public_sharing": False,
            "profile_image_url": None,
            "website_url": None,
        }

    @pytest.mark.parametrize("body", [None, {}, {"x": 1}, {"is_admin": True, "id": 99, "username": "root"}])
    def test_what_is_not_named_stays(self, alice: Api, body: Any) -> None:
        alice.put("/user-settings/me", {"display_name": "Al", "website_url": "http://me.example"}).ok()
        before = alice.get("/user-settings/me").ok()
        assert alice.put("/user-settings/me", body).ok() == before
        assert alice.put("/user-settings/me", {**dict.fromkeys(EMPTY), "email": None}).ok() == before
        assert alice.put("/user-settings/me", {"email": "  "}).ok() == before

    @pytest.mark.parametrize("name", ["display_name", "discord_username", "profile_image_url", "website_url"])
    def test_an_empty_text_clears(self, alice: Api, name: str) -> None:
        value = "https://me.example" if name.endswith("url") else "me"
        assert alice.put("/user-settings/me", {name: value}).ok()[name] == value
        assert alice.put("/user-settings/me", {name: ""}).ok()[name] is None

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ([], "_schema"),
            ({"email": "nobody"}, "email"),
            ({"email": 7}, "email"),
            ({"email": "x" * 250 + "@a.de"}, "email"),
            ({"email": "a\x00@a.de"}, "email"),
            ({"preferred_contact_method": 7}, "preferred_contact_method"),
            ({"preferred_contact_method": ["email"]}, "preferred_contact_method"),
            ({"discord_username": 7}, "discord_username"),
            ({"discord_username": "x" * 201}, "discord_username"),
            ({"discord_username": "a\x00"}, "discord_username"),
            ({"display_name": "x" * 51}, "display_name"),
            ({"display_name": {}}, "display_name"),
            ({"profile_image_url": "javascript:alert(1)"}, "profile_image_url"),
            ({"profile_image_url": "//img.example/p.png"}, "profile_image_url"),
            ({"website_url": "me.example"}, "website_url"),
            ({"website_url": "https://user:pass@me.example"}, "website_url"),
            ({"website_url": "https://"}, "website_url"),
            ({"website_url": "https://me.example/" + "x" * 2048}, "website_url"),
            ({"website_url": "https://me.example/\x00"}, "website_url"),
            ({"website_url": 7}, "website_url"),
            ({"auto_spotify_fetch_enabled": "yes"}, "auto_spotify_fetch_enabled"),
            ({"auto_spotify_fetch_enabled": 2}, "auto_spotify_fetch_enabled"),
            ({"auto_spotify_fetch_enabled": 1.0}, "auto_spotify_fetch_enabled"),
            ({"default_public_sharing": "true"}, "default_public_sharing"),
            ({"default_public_sharing": 10**15}, "default_public_sharing"),
        ],
    )
    def test_a_malformed_body_is_422_and_changes_nothing(self, alice: Api, body: Any, field: str) -> None:
        before = alice.get("/user-settings/me").ok()
        sent = {"display_name": "Al", **body} if isinstance(body, dict) else body
        assert field in alice.put("/user-settings/me", sent).refused(422)["errors"]
        assert alice.get("/user-settings/me").ok() == before

    def test_lone_surrogates_are_400(self, alice: Api) -> None:
        body = b'{"display_name": "\\udfff"}'
        alice.put("/user-settings/me", data=body, content_type="application/json").refused(400)

    def test_an_address_belongs_to_one_account(self, alice: Api, person: Person) -> None:
        person("bobby")
        before = alice.get("/user-settings/me").ok()
        alice.put("/user-settings/me", {"email": "BOBBY@example.org", "display_name": "x"}).refused(
            400, "already exists"
        )
        assert alice.get("/user-settings/me").ok() == before
        alice.put("/user-settings/me", {"email": "Alice@example.org"}).ok()

    def test_the_token_survives_a_new_address(self, alice: Api, anonymous: Api) -> None:
        alice.put("/user-settings/me", {"email": "new@example.org"}).ok()
        alice.get("/auth/me").ok()
        assert alice.account is not None
        anonymous.post("/auth/login", {"username": "alice", "password": alice.account.password}).ok()


class TestContactMethod:
    @pytest.mark.parametrize("method", ["phone", "Email", "DISCORD", "e-mail", "none"])
    def test_an_unknown_method_is_400(self, alice: Api, method: str) -> None:
        alice.put("/user-settings/me", {"preferred_contact_method": method}).refused(400, "email, discord or empty")

    def test_it_needs_the_contact_as_it_will_be(self, alice: Api, person: Person, as_user: AsUser) -> None:
        discord = {"preferred_contact_method": "discord"}
        alice.put("/user-settings/me", discord).refused(400, "Discord name")
        alice.put("/user-settings/me", {**discord, "discord_username": "  "}).refused(400, "Discord name")
        alice.put("/user-settings/me", {**discord, "discord_username": "riff#1"}).ok()
        alice.put("/user-settings/me", {"preferred_contact_method": "email"}).ok()
        alice.put("/user-settings/me", discord).ok()  # by the stored name
        alice.put("/user-settings/me", {"discord_username": ""}).refused(400, "Discord name")
        answer = alice.put("/user-settings/me", {"discord_username": "", "preferred_contact_method": ""}).ok()
        assert (answer["preferred_contact_method"], answer["discord_username"]) == (None, None)

        bobby = as_user(person("bobby", email=None))
        by_email = {"preferred_contact_method": "email"}
        bobby.put("/user-settings/me", by_email).refused(400, "e-mail address")
        assert bobby.put("/user-settings/me", {**by_email, "email": "b@example.org"}).ok()["email"] == "b@example.org"


class TestContact:
    @covers("GET /user-settings/users/{username}/profile")
    def test_the_address_is_for_whom_the_user_wants(
        self, alice: Api, person: Person, as_user: AsUser, database: Database
    ) -> None:
        bobby = as_user(person("Bobby", discord_username="riff#1"))
        admin = as_user(person("admin", is_admin=True))
        assert bobby.account is not None
        expected = {
            "id": bobby.account.id,
            "username": "Bobby",
            "email": None,
            "preferred_contact_method": None,
            "discord_username": "riff#1",
            "created_at": bobby.get("/auth/me").ok()["created_at"],
        }
        path = "/user-settings/users/bOBBY/profile"
        with_email = {**expected, "email": "bobby@example.org"}
        assert alice.get(path).ok() == expected
        assert bobby.get(path).ok() == admin.get(path).ok() == with_email
        database.execute("UPDATE users SET preferred_contact_method = 'discord' WHERE username = 'Bobby'")
        assert alice.get(path).ok() == {**expected, "preferred_contact_method": "discord"}
        database.execute("UPDATE users SET preferred_contact_method = 'email' WHERE username = 'Bobby'")
        assert alice.get(path).ok() == {**with_email, "preferred_contact_method": "email"}

    @pytest.mark.parametrize("name", ["nobody", "closed", "a%00b", "%ED%A0%80", "x" * 3000, "%20", "a%2Fb"])
    def test_unknown_and_closed_accounts_are_404(self, alice: Api, person: Person, name: str) -> None:
        person("closed", is_active=False)
        alice.get(f"/user-settings/users/{name}/profile").refused(404)

    def test_imported_names_may_be_anything(self, alice: Api, person: Person) -> None:
        person("Ärger & Söhne", email=None)
        assert alice.get("/user-settings/users/ÄRGER  & söhne/profile").ok()["username"] == "Ärger & Söhne"


CALLS = {
    "read": ("GET", "/user-settings/me"),
    "save": ("PUT", "/user-settings/me"),
    "contact": ("GET", "/user-settings/users/alice/profile"),
}


@pytest.mark.parametrize("name", CALLS)
def test_all_spellings_of_a_path_are_one_operation(name: str, alice: Api) -> None:
    method, path = CALLS[name]
    answers = [alice.call(method, f"{prefix}{path}{slash}").ok() for prefix in ("", "/api") for slash in ("", "/")]
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("name", CALLS)
def test_a_missing_token_comes_before_everything(name: str, anonymous: Api) -> None:
    method, path = CALLS[name]
    anonymous.call(method, path, body=[7]).refused(401)
