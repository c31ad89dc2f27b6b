"""Failures are counted and slow their sender; successes are free; nobody is locked out of an account."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.conftest import MakeApp, Register
from tests.support import people
from tests.support.http import Answer, Api
from trackflow.config import ThrottleSettings
from trackflow.web import throttle

WRONG = {"username": "alice", "password": "wrong!"}
RIGHT = {"username": "alice", "password": people.PASSWORD}


def limits(*, per_address: int = 6, alarm_per_account: int = 1000) -> ThrottleSettings:
    return ThrottleSettings(per_account_and_address=3, per_address=per_address, alarm_per_account=alarm_per_account)


def login(app: Flask, body: dict[str, str], address: str = "192.0.2.1") -> Answer:
    return Api(app.test_client()).post("/auth/login", body, environ_base={"REMOTE_ADDR": address})


def test_too_many_failures_on_an_account_from_an_address_must_wait(make_app: MakeApp, register: Register) -> None:
    register("alice")
    app = make_app(throttle=limits())
    for _ in range(3):
        login(app, WRONG).refused(401)
    refusal = login(app, RIGHT)
    refusal.refused(429)
    assert 1 <= int(refusal.headers["Retry-After"]) <= 900
    assert login(app, {**RIGHT, "username": "ALICE "}).status == 429, "the name's case and blanks must not matter"
    login(app, RIGHT, "192.0.2.2").ok()


def test_a_success_forgets_the_failures_before_it(make_app: MakeApp, register: Register) -> None:
    register("alice")
    app = make_app(throttle=limits(per_address=100))
    for _ in range(4):
        for _ in range(2):
            login(app, WRONG).refused(401)
        login(app, RIGHT).ok()


def test_successes_are_never_counted(make_app: MakeApp, register: Register) -> None:
    register("alice")
    app = make_app(throttle=limits())
    for _ in range(10):
        login(app, RIGHT).ok()


def test_an_address_that_tries_many_names_must_wait(make_app: MakeApp) -> None:
    app = make_app(throttle=limits())
    for number in range(6):
        login(app, {"username": f"name{number}", "password": "wrong!"}).refused(401)
    login(app, {"username": "another", "password": "wrong!"}).refused(429)


def test_an_ipv6_caller_is_its_whole_network(make_app: MakeApp) -> None:
    app = make_app(throttle=limits())
    for number in range(6):
        login(app, {"username": f"name{number}", "password": "wrong!"}, f"2001:db8::{number + 1}").refused(401)
    login(app, WRONG, "2001:db8::ffff").refused(429)
    login(app, WRONG, "2001:db8:0:1::1").refused(401)


def test_an_attacked_account_answers_slowly_and_is_not_locked(
    make_app: MakeApp, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("trackflow.web.throttle.time.sleep", pauses.append)
    register("alice")
    app = make_app(throttle=limits(alarm_per_account=4))
    for number in range(4):
        login(app, WRONG, f"198.51.100.{number}").refused(401)
    assert pauses == []
    login(app, RIGHT, "192.0.2.9").ok()
    assert pauses == [throttle.ALARM_PAUSE_SECONDS]


def test_a_counter_store_that_is_down_does_not_stop_sign_in(make_app: MakeApp, register: Register) -> None:
    register("alice")
    settings = ThrottleSettings(per_account_and_address=2, storage_url="redis://127.0.0.1:1/0")
    app = make_app(throttle=settings)
    login(app, RIGHT).ok()
    for _ in range(2):
        login(app, WRONG).refused(401)
    login(app, WRONG).refused(429)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/auth/register", {"username": "alice", "email": "b@example.org", "password": "secret"}, 400),
        ("/auth/claim-user", {"username": "nobody", "email": "b@example.org", "password": "secret"}, 404),
        ("/auth/reset-password", {"token": "unknown", "new_password": "secret"}, 400),
    ],
)
def test_registration_claim_and_reset_count_too(
    make_app: MakeApp, register: Register, path: str, body: dict[str, str], status: int
) -> None:
    register("alice")
    client = Api(make_app(throttle=limits()).test_client())
    for _ in range(3):
        client.post(path, body).refused(status)
    client.post(path, body).refused(429)


def test_a_forged_forwarding_header_is_not_believed(make_app: MakeApp) -> None:
    client = Api(make_app(throttle=limits()).test_client())
    for number in range(6):
        body = {"username": f"name{number}", "password": "wrong!"}
        client.post("/auth/login", body, headers={"X-Forwarded-For": f"203.0.113.{number}"}).refused(401)
    client.post("/auth/login", WRONG, headers={"X-Forwarded-For": "203.0.113.99"}).refused(429)


def test_behind_a_trusted_proxy_its_header_counts(make_app: MakeApp) -> None:
    client = Api(make_app(throttle=limits(), trusted_proxies=1).test_client())
    for number in range(6):
        body = {"username": f"name{number}", "password": "wrong!"}
        client.post("/auth/login", body, headers={"X-Forwarded-For": "203.0.113.1"}).refused(401)
    client.post("/auth/login", WRONG, headers={"X-Forwarded-For": "203.0.113.1"}).refused(429)
    client.post("/auth/login", WRONG, headers={"X-Forwarded-For": "203.0.113.2"}).refused(401)
