"""Songs under simultaneous requests: one of many duplicates, no lost counter, no deadlock."""

from __future__ import annotations

from collections import Counter

import pytest
from flask import Flask

from tests.conftest import Concurrently, Person
from tests.support import rows
from tests.support.database import Database
from tests.support.http import Account, Answer, Api

BASE = {"title": "Harbour Lights", "artist": "The Example", "status": "In Progress"}


@pytest.fixture
def alice(person: Person) -> Account:
    return person("alice")


def statuses(answers: list[Answer]) -> dict[int, int]:
    return dict(Counter(answer.status for answer in answers))


def stats(database: Database, who: Account) -> dict[str, int]:
    row = database.row("SELECT * FROM user_stats WHERE user_id = :id", id=who.id)
    return {name: value for name, value in row.items() if name.startswith("total_")}


@pytest.mark.parametrize("more", [{"pack": "Summer Pack"}, {"status": "Future Plans"}], ids=["in a pack", "plain"])
def test_of_twenty_equal_songs_one_is_stored(
    more: dict[str, str], app: Flask, alice: Account, database: Database, concurrently: Concurrently
) -> None:
    def work(_index: int) -> Answer:
        return Api(app.test_client(), alice).post("/songs", {**BASE, **more})

    answers = concurrently(20, work).all_succeeded()
    assert statuses(answers) == {200: 1, 400: 19}, answers
    assert all("already exists" in answer.json["detail"] for answer in answers if answer.status == 400)
    packs = int("pack" in more)
    assert (database.count("songs"), database.count("packs"), database.count("status_ledger")) == (1, packs, 1)
    found = stats(database, alice)
    assert (found["total_songs"], found["total_wip_created"], found["total_packs"]) == (1, packs, packs)


def test_different_songs_share_the_new_pack(
    app: Flask, alice: Account, database: Database, concurrently: Concurrently
) -> None:
    def work(index: int) -> Answer:
        body = {**BASE, "title": f"Song {index}", "pack": "Summer Pack" if index % 2 else "SUMMER  pack"}
        return Api(app.test_client(), alice).post("/songs", body)

    assert statuses(concurrently(16, work).all_succeeded()) == {200: 16}
    assert (database.count("packs"), database.count("songs")) == (1, 16)
    assert database.count("user_workflows") == 1
    found = stats(database, alice)
    assert (found["total_songs"], found["total_wip_created"]) == (16, 16)


@pytest.mark.parametrize("status", ["In Progress", "Released"])
def test_all_songs_of_a_pack_at_once(
    status: str, app: Flask, alice: Account, database: Database, concurrently: Concurrently
) -> None:
    pack_id = rows.pack(database, alice)
    ids = [rows.song(database, alice, f"S{number}", pack_id=pack_id, status="Future Plans") for number in range(16)]

    def work(index: int) -> Answer:
        return Api(app.test_client(), alice).patch(f"/songs/{ids[index]}", {"status": status})

    assert statuses(concurrently(16, work).all_succeeded()) == {200: 16}
    found = stats(database, alice)
    if status == "Released":
        assert (found["total_points"], found["total_released"]) == (160, 16)
    else:
        assert (found["total_wip_created"], found["total_wip"]) == (16, 16)
        assert database.count("song_progress") == 16 * 13
    assert database.count("status_ledger") == 16


def test_one_song_released_by_many_pays_once(
    app: Flask, alice: Account, person: Person, database: Database, concurrently: Concurrently
) -> None:
    song_id = rows.song(database, alice)
    people = [alice, *(person(f"helper{number}") for number in range(7))]
    for helper in people[1:]:
        rows.grant(database, helper, "song_edit", on=song_id)

    def work(index: int) -> Answer:
        return Api(app.test_client(), people[index]).patch(f"/songs/{song_id}", {"status": "Released"})

    assert statuses(concurrently(8, work).all_succeeded()) == {200: 8}
    assert database.count("status_ledger") == 1
    assert stats(database, alice)["total_points"] == 10


def test_owners_who_hand_songs_to_each_other_do_not_block(
    app: Flask, alice: Account, person: Person, database: Database, concurrently: Concurrently
) -> None:
    """Each request locks the counters of both, so the order of the locks decides."""
    bobby = person("bobby")
    pairs = [(alice, bobby), (bobby, alice)] * 6
    ids = [
        rows.song(database, giver, f"S{number}", status="Released", released_at=None)
        for number, (giver, _) in enumerate(pairs)
    ]

    def work(index: int) -> Answer:
        giver, taker = pairs[index]
        changes = {"user_id": taker.id, "status": "In Progress"}
        return Api(app.test_client(), giver).patch(f"/songs/{ids[index]}", changes)

    assert statuses(concurrently(12, work).all_succeeded()) == {200: 12}
    for who in (alice, bobby):
        found = stats(database, who)
        assert (found["total_songs"], found["total_wip"], found["total_wip_created"]) == (6, 6, 6)


def test_saving_and_deleting_at_once(
    app: Flask, alice: Account, database: Database, concurrently: Concurrently
) -> None:
    ids = [rows.song(database, alice, f"S{number}") for number in range(4)]

    def work(index: int) -> Answer:
        api, path = Api(app.test_client(), alice), f"/songs/{ids[index % 4]}"
        return api.delete(path) if index < 4 else api.patch(path, {"status": "Released"})

    answers = concurrently(12, work).all_succeeded()
    assert {answer.status for answer in answers} <= {200, 204, 404}, answers
    assert statuses(answers[:4]) == {204: 4}
    assert database.count("songs") == 0
    assert stats(database, alice)["total_points"] == 0


def test_one_song_each_in_a_community_event(
    app: Flask, alice: Account, person: Person, database: Database, concurrently: Concurrently
) -> None:
    event = rows.pack(database, person("organizer"), "Event", is_community_event=True)
    own = [rows.song(database, alice, f"S{number}") for number in range(6)]

    def work(index: int) -> Answer:
        api = Api(app.test_client(), alice)
        if index < 6:
            return api.patch(f"/songs/{own[index]}", {"pack_id": event})
        return api.post("/songs", {**BASE, "title": f"New {index}", "pack_id": event})

    assert statuses(concurrently(12, work).all_succeeded()) == {200: 1, 400: 11}
    assert database.count("songs", pack_id=event) == 1
