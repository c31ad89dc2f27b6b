"""Pure rules of workflows: lists of steps, what a change means, what a mark does, which ids may be asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import marshmallow as ma
import pytest

from trackflow.errors import InvalidShape, RuleViolation
from trackflow.schemas.authoring import MAX_ASSIGNMENTS, AssignmentsIn, TogglesIn
from trackflow.schemas.users import SettingsIn
from trackflow.schemas.workflows import MAX_MARKS, MAX_SONG_IDS, MarksIn, song_ids_from
from trackflow.services.authoring.marks import DONE, NOT_BEGUN, OPEN, Mark, StepState, marked, switched
from trackflow.services.users.commands import SettingsEdit
from trackflow.services.workflows.changes import Change, Renaming, difference
from trackflow.services.workflows.commands import WorkflowEdit
from trackflow.services.workflows.steps import PlacedStep, Step, numbered, placed_from, steps_from

NOW = datetime(2026, 3, 4, 12, 0)  # noqa: DTZ001
EARLIER = NOW - timedelta(days=1)


def raw(*names: str) -> list[dict[str, Any]]:
    return [{"step_name": name, "display_name": name.title(), "order_index": place} for place, name in enumerate(names)]


def placed(names: str) -> tuple[PlacedStep, ...]:
    return numbered([Step(name, name.upper()) for name in names.split()])


class TestSteps:
    def test_they_are_sorted_by_their_numbers_which_stay_as_sent(self) -> None:
        first, second = raw("drums", "bass")
        steps = placed_from([{**first, "order_index": 20}, {**second, "order_index": -5}])
        assert steps == (PlacedStep("bass", "Bass", -5), PlacedStep("drums", "Drums", 20))

    def test_names_are_trimmed(self) -> None:
        (step,) = placed_from([{"step_name": " drums ", "display_name": "\tDrums\n", "order_index": 0}])
        assert step == PlacedStep("drums", "Drums", 0)

    @pytest.mark.parametrize(
        ("steps", "says"),
        [
            ([], "at least one step"),
            (raw("drums", "bass", " drums"), "Step 3 repeats the name drums"),
            (raw("drums", "  "), "Step 2 needs a name"),
            ([{**raw("drums")[0], "display_name": ""}], "Step 1 needs a name"),
            (raw("x" * 101), "step 1 is longer than 100"),
            ([{**raw("drums")[0], "display_name": "x" * 101}], "step 1 is longer than 100"),
            (raw(*map(str, range(101))), "at most 100"),
        ],
    )
    def test_what_a_list_may_not_be(self, steps: list[dict[str, Any]], says: str) -> None:
        with pytest.raises(InvalidShape) as refusal:
            placed_from(steps)
        assert says in refusal.value.detail
        assert refusal.value.errors == {"steps": [refusal.value.detail]}
        with pytest.raises(RuleViolation):
            steps_from(steps)

    def test_numbers_are_unique(self) -> None:
        steps = [{**step, "order_index": 4} for step in raw("drums", "bass")]
        with pytest.raises(InvalidShape) as refusal:
            placed_from(steps)
        assert "Step 2 repeats the order_index 4" in refusal.value.detail

    def test_the_longest_list_is_accepted(self) -> None:
        assert len(placed_from(raw(*(f"{number:0>100}" for number in range(100))))) == 100


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("a b c", "a b c", Change()),
        ("a b c", "c b a", Change()),
        ("a b c", "a c", Change(removed=("b",))),
        ("a b", "a b c", Change(added=("c",))),
        ("a b", "d a c b", Change(added=("d", "c"))),
        ("a b c", "a x c", Change(renamed=Renaming("b", "x"))),
        ("a b c", "x b c", Change(renamed=Renaming("a", "x"))),
        ("a b c", "c x a", Change(renamed=Renaming("b", "x"))),  # the others changed places, the renamed one did not
        ("a b c", "a c x", Change(added=("x",), removed=("b",))),  # at another place: one gone, one new
        ("a b c", "a x y", Change(added=("x", "y"), removed=("b", "c"))),
        ("a b c", "a x c d", Change(added=("x", "d"), removed=("b",))),
        ("a b c", "x c", Change(added=("x",), removed=("a", "b"))),
        ("", "a", Change(added=("a",))),
    ],
)
def test_the_difference_of_two_lists(before: str, after: str, expected: Change) -> None:
    assert difference(placed(before), placed(after), detect_renaming=True) == expected


def test_a_reset_renames_nothing() -> None:
    assert difference(placed("a b"), placed("a x"), detect_renaming=False) == Change(added=("x",), removed=("b",))


def test_the_place_of_a_renamed_step_counts_and_not_its_number() -> None:
    after = (PlacedStep("a", "A", 10), PlacedStep("x", "X", 20))
    assert difference(placed("a b"), after, detect_renaming=True) == Change(renamed=Renaming("b", "x"))


class TestMarks:
    done = StepState(is_completed=True, completed_at=EARLIER, completed_by_user_id=3, notes="nice")

    def test_completing_notes_when_and_by_whom(self) -> None:
        state = marked(NOT_BEGUN, DONE, actor_id=7, now=NOW)
        assert state == StepState(is_completed=True, completed_at=NOW, completed_by_user_id=7)

    def test_completing_again_keeps_the_first_time(self) -> None:
        assert marked(self.done, DONE, actor_id=7, now=NOW) == self.done

    def test_opening_forgets_when_and_by_whom_but_not_the_note(self) -> None:
        assert marked(self.done, OPEN, actor_id=7, now=NOW) == StepState(notes="nice")

    def test_a_note_alone_changes_nothing_else(self) -> None:
        expected = StepState(is_completed=True, completed_at=EARLIER, completed_by_user_id=3, notes="ok")
        assert marked(self.done, Mark(notes="ok"), actor_id=7, now=NOW) == expected

    def test_an_empty_note_clears_and_none_keeps(self) -> None:
        assert marked(self.done, Mark(notes=""), actor_id=7, now=NOW).notes is None
        assert marked(self.done, Mark(), actor_id=7, now=NOW) == self.done


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {}),
        (" , ,", {}),
        ("1, 2 ,3", {"1": 1, "2": 2, "3": 3}),
        ("7,7,007", {"7": 7}),
        ("0", {"0": 0}),
        ("-0,-3", {"0": 0, "-3": None}),
        ("2147483647,2147483648", {"2147483647": 2147483647, "2147483648": None}),
        ("9" * 5000, {"9" * 5000: None}),
    ],
)
def test_ids_in_a_query(text: str, expected: dict[str, int | None]) -> None:
    assert song_ids_from(text) == expected


@pytest.mark.parametrize("text", ["x", "1,x", "1.5", "1;2", "+1", "0x1", "--1", "-", "1\x00", "\u0661", "1 2", "null"])
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(RuleViolation):
        song_ids_from(text)


def test_so_many_ids_and_no_more() -> None:
    ids = [str(number) for number in range(MAX_SONG_IDS)]
    assert len(song_ids_from(",".join([*ids, *ids]))) == MAX_SONG_IDS
    with pytest.raises(InvalidShape):
        song_ids_from(",".join([*ids, "-1"]))


class TestShapes:
    def test_toggles_are_not_looked_at_before_the_steps_are_known(self) -> None:
        sent = {"a": True, "b": "yes", "c": None, "d": [1], "e": {}}
        assert TogglesIn().load(sent) == sent

    @pytest.mark.parametrize("value", [[], "a", 1, True])
    def test_toggles_are_an_object(self, value: Any) -> None:
        with pytest.raises(ma.ValidationError):
            TogglesIn().load(value)

    @pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), (1, True), (0, False)])
    def test_switches_are_booleans_and_0_and_1(self, value: object, expected: bool) -> None:  # noqa: FBT001
        assert switched(value) is expected

    @pytest.mark.parametrize("value", [None, "true", "", 2, -1, 1.0, 0.0, 2**80, [], {}])
    def test_nothing_else_is_a_switch(self, value: object) -> None:
        assert switched(value) is None

    def test_the_number_of_toggles_is_bounded(self) -> None:
        TogglesIn().load({str(number): True for number in range(MAX_MARKS)})
        with pytest.raises(ma.ValidationError):
            TogglesIn().load({str(number): True for number in range(MAX_MARKS + 1)})

    def test_the_number_of_marks_and_assignments_is_bounded(self) -> None:
        with pytest.raises(ma.ValidationError):
            MarksIn().load({"updates": [{"step_name": "a"}] * (MAX_MARKS + 1)})
        with pytest.raises(ma.ValidationError):
            AssignmentsIn().load({"assignments": [{"collaborator": "a", "field": "b"}] * (MAX_ASSIGNMENTS + 1)})

    def test_an_absent_list_of_assignments_is_empty(self) -> None:
        assert AssignmentsIn().load({}) == {"assignments": []}


class TestEdits:
    @pytest.mark.parametrize(
        ("edit", "sections"),
        [
            (WorkflowEdit(), ()),
            (WorkflowEdit(name="x"), ("meta",)),
            (WorkflowEdit(description=""), ("meta",)),
            (WorkflowEdit(steps=placed("a")), ("steps",)),
            (WorkflowEdit(name="x", steps=placed("a")), ("meta", "steps")),
        ],
    )
    def test_the_sections_of_a_workflow(self, edit: WorkflowEdit, sections: tuple[str, ...]) -> None:
        assert edit.sections() == sections

    def test_settings_that_are_absent_or_null_do_not_change(self) -> None:
        nothing = dict.fromkeys(SettingsIn().fields)
        assert SettingsEdit(**SettingsIn().load({})).values() == {}
        assert SettingsEdit(**SettingsIn().load(nothing)).values() == {}

    def test_an_empty_text_clears_all_but_the_address(self) -> None:
        empty = dict.fromkeys(SettingsIn().fields, "")
        del empty["auto_spotify_fetch_enabled"], empty["default_public_sharing"]
        assert SettingsEdit(**SettingsIn().load(empty)).values() == {
            "preferred_contact_method": None,
            "discord_username": None,
            "profile_image_url": None,
            "website_url": None,
            "display_name": None,
        }

    def test_switches_of_settings_are_booleans_or_0_and_1(self) -> None:
        sent = {"auto_spotify_fetch_enabled": 0, "default_public_sharing": 1}
        values = SettingsEdit(**SettingsIn().load(sent)).values()
        assert values == {"auto_spotify_fetch_enabled": False, "default_public_sharing": True}
        assert all(isinstance(value, bool) for value in values.values())
