"""The OpenAPI document: complete, consistent in itself, and the one that is committed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.http import Api
from tests.support.operations import Registered, every, openapi, registered
from tests.support.run import PROJECT

COMMITTED = PROJECT / "docs" / "openapi.json"
COMMAND = "flask --app wsgi openapi write docs/openapi.json"
DESCRIBED = ("401", "403", "404", "422", "400", "413", "415", "429", "503", "409")


def test_it_is_served_and_public(client: FlaskClient) -> None:
    for path in ("/openapi.json", "/api/openapi.json", "/openapi.json/"):
        assert Api(client).get(path).ok()["openapi"].startswith("3.1")
    assert client.get("/docs").status_code == 200
    assert "openapi.json" in client.get("/docs/").get_data(as_text=True)


def test_it_names_the_product_and_its_token() -> None:
    document = openapi()
    assert document["info"]["title"]
    assert document["info"]["version"]
    scheme = document["components"]["securitySchemes"]["token"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


def test_it_lists_every_operation_once_under_api() -> None:
    listed = {(path, method) for path, item in openapi()["paths"].items() for method in item if method != "parameters"}
    assert len(listed) == len(registered())
    assert all(path.startswith("/api/") and not path.endswith("//") for path, _ in listed)
    tags = {tag["name"] for tag in openapi()["tags"]}
    for item in registered():
        assert set(item.document["tags"]) <= tags


def test_operation_ids_are_unique() -> None:
    ids = [item.document.get("operationId") for item in registered()]
    assert all(ids), [item.key for item in registered() if not item.document.get("operationId")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("item", every())
def test_an_operation_says_what_it_does_and_how_it_may_end(item: Registered) -> None:
    found, access = item.document, item.operation.access.value
    assert found["summary"].strip()
    assert not found["summary"].endswith(".")
    assert found["x-access"] == access
    assert found["security"] == {"public": [], "optional": [{}, {"token": []}]}.get(access, [{"token": []}])

    responses = found["responses"]
    assert {code for code in responses if code.startswith("2")}, "no success"
    assert ("401" in responses) or access in ("public", "optional")
    assert ("403" in responses) or access != "admin"
    assert ("404" in responses) or "<" not in item.rule
    if item.takes_a_body:
        assert {"400", "413", "415", "422"} <= set(responses)
    if any(parameter.get("in") == "query" for parameter in found.get("parameters", [])):
        assert "422" in responses
    for code in set(responses) & set(DESCRIBED):
        schema = _resolved(responses[code])["content"]["application/json"]["schema"]
        assert schema["$ref"].endswith("/ErrorOut")
    for code in set(responses) - set(DESCRIBED):
        body = _resolved(responses[code]).get("content", {}).get("application/json", {}).get("schema")
        assert body or code == "204", f"{item.key}: {code} without a schema"


@pytest.mark.parametrize("item", every())
def test_the_parameters_of_a_path_are_described(item: Registered) -> None:
    path = "/api" + re.sub(r"<(?:[^:>]*:)?(\w+)>", r"{\1}", item.rule)
    shared = openapi()["paths"][path].get("parameters", [])
    described = [_resolved(parameter) for parameter in [*shared, *item.document.get("parameters", [])]]
    in_path = {parameter["name"] for parameter in described if parameter["in"] == "path"}
    assert in_path == set(re.findall(r"\{(\w+)\}", path))
    assert all(parameter["required"] for parameter in described if parameter["in"] == "path")
    assert all("schema" in parameter for parameter in described)


def _walk(value: Any, where: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield where, value
        for name, inner in value.items():
            yield from _walk(inner, f"{where}/{name}")
    if isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _walk(inner, f"{where}/{position}")


def _resolved(value: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in value:
        return value
    found: Any = openapi()
    for name in value["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    resolved: dict[str, Any] = found
    return resolved


def test_every_reference_leads_somewhere() -> None:
    for where, value in _walk(openapi()):
        if isinstance(value.get("$ref"), str):
            assert _resolved(value), where


def test_the_schemas_are_json_schemas() -> None:
    kinds = {"string", "integer", "number", "boolean", "array", "object", "null"}
    for where, value in _walk(openapi()["components"]["schemas"]):
        kind = value.get("type")
        if where.endswith("/properties") or not isinstance(kind, str | list):
            continue
        assert set([kind] if isinstance(kind, str) else kind) <= kinds, where
        if kind == "array":
            assert "items" in value, where
        if isinstance(value.get("required"), list):
            assert set(value["required"]) <= set(value.get("properties", {})), where


def test_no_two_schemas_share_a_name() -> None:
    """apispec calls the second one `Name1`: a sign of a schema that was modified in place."""
    names = set(openapi()["components"]["schemas"])
    assert not {name for name in names if name[-1].isdigit() and name.rstrip("0123456789") in names}


def test_it_is_the_committed_one() -> None:
    hint = f"If the change is meant, run: {COMMAND}"
    assert COMMITTED.exists(), hint
    committed, current = json.loads(COMMITTED.read_text()), json.loads(json.dumps(openapi()))
    if committed != current:
        paths = {path for path in {*committed["paths"], *current["paths"]}
                 if committed["paths"].get(path) != current["paths"].get(path)}  # fmt: skip
        was, now = committed["components"]["schemas"], current["components"]["schemas"]
        schemas = {name for name in {*was, *now} if was.get(name) != now.get(name)}
        pytest.fail(f"docs/openapi.json differs in {sorted(paths)} {sorted(schemas)}. {hint}")
