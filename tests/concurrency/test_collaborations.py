"""Sharing under simultaneous requests: one row of many equal ones, no lost counter, no deadlock."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
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


def collaborations(database: Database, who: Account) -> int:
    return int(database.scalar("SELECT total_collaborations FROM user_stats WHERE user_id = :id", id=who.id))


def test_of_twenty_equal_grants_on_a_song_one_is_stored(
    app: Flask, alice: Account, bobby: Account, database: Database, concurrently: Concurrently
) -> None:
    song_id = rows.song(database, alice)

    def work(_index: int) -> Answer:
        path = f"/collaborations/songs/{song_id}/collaborate"
        return Api(app.test_client(), alice).post(path, {"user_id": bobby.id})

    answers = concurrently(20, work).all_succeeded()
    assert statuses(answers) == {200: 20}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert (database.count("collaborations"), database.count("activity_logs")) == (1, 1)
    assert collaborations(database, alice) == 1


def test_of_twenty_equal_grants_on_a_pack_each_right_is_stored_once(
    app: Flask, alice: Account, bobby: Account, database: Database, concurrently: Concurrently
) -> None:
    pack_id = rows.pack(database, alice)

    def work(_index: int) -> Answer:
        body = {"user_id": bobby.id, "permissions": ["pack_view", "pack_edit"]}
        return Api(app.test_client(), alice).post(f"/collaborations/packs/{pack_id}/collaborate", body)

    answers = concurrently(20, work).all_succeeded()
    assert statuses(answers) == {200: 20}
    assert all(len(answer.json) == 2 for answer in answers)
    assert (database.count("collaborations"), database.count("activity_logs")) == (2, 1)


def test_sharing_songs_and_ending_the_sharing_of_their_pack(
    app: Flask, alice: Account, person: Person, database: Database, concurrently: Concurrently
) -> None:
    """Counters of several owners are locked by both sides, so the order of the locks decides."""
    bobby, pack_id = person("bobby"), rows.pack(database, alice)
    owners = [alice, person("carol"), person("dave")]
    songs = [rows.song(database, owners[number % 3], f"S{number}", pack_id=pack_id) for number in range(9)]

    def work(index: int) -> Answer:
        api = Api(app.test_client(), alice)
        if index % 3 == 0:
            return api.delete(f"/collaborations/packs/{pack_id}/collaborate/{bobby.id}")
        return api.post(f"/collaborations/songs/{songs[index % 9]}/collaborate", {"user_id": bobby.id})

    answers = concurrently(18, work).all_succeeded()
    assert {answer.status for answer in answers} <= {200, 404}, answers
    Api(app.test_client(), alice).delete(f"/collaborations/packs/{pack_id}/collaborate/{bobby.id}").ok()
    assert database.count("collaborations") == 0
    assert [collaborations(database, owner) for owner in owners] == [0, 0, 0]


def test_equal_batches_store_one(app: Flask, alice: Account, database: Database, concurrently: Concurrently) -> None:
    songs = [
        {"title": f"Song {number}", "artist": "The Example", "status": "In Progress", "pack": "New"}
        for number in range(10)
    ]

    def work(_index: int) -> Answer:
        return Api(app.test_client(), alice).post("/songs/batch", songs)

    assert statuses(concurrently(8, work).all_succeeded()) == {200: 1, 400: 7}
    assert (database.count("songs"), database.count("packs"), database.count("status_ledger")) == (10, 1, 10)
