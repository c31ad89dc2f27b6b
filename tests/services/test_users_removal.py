"""Deleting an account: what goes with it, what passes to whom, and that nothing is left that refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, String, select

from tests.conftest import Concurrently, Person, Register
from tests.services.town import ADDRESS, NAME, Town
from tests.support import rows
from tests.support.clock import Clock
from tests.support.database import Database
from tests.support.http import Api
from trackflow import wiring
from trackflow.errors import NotFound, RuleViolation
from trackflow.extensions import Base
from trackflow.services.auth.events import AccountDeleted
from trackflow.services.points.commands import recompute
from trackflow.services.users import estate, removal
from trackflow.unit_of_work import Handlers, use_handlers

NOBODY = 2_000_000_000
TABLES = Base.metadata.tables
KEYS = [(table, column) for table in TABLES.values() for column in table.c if column.foreign_keys]
TO_USERS = [column for _table, column in KEYS if next(iter(column.foreign_keys)).column.table.name == "users"]
TEXTS = [column for table in TABLES.values() for column in table.c if isinstance(column.type, String | JSON)]


@pytest.fixture
def events(app: Flask) -> Iterator[list[AccountDeleted]]:
    """Collect what is emitted."""
    seen: list[AccountDeleted] = []
    use_handlers({**wiring.EVENTS, AccountDeleted: Handlers(required=(seen.append,))})
    with app.app_context():
        yield seen
    use_handlers(wiring.EVENTS)


@pytest.fixture
def town(person: Person, database: Database, clock: Clock) -> Town:
    adam, bobby = person("adam", is_admin=True).id, person("bobby").id
    built = Town(database, clock, person(NAME, email=ADDRESS).id, adam, bobby)
    built.fill()
    return built


def _dangling(database: Database, column: Column[Any]) -> list[Any]:
    """Return the values of a foreign key that lead nowhere."""
    target = next(iter(column.foreign_keys)).column
    return database.column(select(column).where(column.is_not(None), column.not_in(select(target))))


def _mentions(database: Database, column: Column[Any]) -> list[str]:
    texts = [str(value).lower() for value in database.column(select(column).where(column.is_not(None)))]
    return [text for text in texts if ADDRESS in text or (NAME.lower() in text and f"{NAME.lower()}2" not in text)]


class TestNothingIsLeft:
    def test_every_key_to_users_is_in_use_before(self, town: Town) -> None:
        unused = [str(column) for column in TO_USERS if not town.database.count(_table(column), **_equal(column, town))]
        assert unused == []

    @pytest.mark.usefixtures("events")
    @pytest.mark.parametrize("by_admin", [False, True])
    def test_no_key_no_name_and_no_address_refers_to_the_account(self, by_admin: bool, town: Town) -> None:  # noqa: FBT001
        assert any(_mentions(town.database, column) for column in TEXTS)
        removal.remove(town.zoe, admin_id=town.adam if by_admin else None)
        for _table_of, column in KEYS:
            assert _dangling(town.database, column) == [], column
        for column in TO_USERS:
            assert not town.database.count(_table(column), **_equal(column, town)), column
        for column in TEXTS:
            assert _mentions(town.database, column) == [], column

    @pytest.mark.usefixtures("events")
    def test_without_an_administrator_nothing_is_left_either(self, town: Town) -> None:
        town.database.execute("UPDATE users SET is_admin = false")
        removal.remove(town.zoe)
        for _table_of, column in KEYS:
            assert _dangling(town.database, column) == [], column
        assert town.owner("updates", town.update, "author_id") is None
        assert town.owner("feature_requests", town.voted) is None
        assert town.owner("feature_request_comments", town.answered) is None
        assert town.owner("feature_request_comments", town.answer) == town.bobby
        assert town.owner("packs", town.event_pack) is None

    @pytest.mark.usefixtures("events")
    def test_what_belongs_to_others_stays(self, town: Town) -> None:
        removal.remove(town.zoe)
        assert town.database.column("SELECT title FROM songs") == ["Theirs"]
        assert town.database.count("song_progress", song_id=town.theirs) == 1
        assert town.database.column("SELECT collaborator FROM wip_collaborations") == ["zoe_gone2"]
        assert town.database.column("SELECT email FROM password_reset_tokens") == ["bobby@example.org"]
        assert town.database.count("outbox") == 3
        assert town.database.count("artists", user_id=None) == 1
        assert town.database.count("rock_band_dlc", linked_song_id=None) == 1
        notice = town.database.row("SELECT * FROM notifications")
        assert (notice["user_id"], notice["related_song_id"], notice["related_comment_id"]) == (town.bobby, None, None)


@pytest.mark.usefixtures("events")
class TestHeirs:
    def test_packs(self, town: Town) -> None:
        removal.remove(town.zoe)
        assert town.owner("packs", town.own_pack) is None
        assert town.owner("packs", town.shared_pack) == town.bobby
        assert town.owner("packs", town.event_pack) == town.adam
        assert town.owner("songs", town.theirs, "pack_id") == town.shared_pack
        grants = town.database.rows("SELECT user_id, collaboration_type FROM collaborations")
        assert grants == [{"user_id": town.adam, "collaboration_type": "pack_view"}]

    def test_a_pack_passes_to_whoever_has_most_songs_in_it_and_is_active(self, town: Town, person: Person) -> None:
        carol, closed = person("carol").id, person("closed", is_active=False).id
        for owner, number in ((carol, 2), (closed, 3)):
            for title in range(number):
                rows.song(town.database, owner, f"Song {title}", pack_id=town.shared_pack)
        removal.remove(town.zoe)
        assert town.owner("packs", town.shared_pack) == carol

    def test_a_name_that_the_heir_has_gets_a_number(self, town: Town) -> None:
        for name in ("SHARED", "Shared (2)"):
            rows.pack(town.database, town.bobby, name)
        removal.remove(town.zoe)
        found = town.database.row("SELECT name, name_key FROM packs WHERE id = :id", id=town.shared_pack)
        assert found == {"name": "Shared (3)", "name_key": "shared (3)"}

    def test_a_free_name(self) -> None:
        assert estate.free_name("Pack", {"other"}) == "Pack"
        assert estate.free_name("Pack", {"pack", "pack (2)"}) == "Pack (3)"
        longest = "x" * estate.MAX_PACK_NAME
        assert estate.free_name(longest, {longest}) == "x" * (estate.MAX_PACK_NAME - 4) + " (2)"

    def test_series_that_have_no_song_left_go(self, town: Town) -> None:
        removal.remove(town.zoe)
        assert town.database.column("SELECT id FROM album_series") == [town.mixed_series]
        assert town.owner("album_series", town.mixed_series, "pack_id") is None

    def test_requests_that_others_took_part_in(self, town: Town) -> None:
        removal.remove(town.zoe)
        owners = [town.owner("feature_requests", idea) for idea in (town.plain, town.voted, town.discussed)]
        assert owners == [None, town.adam, town.adam]
        assert town.database.count("feature_request_votes") == 1

    def test_comments_that_others_replied_to_become_placeholders(self, town: Town) -> None:
        removal.remove(town.zoe)
        found = town.database.rows("SELECT id, user_id, comment, parent_comment_id FROM feature_request_comments")
        by_id = {row.pop("id"): row for row in found if row["comment"] == "[deleted]"}
        assert by_id == {
            town.answered: {"user_id": town.adam, "comment": "[deleted]", "parent_comment_id": None},
            town.deeper: {"user_id": town.adam, "comment": "[deleted]", "parent_comment_id": town.answered},
        }
        assert town.database.count("feature_request_comments", is_deleted=True) == 2
        assert town.owner("feature_request_comments", town.answer, "parent_comment_id") == town.deeper

    def test_what_was_published(self, town: Town, person: Person) -> None:
        eve = person("eve", is_admin=True).id
        removal.remove(town.zoe, admin_id=eve)
        assert town.owner("updates", town.update, "author_id") == eve
        assert town.owner("release_posts", town.post, "author_id") == eve
        (posts,) = town.database.column(select(TABLES["release_posts"].c.linked_song_ids))
        assert posts == [town.theirs]

    def test_counters_of_others_are_what_a_recount_gives(self, town: Town) -> None:
        recompute([town.zoe, town.adam, town.bobby])
        removal.remove(town.zoe)
        columns = "total_songs, total_packs, total_collaborations, total_feature_requests, total_points"
        stored = town.database.rows(f"SELECT user_id, {columns} FROM user_stats ORDER BY user_id")  # noqa: S608
        assert [list(row.values())[1:] for row in stored] == [[0, 1, 0, 2, 0], [1, 1, 0, 1, 0]]
        recompute([town.adam, town.bobby])
        again = town.database.rows(f"SELECT user_id, {columns} FROM user_stats ORDER BY user_id")  # noqa: S608
        assert again == stored


class TestRules:
    def test_the_event_says_who_was_deleted_by_whom(self, town: Town, events: list[AccountDeleted]) -> None:
        removal.remove(town.zoe, admin_id=town.adam)
        assert events == [AccountDeleted(town.zoe, NAME, town.adam)]

    def test_the_only_administrator_and_the_own_account_stay(self, town: Town, events: list[AccountDeleted]) -> None:
        with pytest.raises(RuleViolation, match="only administrator"):
            removal.remove(town.adam)
        with pytest.raises(RuleViolation, match="your own account"):
            removal.remove(town.zoe, admin_id=town.zoe)
        assert town.database.count("users") == 3
        assert events == []

    def test_an_administrator_who_is_closed_is_nobodys_successor(
        self, town: Town, person: Person, events: list[AccountDeleted]
    ) -> None:
        person("eve", is_admin=True, is_active=False)
        with pytest.raises(RuleViolation, match="only administrator"):
            removal.remove(town.adam)
        person("fay", is_admin=True)
        removal.remove(town.adam)
        assert [event.username for event in events] == ["adam"]

    @pytest.mark.usefixtures("events")
    def test_an_unknown_account(self) -> None:
        with pytest.raises(NotFound):
            removal.remove(NOBODY)

    def test_a_failure_leaves_everything(self, town: Town, events: list[AccountDeleted]) -> None:
        def fail(_event: AccountDeleted) -> None:
            message = "no"
            raise ValueError(message)

        use_handlers({AccountDeleted: Handlers(required=(fail,))})
        before = {name: town.database.count(name) for name in TABLES}
        with pytest.raises(ValueError, match="no"):
            removal.remove(town.zoe)
        assert {name: town.database.count(name) for name in TABLES} == before
        assert town.owner("packs", town.shared_pack) == town.zoe
        assert events == []

    @pytest.mark.usefixtures("events")
    def test_of_two_at_the_same_time_one_finds_nobody(self, town: Town, concurrently: Concurrently) -> None:
        outcomes = concurrently(4, lambda _number: removal.remove(town.zoe))
        assert [type(error) for error in outcomes.errors] == [NotFound] * 3

    def test_of_two_last_administrators_one_stays(
        self, person: Person, concurrently: Concurrently, events: list[AccountDeleted], database: Database
    ) -> None:
        admins = [person(name, is_admin=True).id for name in ("adam", "eve")]
        outcomes = concurrently(2, lambda number: removal.remove(admins[number]))
        assert [type(error) for error in outcomes.errors] == [RuleViolation]
        assert database.count("users", is_admin=True) == len(events) == 1


@pytest.mark.usefixtures("events")
def test_who_takes_the_name_later_inherits_nothing(
    town: Town, register: Register, anonymous: Api, database: Database
) -> None:
    removal.remove(town.zoe)
    again = register("zoe_gone", email=ADDRESS)
    assert again.id > town.zoe
    api = Api(anonymous.client, again)
    assert api.get("/songs").ok() == []
    assert api.get("/authoring/recent").ok() == []
    assert database.count("wip_collaborations", collaborator="zoe_gone") == 0
    assert database.count("collaborations", user_id=again.id) == 0
    api.get(f"/songs/{town.theirs}").refused(403)


@pytest.mark.usefixtures("events")
def test_tokens_fail_at_once(register: Register, anonymous: Api) -> None:
    zoe = register("zoe")
    api = Api(anonymous.client, zoe)
    api.get("/auth/me").ok()
    removal.remove(zoe.id)
    api.get("/auth/me").refused(401)
    api.post("/auth/refresh").refused(401)
    anonymous.post("/auth/login", {"username": "zoe", "password": zoe.password}).refused(401)


def _table(column: Column[Any]) -> str:
    return str(column.table.name)


def _equal(column: Column[Any], town: Town) -> dict[str, int]:
    return {column.name: town.zoe}
