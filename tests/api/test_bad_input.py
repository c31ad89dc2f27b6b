"""What no operation may take: each is sent wrong types, impossible values and the ids of other people's things.

Generated from the registered operations and the OpenAPI document, so that a new operation is covered when it appears.
Whatever is refused is refused with a sentence, changes nothing, and tells nothing about anybody.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support import people
from tests.support.database import Database
from tests.support.http import Account, Answer, Api
from tests.support.operations import NOBODY, Registered, every, openapi
from tests.support.world import World
from trackflow.extensions import Base

Schema = Mapping[str, Any]

_PARAMETER = re.compile(r"<int:(\w+)>")

JSON_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
OF_EACH_TYPE: tuple[Any, ...] = ("12", "yes", 1.9, 7, True, None, [], ["x"], {}, {"x": 1})
HUGE = (2**31, 2**63, -(2**31) - 1, 10**30)
MIB = 1024 * 1024
UNREADABLE = {
    "no JSON": (b"{", 400),
    "two values": (b"{} {}", 400),
    "not a number": (b'{"a": NaN}', 400),
    "infinite": (b'{"a": -Infinity}', 400),
    "half a character": (b'{"a": "\\ud800"}', 400),
    "half a character as a name": (b'{"\\udfff": 1}', 400),
    "bytes that are no text": (b'{"a": "\xff\xfe"}', 400),
    "deep": (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400),
    "deep and open": (b"[" * 200_000, 400),
    "large": (b'{"a": "' + b"x" * MIB + b'"}', 413),
}
# What must never come back: the words of a database, a traceback, and anybody of `World` but the caller.
SECRETS = ("SELECT ", "INSERT INTO", "UPDATE ", "sqlite", "psycopg", "Traceback", "sqlalchemy", "@example.org")
# Everybody may read these of everybody.
SKIPS_WHAT_IS_NOT_OWN = frozenset({"POST /tools/bulk-clean"})
PUBLIC = frozenset({"GET /user-settings/users/{}/profile", "GET /profiles/{}", "GET /workflows/user/{}"})


@pytest.fixture
def caller(app: Flask, database: Database) -> Account:
    """An administrator without relation to anybody: whom only the checks of the input stop."""
    return people.person(app, database, "caller", is_admin=True)


def contents(database: Database) -> dict[str, list[Any]]:
    """Return every table but the presence, of which a request is a part."""
    tables = (table for table in Base.metadata.sorted_tables if table.name != "presence")
    return {table.name: database.rows(table.select().order_by(*table.primary_key.columns)) for table in tables}


def check_refusal(answer: Answer, *statuses: int, contains: str = "") -> dict[str, Any]:
    """Check the status, the one shape, and that nothing leaks."""
    assert answer.status in statuses, f"{answer}: none of {statuses}"
    body = answer.refused(answer.status, contains)
    assert not [word for word in SECRETS if word in answer.text], answer
    return body


@pytest.mark.parametrize("item", every(with_body=True))
def test_a_body_that_cannot_be_read(item: Registered, client: FlaskClient, database: Database, caller: Account) -> None:
    api, before = Api(client, caller), contents(database)

    for name, (body, status) in UNREADABLE.items():
        answer = api.call(item.method, item.path, data=body, content_type="application/json")
        assert answer.status == status, f"{name}: {answer}"
        check_refusal(answer, status)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        check_refusal(api.call(item.method, item.path, data=b"a=1", content_type=kind), 415)

    assert contents(database) == before


@pytest.mark.parametrize("item", every(with_body=True))
def test_values_that_the_document_excludes(
    item: Registered, client: FlaskClient, database: Database, caller: Account
) -> None:
    api, before = Api(client, caller), contents(database)
    schema = resolved(item.document["requestBody"]["content"]["application/json"]["schema"])

    for place, body in wrong_bodies(schema):
        answer = api.call(item.method, item.path, data=_dumped(body), content_type="application/json")
        assert answer.status == 422, f"{place} = {_shortly(body)}: {answer}"
        found = check_refusal(answer, 422)
        blamed = [name for name in found.get("errors", {}) if not place or {*place.split(".")} & {*name.split(".")}]
        assert blamed, f"{place} = {_shortly(body)}: something else is blamed: {answer}"

    assert contents(database) == before


@pytest.mark.parametrize("item", every())
def test_paths_and_queries_that_the_document_excludes(
    item: Registered, client: FlaskClient, database: Database, caller: Account
) -> None:
    api, before = Api(client, caller), contents(database)
    body: Any = {} if item.takes_a_body else None

    for path in wrong_paths(item):
        check_refusal(api.call(item.method, path, body), 404)
    for parameter in item.document.get("parameters", []):
        if parameter["in"] != "query":
            continue
        for text in wrong_queries(resolved(parameter["schema"])):
            path = f"{item.path}?{parameter['name']}={text}"
            answer = api.call(item.method, path, body)
            found = check_refusal(answer, 400, 422)
            assert parameter["name"] in found.get("errors", {parameter["name"]}), answer

    assert contents(database) == before


@pytest.mark.parametrize("item", every())
def test_things_of_other_people(item: Registered, client: FlaskClient, database: Database, world: World) -> None:
    stranger, before = world.people["stranger"], contents(database)
    names = [account.username for who, account in world.people.items() if who != "stranger"]
    ids = {"song_id": world.song, "pack_id": world.pack, "user_id": world.people["owner"].id}
    path = _PARAMETER.sub(lambda found: str(ids.get(found[1], NOBODY)), item.rule).replace("<step_name>", "drums")
    bodies: list[Any] = [None]
    if item.takes_a_body:
        schema = resolved(item.document["requestBody"]["content"]["application/json"]["schema"])
        bodies = [sample(schema), foreign_body(schema, ids)]

    for body in bodies:
        answer = Api(client, stranger).call(item.method, path, body)
        if answer.status >= 400:
            check_refusal(answer, answer.status)
            assert not [name for name in names if re.search(rf"\b{name}\b", answer.text)], answer
        elif ids.keys() & {*_PARAMETER.findall(item.rule)} or body != bodies[0]:
            assert item.method == "GET" or item.key in SKIPS_WHAT_IS_NOT_OWN, f"{answer} to {body}"
            assert item.key in PUBLIC or not [name for name in names if f'"{name}"' in answer.text], answer

    after = contents(database)
    for table in ("songs", "packs", "collaborations", "song_progress", "wip_collaborations", "users"):
        changed = {row["id"] for row in before[table] if row not in after[table]}
        assert changed <= ({stranger.id} if table == "users" else set()), f"{table}: {changed}"
    made = [row for row in after["songs"] if row not in before["songs"]]
    assert all(row["user_id"] == stranger.id and row["pack_id"] != world.pack for row in made), made
    assert len(after["collaborations"]) == len(before["collaborations"])


def resolved(schema: Schema) -> Schema:
    """Follow a reference into the document's components."""
    while "$ref" in schema:
        schema = openapi()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def types_of(schema: Schema) -> frozenset[str]:
    """Return the names of the JSON types that a schema admits; none if it does not say."""
    for word in ("anyOf", "oneOf"):
        if word in schema:
            inner = [types_of(resolved(part)) for part in schema[word]]
            return frozenset().union(*inner) if all(inner) else frozenset()
    found = schema.get("type", ())
    return frozenset([found] if isinstance(found, str) else found)


def _is_of(value: Any, names: frozenset[str]) -> bool:
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, JSON_TYPES[name]) for name in names if name != "boolean")


def wrong_values(schema: Schema) -> Iterator[Any]:
    """Make values that the schema excludes: of other types, too large, too long, with a NUL."""
    names = types_of(schema)
    if not names:
        return
    yield from (value for value in OF_EACH_TYPE if not _is_of(value, names))
    if "integer" in names:
        yield from HUGE
    if names <= {"integer", "null"}:
        yield from (schema[word] + by for word, by in (("minimum", -1), ("maximum", 1)) if word in schema)
    if "string" in names:
        yield "a\0b"
    if "string" in names and schema.get("maxLength", MIB) < 100_000:
        yield "x" * 100_000
    if "enum" in schema:
        yield "no such value"


def wrong_bodies(schema: Schema, place: str = "") -> Iterator[tuple[str, Any]]:
    """Make (the property to blame, a body in which it alone is wrong), also inside lists and objects."""
    yield from ((place, value) for value in wrong_values(schema))
    if "array" in types_of(schema) and "items" in schema:
        yield from ((deep, [inner]) for deep, inner in wrong_bodies(resolved(schema["items"]), f"{place}.0"))
    for name, part in schema.get("properties", {}).items():
        rest = {key: value for key, value in sample(schema).items() if key != name}
        inside = wrong_bodies(resolved(part), f"{place}.{name}")
        yield from ((deep, {**rest, name: value}) for deep, value in inside)


def sample(schema: Schema) -> Any:
    """Make a value that the schema admits, with the required properties only."""
    if "enum" in schema:
        return schema["enum"][0]
    names = types_of(schema)
    if "object" in names:
        return {name: sample(resolved(schema["properties"][name])) for name in schema.get("required", ())}
    if "array" in names:
        return [sample(resolved(schema["items"]))] * schema.get("minItems", 0)
    if "integer" in names:
        return schema.get("minimum", 1)
    return False if "boolean" in names else "sample@example.com"


def foreign_body(schema: Schema, ids: Mapping[str, int]) -> Any:
    """Make an admissible body in which every id is one of somebody else."""
    if "array" in types_of(schema):
        return [foreign_body(resolved(schema["items"]), ids)]
    body = sample(schema)
    for name, part in schema.get("properties", {}).items():
        target = ids.get(name.removesuffix("s"), ids["song_id"] if name == "ids" else None)
        if target is not None:
            body[name] = [target] if "array" in types_of(resolved(part)) else target
    return body


def wrong_paths(item: Registered) -> Iterator[str]:
    """Make paths of the operation with a parameter that no row can have."""
    for wrong in ("undefined", "null", "-1", "1.5", "%EF%BC%91", "2147483648", "9" * 23, "1%00"):
        if str(NOBODY) in item.path:
            yield item.path.replace(str(NOBODY), wrong)
    if "/nobody" in item.path:
        yield item.path.replace("/nobody", "/no%00body")


def wrong_queries(schema: Schema) -> Iterator[str]:
    """Make texts of a query parameter that the schema excludes."""
    names = types_of(schema)
    if "integer" in names:
        yield from ("x", "1.5", "1e3", "%EF%BC%91", "99999999999999", "true", "1%00")
        yield from (str(schema[word] + by) for word, by in (("minimum", -1), ("maximum", 1)) if word in schema)
    if "boolean" in names:
        yield from ("maybe", "2")
    if "string" in names:
        yield "a%00b"
        if "enum" in schema:
            yield "no%20such%20value"
        if "maxLength" in schema:
            yield "x" * (schema["maxLength"] + 1)


def _dumped(body: Any) -> bytes:
    return json.dumps(body).encode()


def _shortly(body: Any) -> str:
    return repr(body)[:200]
