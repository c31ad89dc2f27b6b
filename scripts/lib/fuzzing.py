"""The OpenAPI document held against the application by schemathesis, in process: the configuration and the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.schemas import BaseSchema

PHASES = ("examples", "coverage", "fuzzing", "stateful")
# Checks that are off, each with its reason; all others are on.
OFF: Mapping[str, str] = {
    "ignored_auth": "its probes fail on an application in process; tests/access proves it for every operation",
    "positive_data_acceptance": "names that are taken, links and states are refused by rules that no schema can say",
}
# Checks that are off for one operation.
OFF_FOR: Mapping[str, tuple[str, str]] = {
    "POST /api/workflows/songs/{song_id}/progress/bulk": (
        "allow_header_conformance",
        "the address is also that of a step named `bulk`, which takes a PUT, and Allow says so",
    ),
}
# Ids above the first few rows are moved into them, so that half of the calls meet something that exists.
_FIRST, _LAST, _ROWS = 3, 1_000_000, 40


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the application did and the document does not allow."""

    operation: str
    title: str
    message: str
    sample: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what makes it another finding than others."""
        return self.operation, self.title, self.message

    def __str__(self) -> str:
        """Show it with a command that repeats it."""
        return f"{self.operation}: {self.title}\n  {self.message.strip()}\n  {self.sample}"


def load(  # noqa: PLR0913  (keywords only)
    app: Flask, *, token: str, admin_token: str, max_examples: int, seed: int, phases: Iterable[str]
) -> BaseSchema:
    """Return the document of this application, ready to be run with these tokens."""
    document: dict[str, Any] = app.extensions["trackflow.api"].spec.to_dict()
    wanted = set(phases)
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "headers": _headers(token),
            "generation": {"max-examples": max_examples, "deterministic": True, "database": "none"},
            "checks": {name: {"enabled": False} for name in OFF},
            "phases": {name: {"enabled": name in wanted} for name in PHASES},
            "operations": [
                *({"include-name": name, "headers": _headers(admin_token)} for name in _of_admins(document)),
                *(
                    {"include-name": name, "checks": {check: {"enabled": False}}}
                    for name, (check, _) in OFF_FOR.items()
                ),
            ],
        }
    )
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = app
    schema.hook("map_path_parameters")(_towards_existing_rows)
    return schema


def only(schema: BaseSchema, is_wanted: Callable[[str], bool]) -> BaseSchema:
    """Return the document without the operations whose label, as in `GET /api/songs`, is not wanted."""
    # Not `include`: the configuration's own filter includes everything, and includes add up.
    return schema.exclude(lambda context: not is_wanted(context.operation.label))


@dataclass(slots=True)
class Outcome:
    """What a run came to: how often each operation answered with each status, and what is wrong."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """Return the number of requests."""
        return sum(counted.total() for counted in self.statuses.values())

    @property
    def never_succeeded(self) -> list[str]:
        """Return the operations of which nothing was seen but refusals."""
        return sorted(label for label, counted in self.statuses.items() if min(counted) >= HTTPStatus.BAD_REQUEST)


def run(schema: BaseSchema, tell: Callable[[Outcome, Finding | None], object] = lambda *_: None) -> Outcome:
    """Run the phases; `tell` hears of each finished scenario, and of each new finding."""
    outcome = Outcome()

    def add(finding: Finding) -> None:
        if finding.key not in {known.key for known in outcome.findings}:
            outcome.findings.append(finding)
            tell(outcome, finding)

    for event in from_schema(schema).execute():
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            add(Finding(event.label, type(event.value).__name__, str(event.value), ""))
        if isinstance(event, events.ScenarioFinished):
            _count(outcome, event.recorder)
            tell(outcome, None)
            for case_id, nodes in event.recorder.checks.items():
                for info in (node.failure_info for node in nodes if node.failure_info is not None):
                    label = event.recorder.cases[case_id].value.operation.label
                    add(Finding(label, info.failure.title, info.failure.message, info.code_sample))
    return outcome


def _count(outcome: Outcome, recorder: ScenarioRecorder) -> None:
    for case_id, interaction in recorder.interactions.items():
        if interaction.response is not None:
            label = recorder.cases[case_id].value.operation.label
            outcome.statuses.setdefault(label, Counter())[interaction.response.status_code] += 1


def _headers(token: str) -> dict[str, str]:
    # schemathesis does not unpack an answer in process.
    return {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}


def _of_admins(document: Mapping[str, Any]) -> Iterator[str]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, Mapping) and operation.get("x-access") == "admin":
                yield f"{method.upper()} {path}"


def _towards_existing_rows(_context: object, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    def moved(value: Any) -> Any:
        is_plain = isinstance(value, int) and not isinstance(value, bool) and _FIRST < value < _LAST
        return 1 + value % _ROWS if is_plain else value

    return None if path_parameters is None else {name: moved(value) for name, value in path_parameters.items()}
