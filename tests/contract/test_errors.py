"""What every answer has in common, above all refusals: shape, headers, and that no request is too odd for them."""

from __future__ import annotations

import gzip
import io
import re
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.conftest import MakeApp, Person
from tests.contract.trial import FAILURES, SECRET
from tests.support.database import Database
from tests.support.http import Account, Answer, Api
from tests.support.operations import Registered, every, registered
from tests.support.people import PASSWORD
from trackflow.config import ThrottleSettings

ORIGIN = "http://localhost:3000"
FOREIGN = "https://elsewhere.example"
HEX = re.compile(r"[0-9a-f]{32}")
MIB = 1024 * 1024


def check_common_headers(answer: Answer, origin: str | None = ORIGIN) -> None:
    """Check what every answer carries, whatever its status."""
    headers = answer.headers
    assert headers.get("Access-Control-Allow-Origin") == (origin if origin != FOREIGN else None), answer
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Origin" in headers["Vary"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", headers["X-Request-ID"])


# ---------------------------------------------------------------- every way to fail


@pytest.mark.parametrize("name", FAILURES)
def test_every_failure_has_the_one_shape_and_the_common_headers(name: str, trial_api: Api) -> None:
    error, status = FAILURES[name]
    answer = trial_api.get(f"/trial/fail/{name}", headers={"Origin": ORIGIN})
    body = answer.refused(status)
    check_common_headers(answer)
    assert body["title"] == status.phrase
    assert body["request_id"] == answer.headers["X-Request-ID"]
    assert answer.headers["Content-Type"].startswith("application/json")
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)
    assert ("Retry-After" in answer.headers) is hasattr(error, "retry_after") or name == "locked"
    if status == 500:
        assert body["detail"] == "Something went wrong on our side. Please try again later."
        assert set(body) == {"detail", "status", "title", "type", "request_id"}
        assert not any(word in answer.text for word in SECRET.split())


def test_field_errors_are_texts_by_path(trial_api: Api) -> None:
    body = trial_api.post("/trial/things", {"name": 1, "number": "2"}).refused(422)
    assert set(body["errors"]) == {"name", "number"}
    assert body["detail"].startswith(("name: ", "number: "))


STATUSES: dict[int, tuple[str, str, dict[str, Any]]] = {
    401: ("POST", "/trial/user", {}),
    404: ("GET", "/trial/nowhere", {}),
    405: ("PATCH", "/trial/things", {}),
    413: ("POST", "/trial/things", {"data": b" " * (MIB + 1), "content_type": "application/json"}),
    415: ("POST", "/trial/things", {"data": "a=1", "content_type": "application/x-www-form-urlencoded"}),
    400: ("POST", "/trial/things", {"data": "{", "content_type": "application/json"}),
    422: ("POST", "/trial/things", {"data": "[]", "content_type": "application/json"}),
    429: ("GET", "/trial/fail/throttled", {}),
    500: ("GET", "/trial/fail/bug", {}),
    503: ("GET", "/trial/fail/busy", {}),
}


@pytest.mark.parametrize("origin", [ORIGIN, FOREIGN, None])
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_the_common_headers(status: int, origin: str | None, trial_api: Api) -> None:
    method, path, options = STATUSES[status]
    answer = trial_api.call(method, path, headers={"Origin": origin} if origin else {}, **options)
    answer.refused(status)
    check_common_headers(answer, origin)


def test_403_has_the_common_headers(trial_app: Flask, trial_api: Api, person: Person) -> None:
    assert trial_app is trial_api.client.application
    answer = Api(trial_api.client, person("alice")).get("/trial/admin", headers={"Origin": ORIGIN})
    answer.refused(403)
    check_common_headers(answer)


def test_success_has_the_common_headers(trial_api: Api) -> None:
    for answer in (trial_api.post("/trial/things", {"name": "x"}), trial_api.delete("/trial/things")):
        assert answer.status in (200, 204)
    answer = trial_api.post("/trial/things", {"name": "x"}, headers={"Origin": ORIGIN})
    check_common_headers(answer)
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {"Content-Length", "Retry-After", "X-Total-Count"} <= set(exposed.split(", "))


def test_204_has_no_body_and_no_type(trial_api: Api) -> None:
    answer = trial_api.delete("/trial/things")
    answer.ok(204)
    assert "Content-Type" not in answer.headers


def test_too_many_failures_are_429(make_app: MakeApp) -> None:
    app = make_app(throttle=ThrottleSettings(per_account_and_address=2))
    api = Api(app.test_client())
    body = {"username": "nobody", "password": PASSWORD}
    for _ in range(2):
        api.post("/auth/login", body).refused(401)
    answer = api.post("/auth/login", body, headers={"Origin": ORIGIN})
    answer.refused(429)
    check_common_headers(answer)
    assert 1 <= int(answer.headers["Retry-After"]) <= 900


# ---------------------------------------------------------------- the request's id


@pytest.mark.parametrize("sent", ["abc-1.2_3", "A", "x" * 64])
def test_a_good_request_id_comes_back(sent: str, trial_api: Api) -> None:
    answer = trial_api.get("/trial/nowhere", headers={"X-Request-ID": sent})
    assert answer.headers["X-Request-ID"] == answer.refused(404)["request_id"] == sent


@pytest.mark.parametrize("sent", ["", " ", "a b", "x" * 65, "ü", "a\tb", '"}', "<script>"])
def test_a_bad_request_id_is_replaced(sent: str, trial_api: Api) -> None:
    answer = trial_api.get("/trial/nowhere", headers={"X-Request-ID": sent})
    assert HEX.fullmatch(answer.headers["X-Request-ID"])
    assert answer.refused(404)["request_id"] == answer.headers["X-Request-ID"]


# ---------------------------------------------------------------- methods and preflights


def _rules() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in registered():
        found.setdefault(item.path, []).append(item.method)
    return found


@pytest.mark.parametrize("path", _rules())
def test_405_and_options_name_the_methods_in_order(path: str, client: FlaskClient) -> None:
    methods = client.application.url_map.bind("").allowed_methods(path)  # a path may fit several rules
    assert set(_rules()[path]) <= set(methods)
    expected = sorted({*methods, "OPTIONS"})
    options = Api(client).call("OPTIONS", path)
    assert options.status in (200, 204)
    assert options.headers["Allow"].split(", ") == expected
    wrong = next(method for method in ("PATCH", "PUT", "DELETE", "POST", "GET") if method not in methods)
    answer = Api(client).call(wrong, path)
    answer.refused(405)
    assert answer.headers["Allow"].split(", ") == expected


@pytest.mark.parametrize("path", _rules())
def test_a_preflight_needs_no_token(path: str, client: FlaskClient) -> None:
    asked = {"Origin": ORIGIN, "Access-Control-Request-Method": _rules()[path][0]}
    asked["Access-Control-Request-Headers"] = "authorization,content-type"
    answer = Api(client).call("OPTIONS", path, headers=asked)
    assert answer.status in (200, 204)
    headers = answer.headers
    assert headers["Access-Control-Allow-Origin"] == ORIGIN
    assert set(headers["Access-Control-Allow-Methods"].split(", ")) == {
        "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
    }  # fmt: skip
    assert {"authorization", "content-type"} <= set(headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert headers["Access-Control-Max-Age"] == "600"
    assert "Origin" in headers["Vary"]


def test_a_foreign_preflight_gets_no_permission(client: FlaskClient) -> None:
    asked = {"Origin": FOREIGN, "Access-Control-Request-Method": "GET"}
    answer = Api(client).call("OPTIONS", "/auth/me", headers=asked)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize("origin", ["http://localhost:3000.evil.example", "http://LOCALHOST:3000/", "null", "http://x"])
def test_an_origin_that_only_looks_right_gets_no_permission(origin: str, client: FlaskClient) -> None:
    answer = Api(client).get("/health", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize("item", every())
def test_each_operation_answers_at_four_addresses_without_a_redirect(item: Registered, client: FlaskClient) -> None:
    """Without a token, so that nothing is changed; the status must be the same at each address."""
    body: dict[str, object] | None = {} if item.takes_a_body else None
    path = item.path.rstrip("/")
    statuses = {}
    for address in (path or "/", f"{path}/", f"/api{path}", f"/api{path}/"):
        with client:
            answer = Api(client).call(item.method, address, body)
            matched = request.url_rule
        assert matched is not None, f"{address}: no route"
        assert matched.rule == item.rule, address
        assert "Location" not in answer.headers
        statuses[address] = answer.status
    assert len(set(statuses.values())) == 1, statuses
    assert set(statuses.values()).isdisjoint({301, 302, 307, 308, 405}), statuses


@pytest.mark.parametrize(
    "path", ["/api/api/trial/things/1", "/trial/things/1//", "/trial//things/1", "/apitrial/things/1"]
)
def test_other_spellings_are_404(path: str, trial_api: Api) -> None:
    answer = trial_api.call("GET", "/", environ_overrides={"PATH_INFO": path})
    answer.refused(404)


@pytest.mark.parametrize(
    "text",
    ["abc", "1.5", "-1", "+1", "٣", "1e3", "2147483648", "9" * 23, "9" * 5000, "%00", "undefined", "null", "0x1", "1 "],
)
def test_a_path_id_that_is_none_is_404(text: str, trial_api: Api) -> None:
    trial_api.get(f"/trial/things/{text}").refused(404)


@pytest.mark.parametrize("text", ["1", "0", "2147483647", "007"])
def test_a_path_id_is_ascii_digits(text: str, trial_api: Api) -> None:
    assert trial_api.get(f"/trial/things/{text}").ok()["number"] == int(text)


@pytest.mark.parametrize("text", ["%00", "a%00b"])
def test_nul_in_a_path_is_404(text: str, trial_api: Api) -> None:
    trial_api.get(f"/trial/named/{text}").refused(404)


@pytest.mark.parametrize("text", ["caf%C3%A9", "a%20b", "%F0%9F%8E%B8"])
def test_other_text_in_a_path_arrives(text: str, trial_api: Api) -> None:
    assert trial_api.get(f"/trial/named/{text}").ok()["name"]


@pytest.mark.parametrize(
    "query", ["size=abc", "size=", "size=1.5", "size=99999999999", "size=%00", "size=%ff", "size=1&size=2x"]
)
def test_a_bad_query_is_422_or_ignored_but_no_500(query: str, trial_api: Api) -> None:
    answer = trial_api.get(f"/trial/sized?{query}")
    assert answer.status in (200, 422), answer


def test_unknown_keys_in_the_query_are_ignored(trial_api: Api) -> None:
    trial_api.get("/trial/sized", {"size": 10, "_t": 1234567890, "_cb": "x"}).ok()


# ---------------------------------------------------------------- bodies

ODD_BODIES: dict[str, tuple[bytes, int]] = {
    "broken": (b'{"a": ', 400),
    "not utf-8": (b'{"a": "\xff"}', 400),
    "deep": (b"[" * 200_000, 400),
    "deep objects": (b'{"a":' * 200_000, 400),
    "deep and closed": (b"[" * 200_000 + b"]" * 200_000, 400),
    "NaN": (b'{"a": NaN}', 400),
    "Infinity": (b'{"a": -Infinity}', 400),
    "lone surrogate": (b'{"a": "\\ud800"}', 400),
    "single quotes": (b"{'a': 1}", 400),
    "two values": (b"{} {}", 400),
    "byte order mark": (b"\xef\xbb\xbf{}", 400),
    "array": (b"[]", 422),
    "text": (b'"text"', 422),
    "number": (b"1", 422),
    "boolean": (b"true", 422),
    "null": (b"null", 422),
}


@pytest.fixture
def caller(person: Person) -> Account:
    return person("caller", is_admin=True)


@pytest.mark.parametrize("item", every(with_body=True))
def test_no_body_is_too_odd(item: Registered, client: FlaskClient, caller: Account) -> None:
    """An administrator sends each odd body to an address where nothing is: the body is looked at first."""
    api = Api(client, caller)
    takes_a_list = "array" in item.document["requestBody"]["content"]["application/json"]["schema"].get("type", ())

    def send(data: bytes | str, content_type: str | None = "application/json", **options: Any) -> Answer:
        return api.call(item.method, item.path, data=data, content_type=content_type, **options)

    for name, (data, status) in ODD_BODIES.items():
        if name == "array" and takes_a_list:
            continue
        send(data).refused(status), name
    for content_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
    ):
        send(b'{"a": 1}', content_type).refused(415)
    send(b" " * (MIB + 1)).refused(413)
    chunked(api, item.method, item.path, MIB + 1).refused(413)


@pytest.mark.parametrize("item", every(with_body=True))
def test_an_empty_body_is_an_empty_object(item: Registered, client: FlaskClient, caller: Account) -> None:
    api = Api(client, caller)
    expected = api.call(item.method, item.path, {}).status
    assert expected < 500
    if "requestBody" in item.document and expected == 200:
        pytest.skip("An empty object is enough for this operation, so calling it again is another case.")
    for data, content_type in ((b"", "application/json"), (b" \r\n\t ", "application/json"), (b"", None)):
        answer = api.call(item.method, item.path, data=data, content_type=content_type)
        assert answer.status == expected, answer


def chunked(api: Api, method: str, path: str, size: int) -> Answer:
    """Send a body of blanks without a Content-Length, as a chunked request arrives from the server."""
    environ = {
        "wsgi.input": io.BytesIO(b" " * size),
        "wsgi.input_terminated": True,
        "HTTP_TRANSFER_ENCODING": "chunked",
    }
    return api.call(method, path, data=b"", environ_overrides={**environ, "CONTENT_LENGTH": None})


@pytest.mark.parametrize(("size", "status"), [(MIB - 1, 200), (MIB + 1, 413)])
def test_the_limit_of_a_body(size: int, status: int, trial_api: Api) -> None:
    data = b'{"name": "x"}'.ljust(size)
    answer = trial_api.post("/trial/things", data=data, content_type="application/json")
    assert answer.status == status, answer
    assert chunked(trial_api, "POST", "/trial/things", size).status == status


def test_a_missing_token_is_told_before_anything_else(trial_api: Api) -> None:
    for data in (b"{", b" " * (MIB + 1), b"[]"):
        trial_api.post("/trial/user", data=data, content_type="application/json").refused(401)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/problem+json"],
)
def test_json_by_any_name(content_type: str, trial_api: Api) -> None:
    answer = trial_api.post("/trial/things", data=b'{"name": "x"}', content_type=content_type)
    assert answer.ok() == {"name": "x"}


@pytest.mark.parametrize(
    "body",
    [
        {"number": "12"}, {"number": 1.9}, {"number": True}, {"number": 2**31}, {"number": 10**30}, {"number": []},
        {"name": 1}, {"name": "a\x00b"}, {"name": ["x"]}, {"name": {}}, {"name": None}, {"name": "x" * 10_001},
    ],
)  # fmt: skip
def test_values_of_the_wrong_kind_are_422(body: dict[str, Any], trial_api: Api) -> None:
    if body == {"number": 10**30}:
        answer = trial_api.post(
            "/trial/things", data=b'{"number": 1' + b"0" * 30 + b"}", content_type="application/json"
        )
    else:
        answer = trial_api.post("/trial/things", body)
    answer.refused(422)


def test_unknown_keys_are_ignored(trial_api: Api) -> None:
    assert trial_api.post("/trial/things", {"name": "x", "order_index": 3, "id": {}}).ok() == {"name": "x"}


def test_what_a_get_carries_is_ignored(trial_api: Api) -> None:
    trial_api.call("GET", "/health", data=b"{", content_type="application/json").ok()


@pytest.mark.parametrize(
    ("data", "content_type", "status"), [(b"{", "application/json", 400), (b"x", "text/plain", 415)]
)
def test_an_unreadable_body_is_refused_also_where_none_is_expected(
    data: bytes, content_type: str, status: int, trial_api: Api
) -> None:
    trial_api.call("DELETE", "/trial/things", data=data, content_type=content_type).refused(status)


# ---------------------------------------------------------------- compression


@pytest.mark.parametrize(("size", "is_zipped"), [(999, False), (1000, True), (50_000, True)])
def test_bodies_are_zipped_from_1000_bytes(size: int, is_zipped: bool, trial_api: Api) -> None:  # noqa: FBT001
    answer = trial_api.get("/trial/sized", {"size": size}, headers={"Accept-Encoding": "gzip, br"})
    body = answer.response.get_data()
    assert (answer.headers.get("Content-Encoding") == "gzip") is is_zipped
    assert len(gzip.decompress(body) if is_zipped else body) == size
    assert int(answer.headers["Content-Length"]) == len(body)
    assert "Accept-Encoding" in answer.headers.get("Vary", "") or not is_zipped


def test_nothing_is_zipped_unasked(trial_api: Api) -> None:
    answer = trial_api.get("/trial/sized", {"size": 50_000})
    assert "Content-Encoding" not in answer.headers
    assert len(answer.response.get_data()) == 50_000


# ---------------------------------------------------------------- production


def test_only_production_insists_on_tls(make_app: MakeApp, client: FlaskClient, database: Database) -> None:
    assert database.count("users") == 0
    strict = "Strict-Transport-Security"
    production = make_app(environment="production").test_client()
    assert strict in Api(production).get("/health", base_url="https://localhost").headers
    assert strict not in Api(production).get("/health").headers
    assert strict not in Api(client).get("/health", base_url="https://localhost").headers
