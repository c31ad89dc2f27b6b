"""The OpenAPI document against the application: a bounded, seeded part of what `scripts/fuzz` sends.

Which checks are off, and why, stands in `scripts/lib/fuzzing.py`.
"""

from __future__ import annotations

import pytest
from flask import Flask

from scripts.lib.fuzzing import OFF_FOR, load, only, run
from tests.support import people, rows
from tests.support.database import Database
from tests.support.operations import Registered, every, openapi
from tests.support.registry import key

EXAMPLES = 3


@pytest.mark.parametrize("item", every())
def test_the_application_does_what_its_document_says(item: Registered, app: Flask, database: Database) -> None:
    with database.together():
        alice_id = people.insert_person(database, "alice")
        admin_id = people.insert_person(database, "admin", is_admin=True)
        pack = rows.pack(database, alice_id)
        for number, pack_id in enumerate((pack, None, pack), start=1):
            song = rows.song(database, (alice_id, alice_id, admin_id)[number - 1], f"Song {number}", pack_id=pack_id)
            rows.progress(database, song, drums=True, bass=False)
    rows.workflow(database, alice_id, "drums", "bass")
    schema = load(
        app,
        token=people.account(app, alice_id).token,
        admin_token=people.account(app, admin_id).token,
        max_examples=EXAMPLES,
        seed=1,
        phases=("examples", "coverage", "fuzzing"),
    )

    outcome = run(only(schema, lambda label: key(label) == item.key))

    assert not outcome.findings, "\n\n".join(map(str, outcome.findings))
    assert outcome.cases > EXAMPLES, "Hardly anything was sent."


def test_what_is_off_for_one_operation_names_one() -> None:
    known = {f"{method.upper()} {path}" for path, methods in openapi()["paths"].items() for method in methods}
    assert not OFF_FOR.keys() - known
