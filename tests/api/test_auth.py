"""Accounts over HTTP: register, sign in, refresh, claim, pick-lists, forgotten passwords."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Concurrently, MakeApp, Person, Register
from tests.support import people
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Account, Api
from tests.support.registry import budget_of, covers
from trackflow.services.auth import reset_tokens
from trackflow.services.workflows.template import DEFAULT_STEPS

AsUser = Callable[[Account | None], Api]
SELF_KEYS = {
    "id", "username", "email", "is_active", "is_admin", "created_at", "last_login_at", "display_name",
    "profile_image_url", "website_url", "preferred_contact_method", "discord_username",
    "auto_spotify_fetch_enabled", "default_public_sharing", "achievement_score",
}  # fmt: skip
STEPS = [{"step_name": "tempo_map", "display_name": "Tempo Map", "order_index": 7}]


def registration(**changes: Any) -> dict[str, Any]:
    body = {"username": "alice", "email": "alice@example.org", "password": "secret", "workflow_steps": STEPS}
    return {**body, **changes}


def reset_token(app: Flask, email: str) -> str:
    with app.app_context():
        mail = reset_tokens.issue(email)
        assert mail is not None
        return mail.token


class TestRegister:
    @covers("POST /auth/register", "GET /auth/me")
    def test_opens_an_account_that_can_be_used_at_once(self, anonymous: Api, as_user: AsUser, clock: Clock) -> None:
        answer = anonymous.post("/auth/register", registration(email="  Alice@Example.ORG ")).ok()

        assert set(answer) == {"access_token", "token_type", "user"}
        assert answer["token_type"] == "bearer"
        now = clock.time.isoformat() + "Z"
        assert answer["user"] == {
            "id": answer["user"]["id"], "username": "alice", "email": "alice@example.org", "is_active": True,
            "is_admin": False, "created_at": now, "last_login_at": now, "display_name": None,
            "profile_image_url": None, "website_url": None, "preferred_contact_method": None,
            "discord_username": None, "auto_spotify_fetch_enabled": True, "default_public_sharing": False,
            "achievement_score": 0,
        }  # fmt: skip
        account = Account(answer["user"]["id"], "alice", None, answer["access_token"])
        assert as_user(account).get("/auth/me").ok() == answer["user"]

    def test_stores_the_account_its_counters_and_its_workflow_together(
        self, anonymous: Api, database: Database
    ) -> None:
        user_id = anonymous.post("/auth/register", registration()).ok()["user"]["id"]

        user = database.row("SELECT * FROM users")
        assert user["hashed_password"].startswith("$2b$04$")
        assert user["username_key"] == "alice"
        stats = database.row("SELECT user_id, login_streak, total_points FROM user_stats")
        assert stats == {"user_id": user_id, "login_streak": 1, "total_points": 0}
        workflow = database.row("SELECT * FROM user_workflows")
        assert (workflow["name"], workflow["description"], workflow["template_id"]) == (
            "My Workflow", "Custom workflow", None,
        )  # fmt: skip
        step = database.row("SELECT step_name, display_name, order_index FROM user_workflow_steps")
        assert step == {"step_name": "tempo_map", "display_name": "Tempo Map", "order_index": 0}
        logged = database.column("SELECT activity_type FROM activity_logs ORDER BY id")
        assert logged == ["workflow_created", "register"]

    def test_without_steps_the_default_workflow_is_used(self, anonymous: Api, database: Database) -> None:
        body = registration()
        del body["workflow_steps"]
        anonymous.post("/auth/register", body).ok()
        stored = database.column("SELECT step_name FROM user_workflow_steps ORDER BY order_index")
        assert stored == [step.step_name for step in DEFAULT_STEPS]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"username": "ab"}, "username"),
            ({"username": "a b c"}, "username"),
            ({"username": "x" * 51}, "username"),
            ({"username": "älice"}, "username"),
            ({"username": "alice\n"}, "email"),
            ({"username": None}, "username"),
            ({"username": 7}, "username"),
            ({"username": "ali\x00ce"}, "username"),
            ({"email": "alice"}, "email"),
            ({"email": "a@b"}, "email"),
            ({"email": ["a@b.cd"]}, "email"),
            ({"password": "short"}, "password"),
            ({"password": "x" * 129}, "password"),
            ({"password": 123456}, "password"),
            ({"workflow_steps": "drums"}, "workflow_steps"),
            ({"workflow_steps": [{"step_name": "drums"}]}, "workflow_steps.0.display_name"),
            ({"workflow_steps": [None]}, "workflow_steps.0"),
        ],
    )
    def test_a_malformed_body_is_422_and_stores_nothing(
        self, anonymous: Api, database: Database, changes: dict[str, Any], field: str
    ) -> None:
        body = registration(**changes)
        if changes == {"username": "alice\n"}:  # trimmed, so the address is what is wrong
            body["email"] = "no address"
        refusal = anonymous.post("/auth/register", body).refused(422)
        assert any(name.startswith(field) for name in refusal["errors"]), refusal
        assert database.count("users") == 0

    @pytest.mark.parametrize(
        ("steps", "says"),
        [
            ([], "at least one step"),
            ([{"step_name": " ", "display_name": "+"}], "Step 1"),
            ([{"step_name": "a", "display_name": "A"}, {"step_name": "a", "display_name": "B"}], "Step 2 repeats"),
            ([{"step_name": "a" * 101, "display_name": "A"}], "step 1"),
            ([{"step_name": f"s{n}", "display_name": "S"} for n in range(101)], "at most 100"),
        ],
    )
    def test_a_bad_workflow_is_400_and_leaves_no_account(
        self, anonymous: Api, database: Database, steps: list[Any], says: str
    ) -> None:
        anonymous.post("/auth/register", registration(workflow_steps=steps)).refused(400, says)
        assert database.count("users") == 0

    @pytest.mark.parametrize(
        "changes", [{"username": "ALICE", "email": "b@example.org"}, {"username": "bob", "email": "ALICE@example.org"}]
    )
    def test_a_taken_name_or_address_in_any_case_is_400(
        self, anonymous: Api, register: Register, changes: dict[str, Any]
    ) -> None:
        register("alice")
        anonymous.post("/auth/register", registration(**changes)).refused(400, "already exists")

    def test_twenty_at_once_open_one_account(self, app: Flask, database: Database, concurrently: Concurrently) -> None:
        def attempt(number: int) -> int:
            body = registration(username="Alice" if number % 2 else "alice")
            return app.test_client().post("/auth/register", json=body).status_code

        codes = concurrently(20, attempt).all_succeeded()
        assert codes.count(200) == 1
        assert set(codes) <= {200, 400, 503}
        assert database.count("users") == database.count("user_workflows") == database.count("user_stats") == 1


class TestLogin:
    @covers("POST /auth/login")
    def test_answers_a_token_and_the_account(self, anonymous: Api, register: Register, clock: Clock) -> None:
        register("Alice")
        clock.advance(hours=1)
        answer = anonymous.post("/api/auth/login/", {"username": " aLICE ", "password": people.PASSWORD}).ok()
        assert set(answer) == {"access_token", "token_type", "user"}
        assert set(answer["user"]) == SELF_KEYS
        assert answer["user"]["last_login_at"] == clock.time.isoformat() + "Z"

    def test_records_the_time_the_log_and_the_streak(
        self, anonymous: Api, register: Register, database: Database, clock: Clock
    ) -> None:
        alice = register("alice")
        sign_in = {"username": "alice", "password": people.PASSWORD}
        streaks = []
        for pause in (timedelta(hours=1), timedelta(days=1), timedelta(days=1), timedelta(days=2)):
            clock.set(clock.time + pause)
            anonymous.post("/auth/login", sign_in).ok()
            streaks.append(database.scalar("SELECT login_streak FROM user_stats"))
        assert streaks == [1, 2, 3, 1]
        assert database.count("activity_logs", user_id=alice.id, activity_type="login") == 4
        description = database.column("SELECT description FROM activity_logs WHERE activity_type = 'login'")[0]
        assert "127.0.0.1" not in description

    def test_a_wrong_name_and_a_wrong_password_are_told_alike(self, anonymous: Api, register: Register) -> None:
        register("alice")
        wrong_password = anonymous.post("/auth/login", {"username": "alice", "password": "wrong!"}).refused(401)
        wrong_name = anonymous.post("/auth/login", {"username": "nobody", "password": "wrong!"}).refused(401)
        assert wrong_password["detail"] == wrong_name["detail"]

    def test_an_address_is_no_login_name(self, anonymous: Api, register: Register) -> None:
        register("alice")
        anonymous.post("/auth/login", {"username": "alice@example.org", "password": people.PASSWORD}).refused(401)

    @pytest.mark.parametrize("stored", [None, ""])
    def test_a_placeholder_account_cannot_sign_in(self, anonymous: Api, person: Person, stored: str | None) -> None:
        person("ghost", hashed_password=stored)
        anonymous.post("/auth/login", {"username": "ghost", "password": "anything"}).refused(401)

    def test_an_inactive_account_is_told_after_the_password(
        self, anonymous: Api, register: Register, deactivate: Callable[[Account], Account]
    ) -> None:
        deactivate(register("alice"))
        anonymous.post("/auth/login", {"username": "alice", "password": people.PASSWORD}).refused(400, "not active")
        anonymous.post("/auth/login", {"username": "alice", "password": "wrong!"}).refused(401)

    @pytest.mark.parametrize(
        "body",
        [
            {}, {"username": "alice"}, {"username": " ", "password": "x"}, {"username": "alice", "password": ""},
            {"username": 1, "password": "x"}, {"username": "alice", "password": None}, [], "alice", 1,
            {"username": "alice", "password": "x" * 1025},
        ],
    )  # fmt: skip
    def test_a_malformed_body_is_422(self, anonymous: Api, body: Any) -> None:
        anonymous.post("/auth/login", body).refused(422)

    def test_passwords_beyond_72_bytes_are_cut_there(self, anonymous: Api, register: Register) -> None:
        register("alice", password="é" * 36 + "x" * 50)
        anonymous.post("/auth/login", {"username": "alice", "password": "é" * 36 + "y" * 50}).ok()
        anonymous.post("/auth/login", {"username": "alice", "password": "é" * 35 + "yy"}).refused(401)

    def test_old_hashes_of_the_2a_and_2y_kind_stay_valid(self, anonymous: Api, person: Person) -> None:
        person("alice", hashed_password=people.HASHED.replace("$2b$", "$2a$"))
        anonymous.post("/auth/login", {"username": "alice", "password": people.PASSWORD}).ok()

    def test_a_login_that_cannot_be_recorded_still_succeeds(
        self, anonymous: Api, register: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        register("alice")

        def explode(_event: object) -> None:
            message = "the log is full"
            raise RuntimeError(message)

        monkeypatch.setattr("trackflow.services.activity.listeners._log", explode)
        anonymous.post("/auth/login", {"username": "alice", "password": people.PASSWORD}).ok()


class TestToken:
    @covers("POST /auth/refresh")
    def test_refresh_answers_a_new_token_and_changes_nothing(
        self, as_user: AsUser, register: Register, database: Database
    ) -> None:
        alice = register("alice")
        before = database.rows("SELECT last_login_at FROM users"), database.count("activity_logs")
        answer = as_user(alice).post("/auth/refresh").ok()
        assert set(answer) == {"access_token", "token_type", "user"}
        fresh = Account(alice.id, "alice", None, answer["access_token"])
        assert as_user(fresh).get("/auth/me").ok()["id"] == alice.id
        assert (database.rows("SELECT last_login_at FROM users"), database.count("activity_logs")) == before

    @pytest.mark.parametrize(
        "header", ["", "Bearer", "Bearer null", "Bearer a.b.c", "Basic YTpi", "Bearer " + "x" * 5000, "null"]
    )
    def test_a_malformed_header_is_401(self, anonymous: Api, header: str) -> None:
        answer = anonymous.get("/auth/me", headers={"Authorization": header})
        answer.refused(401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"

    def test_the_scheme_ignores_case(self, anonymous: Api, register: Register) -> None:
        anonymous.get("/auth/me", headers={"Authorization": f"bEaReR {register('alice').token}"}).ok()

    def test_it_ends_with_the_password_the_account_and_deactivation(
        self, as_user: AsUser, person: Person, database: Database
    ) -> None:
        for statement in (
            "UPDATE users SET hashed_password = 'other' WHERE id = :id",
            "UPDATE users SET is_active = false WHERE id = :id",
            "DELETE FROM users WHERE id = :id",
        ):
            account = person(f"user{abs(hash(statement))}")
            as_user(account).get("/auth/me").ok()
            database.execute(statement, id=account.id)
            as_user(account).get("/auth/me").refused(401)

    @budget_of("GET /auth/me")
    def test_me_takes_one_statement(
        self, as_user: AsUser, register: Register, query_counter: Callable[[], Any]
    ) -> None:
        api = as_user(register("alice"))
        for _ in range(3):
            with query_counter() as sent:
                api.get("/auth/me").ok()
            sent.at_most(1)


class TestClaim:
    def claim(self, **changes: Any) -> dict[str, Any]:
        return {"email": "ghost@example.org", "password": "secret", **changes}

    @covers("POST /auth/claim-user")
    @pytest.mark.parametrize("named_by", ["id", "name", "both"])
    def test_a_placeholder_account_is_taken_over(
        self, anonymous: Api, person: Person, database: Database, named_by: str
    ) -> None:
        ghost = person("Old Friend!", hashed_password=None, email=None)
        names: dict[str, dict[str, Any]] = {"id": {"user_id": ghost.id}, "name": {"username": "old FRIEND!"}}
        named = names["id"] | names["name"] if named_by == "both" else names[named_by]
        answer = anonymous.post("/auth/claim-user", self.claim(workflow_steps=STEPS, **named)).ok()
        assert answer["user"]["id"] == ghost.id
        assert answer["user"]["username"] == "Old Friend!"
        assert answer["user"]["email"] == "ghost@example.org"
        assert set(answer["user"]) == SELF_KEYS
        assert database.column("SELECT step_name FROM user_workflow_steps") == ["tempo_map"]
        assert database.column("SELECT activity_type FROM activity_logs ORDER BY id") == [
            "workflow_created", "claim_user",
        ]  # fmt: skip
        assert database.scalar("SELECT login_streak FROM user_stats") == 1

    def test_steps_it_had_before_are_replaced(self, anonymous: Api, person: Person, database: Database) -> None:
        ghost = person("ghost", hashed_password="", email=None)
        workflow_id = database.insert("user_workflows", user_id=ghost.id, name="Imported")
        database.insert(
            "user_workflow_steps", workflow_id=workflow_id, step_name="old", display_name="Old", order_index=0
        )
        anonymous.post("/auth/claim-user", self.claim(user_id=ghost.id, workflow_steps=STEPS)).ok()
        assert database.column("SELECT step_name FROM user_workflow_steps") == ["tempo_map"]
        assert database.count("activity_logs", activity_type="workflow_updated") == 1

    def test_refusals(self, anonymous: Api, person: Person, register: Register) -> None:
        alice = register("alice")
        ghost = person("ghost", hashed_password=None, email=None)
        other = person("other", hashed_password=None, email=None)
        for body, status in (
            (self.claim(user_id=999), 404),
            (self.claim(username="nobody"), 404),
            (self.claim(user_id=ghost.id, username="nobody"), 404),
            (self.claim(user_id=ghost.id, username="other"), 400),
            (self.claim(user_id=alice.id), 400),
            (self.claim(user_id=ghost.id, email="ALICE@example.org"), 400),
            (self.claim(user_id=ghost.id, workflow_steps=[]), 400),
            (self.claim(), 422),
            (self.claim(user_id=str(ghost.id)), 422),
            (self.claim(user_id=2**31), 422),
            (self.claim(user_id=ghost.id, password="x"), 422),
            (self.claim(user_id=ghost.id, email="x"), 422),
        ):
            anonymous.post("/auth/claim-user", body).refused(status)
        assert other.id != ghost.id

    def test_twenty_at_once_claim_once(
        self, app: Flask, person: Person, concurrently: Concurrently, database: Database
    ) -> None:
        ghost = person("ghost", hashed_password=None, email=None)

        def attempt(number: int) -> int:
            body = self.claim(user_id=ghost.id, email=f"claimer{number}@example.org")
            return app.test_client().post("/auth/claim-user", json=body).status_code

        codes = concurrently(20, attempt).all_succeeded()
        assert codes.count(200) == 1
        assert set(codes) <= {200, 400, 503}
        assert database.count("activity_logs", activity_type="claim_user") == 1

    def test_an_operator_can_switch_claims_off(self, make_app: MakeApp, person: Person) -> None:
        ghost = person("ghost", hashed_password=None, email=None)
        closed = Api(make_app(claims_enabled=False).test_client())
        assert closed.get("/auth/unclaimed-users").ok() == []
        closed.post("/auth/claim-user", self.claim(user_id=ghost.id)).refused(400)


class TestLists:
    @covers("GET /auth/unclaimed-users")
    def test_unclaimed_accounts_by_name(self, anonymous: Api, person: Person, database: Database) -> None:
        person("alice")
        zoe = person("zoe", hashed_password="", email=None, created_at=None)
        bob = person("Bob", hashed_password=None, email=None)
        person("gone", hashed_password=None, email=None, is_active=False)
        database.execute("UPDATE users SET created_at = NULL WHERE id = :id", id=zoe.id)
        listed = anonymous.get("/api/auth/unclaimed-users/").ok()
        assert [item["username"] for item in listed] == ["Bob", "zoe"]
        assert listed[1] == {"id": zoe.id, "username": "zoe", "created_at": None}
        assert listed[0]["id"] == bob.id
        assert listed[0]["created_at"].endswith("Z")

    @covers("GET /auth/users")
    def test_the_pick_list_hides_addresses_and_rights(
        self, as_user: AsUser, person: Person, make_admin: Callable[[Account], Account]
    ) -> None:
        alice, boss = person("alice"), make_admin(person("Boss"))
        person("gone", is_active=False)
        listed = as_user(alice).get("/auth/users/").ok()
        neutral = {"email": None, "created_at": None, "is_admin": False, "is_active": True}
        assert listed == [
            {"id": alice.id, "username": "alice", **neutral}, {"id": boss.id, "username": "Boss", **neutral}
        ]  # fmt: skip
        full = as_user(boss).get("/auth/users").ok()
        assert [(row["username"], row["email"], row["is_admin"]) for row in full] == [
            ("alice", "alice@example.org", False), ("Boss", "boss@example.org", True),
        ]  # fmt: skip
        assert full[0]["created_at"].endswith("Z")

    def test_accounts_cannot_be_made_through_the_pick_list(self, as_user: AsUser, person: Person) -> None:
        as_user(person("alice")).post("/auth/users/", {"username": "new"}).refused(405)

    @budget_of("GET /auth/users", "GET /auth/unclaimed-users")
    def test_lists_take_the_same_statements_for_any_length(
        self, as_user: AsUser, person: Person, query_counter: Callable[[], Any]
    ) -> None:
        api = as_user(person("reader"))
        made = 0
        for size in (1, 5, 25):
            for number in range(made, size):
                person(f"member{number:02d}")
                person(f"ghost{number:02d}", hashed_password=None, email=None)
            made = size
            with query_counter() as sent:
                assert len(api.get("/auth/users").ok()) == 1 + 2 * size
            sent.at_most(2)
            with query_counter() as sent:
                assert len(api.get("/auth/unclaimed-users").ok()) == size
            sent.at_most(1)


class TestForgottenPassword:
    @covers("POST /auth/forgot-password")
    def test_known_and_unknown_addresses_are_answered_alike(
        self, anonymous: Api, register: Register, database: Database, query_counter: Callable[[], Any]
    ) -> None:
        register("alice")
        counts, answers = [], []
        for email in ("alice@example.org", "nobody@example.org"):
            with query_counter() as sent:
                answers.append(anonymous.post("/auth/forgot-password", {"email": email}).ok())
            counts.append(len(sent))
        assert answers[0] == answers[1]
        assert answers[0]["email_sent"] is True
        assert answers[0]["message"]
        assert counts[0] == counts[1]
        assert database.count("outbox") == 2
        assert database.count("password_reset_tokens") == 0

    @pytest.mark.parametrize("body", [{}, {"email": "x"}, {"email": None}, {"email": 5}, []])
    def test_a_malformed_address_is_422(self, anonymous: Api, body: Any) -> None:
        anonymous.post("/auth/forgot-password", body).refused(422)

    @covers("POST /auth/reset-password")
    def test_a_token_sets_a_new_password_once_and_ends_sessions(
        self, anonymous: Api, as_user: AsUser, register: Register, app: Flask, database: Database
    ) -> None:
        alice = register("alice")
        token = reset_token(app, "Alice@example.org")
        assert database.scalar("SELECT token FROM password_reset_tokens") != token
        body = {"token": f" {token} ", "new_password": "new secret"}
        assert set(anonymous.post("/auth/reset-password", body).ok()) == {"message"}
        as_user(alice).get("/auth/me").refused(401)
        anonymous.post("/auth/login", {"username": "alice", "password": people.PASSWORD}).refused(401)
        anonymous.post("/auth/login", {"username": "alice", "password": "new secret"}).ok()
        anonymous.post("/auth/reset-password", body).refused(400)
        assert database.count("activity_logs", activity_type="password_reset") == 1
        assert database.scalar("SELECT count(*) FROM password_reset_tokens WHERE used_at IS NOT NULL") == 1

    def test_a_newer_mail_ends_the_older_token(self, anonymous: Api, register: Register, app: Flask) -> None:
        register("alice")
        old, new = reset_token(app, "alice@example.org"), reset_token(app, "alice@example.org")
        anonymous.post("/auth/reset-password", {"token": old, "new_password": "new secret"}).refused(400)
        anonymous.post("/auth/reset-password", {"token": new, "new_password": "new secret"}).ok()

    def test_a_token_ends_after_an_hour(self, anonymous: Api, register: Register, app: Flask, clock: Clock) -> None:
        register("alice")
        token = reset_token(app, "alice@example.org")
        clock.advance(minutes=60, seconds=1)
        anonymous.post("/auth/reset-password", {"token": token, "new_password": "new secret"}).refused(400)

    def test_an_inactive_account_gets_no_password(
        self, anonymous: Api, register: Register, app: Flask, database: Database,
        deactivate: Callable[[Account], Account],
    ) -> None:  # fmt: skip
        alice = register("alice")
        token = reset_token(app, "alice@example.org")
        deactivate(alice)
        before = database.rows("SELECT hashed_password FROM users")
        anonymous.post("/auth/reset-password", {"token": token, "new_password": "new secret"}).refused(400)
        assert database.rows("SELECT hashed_password FROM users") == before
        assert database.scalar("SELECT used_at FROM password_reset_tokens") is None

    def test_a_placeholder_with_an_address_is_activated_by_its_mailbox(
        self, anonymous: Api, person: Person, app: Flask
    ) -> None:
        person("ghost", hashed_password=None, email="ghost@example.org")
        token = reset_token(app, "ghost@example.org")
        anonymous.post("/auth/reset-password", {"token": token, "new_password": "new secret"}).ok()
        anonymous.post("/auth/login", {"username": "ghost", "password": "new secret"}).ok()

    def test_one_token_used_twenty_times_at_once_works_once(
        self, app: Flask, register: Register, concurrently: Concurrently
    ) -> None:
        register("alice")
        token = reset_token(app, "alice@example.org")

        def attempt(number: int) -> int:
            body = {"token": token, "new_password": f"new secret {number}"}
            return app.test_client().post("/auth/reset-password", json=body).status_code

        codes = concurrently(20, attempt).all_succeeded()
        assert codes.count(200) == 1
        assert set(codes) <= {200, 400, 503}

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"token": "unknown", "new_password": "new secret"}, 400),
            ({"token": " ", "new_password": "new secret"}, 422),
            ({"new_password": "new secret"}, 422),
            ({"token": "unknown", "new_password": "short"}, 422),
            ({"token": "unknown", "new_password": "x" * 129}, 422),
            ({"token": 5, "new_password": "new secret"}, 422),
        ],
    )
    def test_refusals(self, anonymous: Api, body: dict[str, Any], status: int) -> None:
        anonymous.post("/auth/reset-password", body).refused(status)


@covers("GET /auth/ping", "GET /auth/forgot-password-test")
def test_diagnoses_are_constant(anonymous: Api) -> None:
    assert anonymous.get("/auth/ping").ok() == {"message": "pong"}
    answer = anonymous.get("/auth/forgot-password-test").ok()
    assert answer["email_configured"] is False
    assert set(answer) == {"email_configured", "message"}
