"""Packs under simultaneous requests: points are paid once and add up, one name, one announcement, no deadlock."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.services.pack_rows import points
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Answer, Api


@pytest.fixture
def alice(person: Person) -> Account:
    return person("alice")


@pytest.fixture
def bobby(person: Person) -> Account:
    return person("bobby")


def statuses(answers: list[Answer]) -> dict[int, int]:
    return dict(Counter(answer.status for answer in answers))


def test_one_pack_released_by_many_pays_once_and_is_announced_once(
    app: Flask, alice: Account, bobby: Account, database: Database, concurrently: Concurrently
) -> None:
    pack = rows.pack(database, alice)
    database.insert("album_series", album_name="A", artist_name="B", pack_id=pack)
    for number in range(3):
        rows.song(database, bobby if number else alice, f"S{number}", pack_id=pack)
        rows.song(database, bobby, f"Optional {number}", pack_id=pack, optional=True)

    def work(index: int) -> Answer:
        return Api(app.test_client(), (alice, bobby)[index % 2]).post(f"/packs/{pack}/release", {})

    assert statuses(concurrently(8, work).all_succeeded()) == {200: 8}
    assert points(database) == {alice.id: 10, bobby.id: 20}
    assert (database.count("status_ledger"), database.count("packs")) == (6, 2)
    assert database.column("SELECT series_number FROM album_series") == [1]
    told = Counter(database.column("SELECT type FROM notifications"))
    assert (told["pack_release"], told["general"]) == (1, 2)


def test_packs_with_songs_of_the_same_people_add_up(
    app: Flask, alice: Account, bobby: Account, database: Database, concurrently: Concurrently
) -> None:
    """Each release locks the counters of both, and every series wants the next number."""
    packs = []
    for number in range(8):
        owners = (alice, bobby) if number % 2 else (bobby, alice)
        pack = rows.pack(database, owners[0], f"Pack {number}")
        packs.append((owners[0], pack))
        database.insert("album_series", album_name=f"A{number}", artist_name="B", pack_id=pack)
        for owner in owners:
            rows.song(database, owner, f"S{number}", pack_id=pack)
            rows.song(database, owner, f"Optional {number}", pack_id=pack, optional=True)

    def work(index: int) -> Answer:
        owner, pack = packs[index]
        return Api(app.test_client(), owner).post(f"/packs/{pack}/release", {})

    assert statuses(concurrently(8, work).all_succeeded()) == {200: 8}
    assert points(database) == {alice.id: 80, bobby.id: 80}
    assert database.column("SELECT series_number FROM album_series ORDER BY series_number") == list(range(1, 9))
    assert database.count("packs") == 16


def test_a_release_and_single_songs_of_it_at_once(
    app: Flask, alice: Account, bobby: Account, database: Database, concurrently: Concurrently
) -> None:
    pack = rows.pack(database, alice)
    songs = [(owner, rows.song(database, owner, f"S{n}", pack_id=pack)) for n in range(5) for owner in (alice, bobby)]

    def work(index: int) -> Answer:
        if index >= len(songs):
            return Api(app.test_client(), alice).post(f"/packs/{pack}/release", {})
        owner, song = songs[index]
        return Api(app.test_client(), owner).patch(f"/songs/{song}", {"status": "Released"})

    assert statuses(concurrently(12, work).all_succeeded()) == {200: 12}
    assert points(database) == {alice.id: 50, bobby.id: 50}
    assert database.count("status_ledger") == 10


def test_releasing_starting_and_taking_back_at_once(
    app: Flask, alice: Account, bobby: Account, database: Database, concurrently: Concurrently
) -> None:
    pack = rows.pack(database, alice)
    for number in range(4):
        rows.song(database, bobby, f"S{number}", pack_id=pack, status="Future Plans" if number % 2 else "In Progress")

    def work(index: int) -> Answer:
        api = Api(app.test_client(), (alice, bobby)[index % 2])
        if index % 3 == 0:
            return api.post(f"/packs/{pack}/release", {})
        return api.patch(f"/packs/{pack}/status", {"status": ("WIP", "Future Plans")[index % 3 - 1]})

    assert statuses(concurrently(12, work).all_succeeded()) == {200: 12}
    points(database)


def test_deleting_and_releasing_at_once(
    app: Flask, alice: Account, bobby: Account, database: Database, concurrently: Concurrently
) -> None:
    pack = rows.pack(database, alice)
    for number in range(4):
        rows.song(database, (alice, bobby)[number % 2], f"S{number}", pack_id=pack)

    def work(index: int) -> Answer:
        api = Api(app.test_client(), alice)
        return api.post(f"/packs/{pack}/release", {}) if index % 2 else api.delete(f"/packs/{pack}")

    answers = concurrently(8, work).all_succeeded()
    assert {answer.status for answer in answers} <= {200, 404}, answers
    assert statuses(answers[::2])[200] == 1
    assert database.column("SELECT DISTINCT user_id FROM songs") == [bobby.id]
    assert database.count("packs") == 0
    points(database)


@pytest.mark.parametrize("renaming", [False, True])
def test_of_many_packs_of_one_name_one_is_there(
    renaming: bool,  # noqa: FBT001
    app: Flask,
    alice: Account,
    database: Database,
    concurrently: Concurrently,
) -> None:
    present = [rows.pack(database, alice, f"Pack {number}") for number in range(8)] if renaming else []

    def work(index: int) -> Answer:
        api, body = Api(app.test_client(), alice), {"name": "SUMMER" if index % 2 else "Summer"}
        if renaming and index < 7:
            return api.patch(f"/packs/{present[index]}", body)
        return api.post("/packs", body)

    answers: list[Any] = concurrently(8, work).all_succeeded()
    assert statuses(answers) == {200: 1, 400: 7}
    assert all("already exists" in answer.json["detail"] for answer in answers if answer.status == 400)
    assert database.scalar("SELECT count(*) FROM packs WHERE name_key = 'summer'") == 1
