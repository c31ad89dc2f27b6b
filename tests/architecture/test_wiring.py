"""What is written is wired: events, handlers, blueprints, jobs."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from tests.architecture.source import PACKAGE, dotted
from trackflow import blueprints, jobs, services, wiring
from trackflow.config import Settings
from trackflow.jobs.table import jobs_of
from trackflow.unit_of_work import Handlers
from trackflow.web.api import Blueprint


def _below(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _own(module: ModuleType, kind: Any) -> list[Any]:
    return [value for value in vars(module).values() if kind(value) and value.__module__ == module.__name__]


def _events(module: ModuleType) -> list[type]:
    """Return the records of a module, without those that are a part of another one."""
    records = _own(module, inspect.isclass)
    fields = [str(field.type) for record in records for field in dataclasses.fields(record)]
    return [record for record in records if not any(re.search(rf"\b{record.__name__}\b", text) for text in fields)]


EVENTS = [
    event for module in _below(services) if "events" in module.__name__.split(".")[3:] for event in _events(module)
]


def test_there_are_events() -> None:
    assert EVENTS


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__qualname__)
def test_an_event_is_wired_and_a_frozen_record(event: type) -> None:
    assert event in wiring.EVENTS
    assert dataclasses.is_dataclass(event)
    assert event.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert hasattr(event, "__slots__")


def test_where_nobody_listens_the_wiring_says_who_will() -> None:
    tree = ast.parse((PACKAGE / "wiring.py").read_text())
    wired = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and dotted(node.func) == "on"]
    assert len(wired) == len(wiring.EVENTS)
    for call in wired:
        keywords = {keyword.arg: keyword.value for keyword in call.keywords}
        if not keywords.keys() & {"required", "isolated", "after_commit"}:
            awaits = keywords.get("awaits")
            assert isinstance(awaits, ast.Constant), f"{dotted(call.args[0])}: name who will listen."
            assert awaits.value, f"{dotted(call.args[0])}: name who will listen."


def _all(handlers: Handlers) -> tuple[Any, ...]:
    return (*handlers.required, *handlers.isolated, *handlers.after_commit)


def test_every_listener_is_wired_somewhere() -> None:
    wired = {handler for handlers in wiring.EVENTS.values() for handler in _all(handlers)}
    for module in _below(services):
        if "listeners" in module.__name__.split(".")[3:]:
            written = {function for function in _own(module, inspect.isfunction) if function.__name__.startswith("on_")}
            assert written <= wired, {function.__qualname__ for function in written - wired}


def test_every_blueprint_is_registered_with_all_its_operations(app: Flask) -> None:
    written = {
        (blueprint.name, id(blueprint)): len(blueprint.operations)
        for module in _below(blueprints)
        for blueprint in vars(module).values()
        if isinstance(blueprint, Blueprint)
    }
    assert {(blueprint.name, id(blueprint)) for blueprint, _ in wiring.BLUEPRINTS} == set(written)
    assert {name for name, _ in written} <= set(app.blueprints)
    assert len(app.extensions["trackflow.api"].operations) == sum(written.values())


def test_every_job_is_listed(app: Flask) -> None:
    table = jobs_of(app)
    assert all(job.description and name == job.name for name, job in table.items())
    listed = {job.function for job in table.values()}
    for module in _below(jobs):
        for function in _own(module, inspect.isfunction):
            kinds = [
                parameter.annotation for parameter in inspect.signature(function, eval_str=True).parameters.values()
            ]
            if kinds == [Settings] and not function.__name__.startswith("_"):
                assert function in listed, f"{module.__name__}.{function.__name__} is no job of the wiring"
