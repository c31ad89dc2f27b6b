"""What attackers and bad luck do to accounts: races around a password, floods, other spellings of a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.conftest import Concurrently, MakeApp, Person, Register
from tests.support import people, rows
from tests.support.database import Database
from tests.support.http import Account, Api
from trackflow.config import ThrottleSettings
from trackflow.extensions import db
from trackflow.services.auth import commands, passwords, queries, reset_tokens
from trackflow.services.presence import buffer as presence
from trackflow.web import throttle
from trackflow.web.access import issue_token

AsUser = Callable[[Account | None], Api]
WRONG = "wrong!"
RIGHT = {"username": "alice", "password": people.PASSWORD}


class Watched(passwords.Hasher):
    """A hasher that calls back while it checks a password."""

    def __init__(self, during: Callable[[], object]) -> None:
        super().__init__(4)
        self.during = during
        self.checked = 0

    def matches(self, password: str, hashed: str | None) -> bool:
        self.checked += 1
        self.during()
        return super().matches(password, hashed)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], Watched]:
    def install(during: Callable[[], object] = lambda: None) -> Watched:
        hasher = Watched(during)
        monkeypatch.setattr(passwords, "_current", [hasher])
        return hasher

    return install


def test_an_unknown_name_is_hashed_like_a_known_one(
    anonymous: Api, register: Register, watch: Callable[..., Watched]
) -> None:
    register("alice")
    hasher = watch()
    anonymous.post("/auth/login", {"username": "alice", "password": "wrong!"}).refused(401)
    anonymous.post("/auth/login", {"username": "nobody", "password": "wrong!"}).refused(401)
    assert hasher.checked == 2


def test_no_connection_is_held_while_a_password_is_checked(
    anonymous: Api, app: Flask, register: Register, watch: Callable[..., Watched]
) -> None:
    register("alice")
    in_use: list[int] = []

    def look() -> None:
        with app.app_context():
            in_use.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]

    watch(look)
    anonymous.post("/auth/login", RIGHT).ok()
    assert in_use == [0]


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("UPDATE users SET hashed_password = 'new'", 401),
        ("UPDATE users SET is_active = false", 400),
        ("DELETE FROM users", 401),
    ],
)
def test_what_changes_while_a_password_is_checked_counts(  # noqa: PLR0913, PLR0917  (fixtures)
    anonymous: Api,
    register: Register,
    database: Database,
    watch: Callable[..., Watched],
    statement: str,
    status: int,
) -> None:
    register("alice")
    watch(lambda: database.execute(statement))
    anonymous.post("/auth/login", RIGHT).refused(status)
    assert database.count("activity_logs", activity_type="login") == 0


def test_a_login_whose_recording_meets_a_full_disk_succeeds(
    anonymous: Api, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    register("alice")

    def full(_found: object) -> None:
        message = "database or disk is full"
        error = Exception(message)
        raise OperationalError("UPDATE", {}, error)  # noqa: EM101  (a statement)

    monkeypatch.setattr(commands, "_record_sign_in", full)
    anonymous.post("/auth/login", RIGHT).ok()


def test_a_login_marks_the_account_as_online(anonymous: Api, register: Register) -> None:
    alice = register("alice")
    presence.drain()
    anonymous.post("/auth/login", RIGHT).ok()
    assert set(presence.drain()) == {alice.id}


class TestImpersonation:
    @pytest.fixture
    def worn(self, app: Flask, person: Person, make_admin: Callable[[Account], Account]) -> tuple[Account, Account]:
        """Return an administrator and the account as the administrator wears it."""
        boss, alice = make_admin(person("boss")), person("alice")
        with app.app_context():
            account = queries.account_by_id(alice.id)
            assert account is not None
            token = issue_token(account, boss.id)
        return boss, Account(alice.id, alice.username, alice.email, token)

    def test_it_survives_a_refresh_and_marks_nobody_online(
        self, as_user: AsUser, worn: tuple[Account, Account]
    ) -> None:
        _boss, mask = worn
        presence.drain()
        fresh = as_user(mask).post("/auth/refresh").ok()["access_token"]
        as_user(Account(mask.id, mask.username, None, fresh)).get("/auth/me").ok()
        assert presence.drain() == {}

    @pytest.mark.parametrize("column", ["is_active", "is_admin"])
    def test_it_ends_with_the_administrator(
        self, as_user: AsUser, worn: tuple[Account, Account], database: Database, column: str
    ) -> None:
        boss, mask = worn
        as_user(mask).get("/auth/me").ok()
        database.execute(f"UPDATE users SET {column} = false WHERE id = :id", id=boss.id)  # noqa: S608  (a constant)
        as_user(mask).get("/auth/me").refused(401)


class TestClaim:
    BODY = {"email": "ghost@example.org", "password": "secret"}  # noqa: RUF012

    def test_one_address_claimed_for_many_accounts_at_once_is_given_once(
        self, app: Flask, person: Person, concurrently: Concurrently, database: Database
    ) -> None:
        ghosts = [person(f"ghost{number}", hashed_password=None, email=None) for number in range(6)]

        def attempt(number: int) -> int:
            body = {**self.BODY, "user_id": ghosts[number].id}
            return app.test_client().post("/auth/claim-user", json=body).status_code

        codes = concurrently(6, attempt).all_succeeded()
        assert codes.count(200) == 1
        assert set(codes) <= {200, 400, 503}
        assert database.count("users", email="ghost@example.org") == 1

    def test_it_sets_the_time_of_the_last_login(self, anonymous: Api, person: Person, database: Database) -> None:
        ghost = person("ghost", hashed_password=None, email=None)
        anonymous.post("/auth/claim-user", {**self.BODY, "user_id": ghost.id}).ok()
        assert database.scalar("SELECT last_login_at FROM users") is not None

    def test_an_account_that_was_closed_stays_closed(self, anonymous: Api, person: Person) -> None:
        ghost = person("ghost", hashed_password=None, email=None, is_active=False)
        anonymous.post("/auth/claim-user", {**self.BODY, "user_id": ghost.id}).refused(400, "not active")

    def test_a_workflow_it_had_before_is_not_called_new(
        self, anonymous: Api, person: Person, database: Database
    ) -> None:
        ghost = person("ghost", hashed_password=None, email=None)
        rows.workflow(database, ghost, "drums")
        anonymous.post("/auth/claim-user", {**self.BODY, "user_id": ghost.id}).ok()
        assert database.count("activity_logs", activity_type="workflow_updated") == 1
        assert database.count("activity_logs", activity_type="workflow_created") == 0


def test_a_reset_deletes_the_other_tokens_of_the_address(
    anonymous: Api, register: Register, app: Flask, database: Database
) -> None:
    register("alice")
    with app.app_context():
        mail = reset_tokens.issue("alice@example.org")
    assert mail is not None
    expires = database.scalar("SELECT expires_at FROM password_reset_tokens")
    database.execute(
        "INSERT INTO password_reset_tokens (email, token, expires_at, created_at) "
        "VALUES ('alice@example.org', 'other', :expires, :expires)",
        expires=expires,
    )
    anonymous.post("/auth/reset-password", {"token": mail.token, "new_password": "new secret"}).ok()
    assert database.column("SELECT token FROM password_reset_tokens WHERE used_at IS NULL") == []


class TestThrottle:
    def login(self, app: Flask, username: str, password: str = WRONG, address: str = "192.0.2.1") -> Any:
        body = {"username": username, "password": password}
        return Api(app.test_client()).post("/auth/login", body, environ_base={"REMOTE_ADDR": address})

    def test_other_spellings_of_a_name_are_the_same_account(self, make_app: MakeApp, register: Register) -> None:
        register("alice")
        app = make_app(throttle=ThrottleSettings(per_account_and_address=3))
        for name in ("alice", "ALICE", "\uff41lice"):
            self.login(app, name).refused(401)
        self.login(app, "ali\u217de").refused(429)

    def test_where_the_password_was_known_before_an_attack_is_not_felt(
        self, make_app: MakeApp, register: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        pauses: list[float] = []
        monkeypatch.setattr("trackflow.web.throttle.time.sleep", pauses.append)
        register("alice")
        app = make_app(throttle=ThrottleSettings(alarm_per_account=2))
        self.login(app, "alice", people.PASSWORD, "192.0.2.9").ok()
        for number in range(3):
            self.login(app, "alice", address=f"198.51.100.{number}").refused(401)
        assert pauses == [throttle.ALARM_PAUSE_SECONDS]
        self.login(app, "alice", people.PASSWORD, "192.0.2.9").ok()
        assert len(pauses) == 1
        self.login(app, "alice", people.PASSWORD, "192.0.2.10").ok()
        assert len(pauses) == 2

    def test_a_busy_server_is_not_the_callers_failure(
        self, make_app: MakeApp, register: Register, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        register("alice")
        app = make_app(throttle=ThrottleSettings(per_account_and_address=2))
        with monkeypatch.context() as patch:
            full = passwords.Hasher(4, threads=2)
            while full._admitted.acquire(blocking=False):  # noqa: SLF001
                pass
            patch.setattr(passwords, "_current", [full])
            for _ in range(4):
                self.login(app, "alice").refused(503)
        self.login(app, "alice", people.PASSWORD).ok()

    def test_wishes_for_reset_mails_are_bounded_by_caller_with_the_same_answer(
        self, make_app: MakeApp, database: Database
    ) -> None:
        client = Api(make_app(throttle=ThrottleSettings(reset_wishes_per_address=3)).test_client())
        answers = [client.post("/auth/forgot-password", {"email": f"n{n}@example.org"}).ok() for n in range(6)]
        assert all(answer == answers[0] for answer in answers)
        assert database.count("outbox") == 3


def test_the_body_is_read_before_the_database_is_asked(app: Flask, person: Person) -> None:
    """A slow sender must not hold a connection."""
    alice = person("alice")
    seen: list[str] = []

    class Body:
        def __init__(self) -> None:
            self.left = [b'{"website_url": ""}']

        def read(self, _size: int = -1) -> bytes:
            seen.append("body")
            return self.left.pop() if self.left else b""

    with app.app_context():
        engine = db.engine

    def note(*_args: object) -> None:
        seen.append("database")

    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = app.test_client().put(
            "/user-settings/me",
            headers=alice.headers,
            content_type="application/json",
            environ_overrides={"wsgi.input": Body(), "CONTENT_LENGTH": "19"},
        )
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200
    assert "database" in seen
    assert "body" not in seen[seen.index("database") :]


def test_a_list_of_nonsense_gets_one_sentence(anonymous: Api, as_user: AsUser, person: Person) -> None:
    nonsense: list[Any] = [{}] * 200_000
    body = {"username": "bob", "email": "b@example.org", "password": "secret", "workflow_steps": nonsense}
    assert len(anonymous.post("/auth/register", body).refused(422)["errors"]) == 1
    api = as_user(person("alice"))
    assert len(api.put("/workflows/my-workflow", {"steps": nonsense}).refused(422)["errors"]) == 1
    assert len(api.post("/tools/bulk-clean", nonsense).refused(422)["errors"]) == 1


def test_every_list_in_a_documented_body_has_a_bound(app: Flask) -> None:
    document = app.extensions["trackflow.api"].spec.to_dict()
    schemas = document["components"]["schemas"]

    def unbounded(schema: dict[str, Any], path: str, seen: tuple[str, ...] = ()) -> list[str]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return [] if name in seen else unbounded(schemas[name], path, (*seen, name))
        found = [path] if "array" in schema.get("type", ()) and "maxItems" not in schema and path.count(".") else []
        for name, inner in schema.get("properties", {}).items():
            found += unbounded(inner, f"{path}.{name}", seen)
        return found

    bodies = [
        (f"{method} {path}", operation["requestBody"]["content"]["application/json"]["schema"])
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if "requestBody" in operation
    ]
    assert bodies
    assert [place for name, schema in bodies for place in unbounded(schema, name)] == []
