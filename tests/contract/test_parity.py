"""Hot operations answer with selected rows as they are: their keys and values must be those of the declared schema."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
import orjson
import pytest
from flask.testing import FlaskClient

from tests.conftest import Register
from tests.contract.parity import Call, Stage, cases
from tests.support.database import Database
from tests.support.http import Api
from tests.support.operations import Registered, registered
from tests.support.world import World
from trackflow.web import json as web_json

HOT = [pytest.param(item, id=item.key) for item in registered() if item.operation.hot]


def test_every_hot_operation_has_a_case_and_every_case_an_operation() -> None:
    assert set(cases()) == {item.key for item in registered() if item.operation.hot}


def _plain(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))


def check_keys(body: Any, schema: ma.Schema, where: str = "") -> None:
    """Check that objects have exactly the fields of their schema, also within."""
    for position, row in enumerate(body if schema.many else [body]):
        place = f"{where}[{position}]"
        fields = {field.data_key or name: field for name, field in schema.dump_fields.items()}
        assert set(row) == set(fields), f"{place}: {set(row) ^ set(fields)}"
        for name, field in fields.items():
            inner = field.inner if isinstance(field, ma.fields.List) else field
            if isinstance(inner, ma.fields.Nested) and row[name] is not None:
                values = row[name] if isinstance(field, ma.fields.List) or inner.many else [row[name]]
                for value in values:
                    check_keys([value] if inner.schema.many else value, inner.schema, f"{place}.{name}")


@pytest.fixture
def stage(client: FlaskClient, database: Database, world: World, register: Register) -> Stage:
    return Stage(Api(client, register("caller")), database, world)


@pytest.mark.parametrize("item", HOT)
def test_rows_are_what_the_schema_says(item: Registered, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = item.operation.returns
    assert schema is not None
    assert schema.many, "json_rows answers with a list, so the schema must be one of many."
    selected: list[Any] = []
    real = web_json.json_response

    def note(value: object, status: int = 200) -> Any:
        selected.append(value)
        return real(value, status)

    monkeypatch.setattr(web_json, "json_response", note)
    sizes = []
    for call in cases()[item.key](stage):
        path, api = (call.path, call.api or stage.api) if isinstance(call, Call) else (call, stage.api)
        selected.clear()
        body = api.get(path).ok()
        assert len(selected) == 1, f"{path}: the operation is declared hot and does not answer by json_rows."
        check_keys(body, schema)
        assert body == _plain(schema.dump(selected[0]))
        sizes.append(len(body))
    assert max(sizes, default=0) > 0, "The case makes no rows."
