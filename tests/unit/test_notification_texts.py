"""What notifications say."""

from __future__ import annotations

import pytest

from trackflow.models import SongStatus
from trackflow.services.notifications import texts
from trackflow.services.notifications.texts import MAX_MESSAGE_LENGTH, Text, Work

WORK = Work("Night Train", "The Example")


@pytest.mark.parametrize(
    ("display_name", "called"),
    [("Mara K", "Mara K"), (None, "mara"), ("", "mara"), (" \t", "mara"), (" Mara ", "Mara")],
)
def test_somebody_is_called_by_the_display_name_if_there_is_one(display_name: str | None, called: str) -> None:
    assert texts.person("mara", display_name) == called


@pytest.mark.parametrize(
    ("by", "message"),
    [
        (None, 'You released "Night Train" by The Example. You earned 10 points.'),
        ("Bobby", 'Bobby released your song "Night Train" by The Example. You earned 10 points.'),
    ],
)
def test_one_released_song(by: str | None, message: str) -> None:
    assert texts.own_song_released(WORK, by=by) == Text("Song released: Night Train", message)


@pytest.mark.parametrize(
    ("release", "title"),
    [
        (None, "Songs released"),
        (texts.pack_of("Summer Pack"), "Pack released: Summer Pack"),
        (texts.series_of("Coastline"), "Album series released: Coastline"),
    ],
)
def test_several_released_songs(release: str | None, title: str) -> None:
    assert texts.own_songs_released(3, release, by=None) == Text(
        title, "You released 3 of your songs. You earned 30 points."
    )
    assert texts.own_songs_released(12, release, by="Bobby") == Text(
        title, "Bobby released 12 of your songs. You earned 120 points."
    )


def test_the_other_people_of_a_song() -> None:
    assert texts.song_released(WORK, "Bobby") == Text(
        "Song released: Night Train", 'Bobby released "Night Train" by The Example.'
    )
    assert texts.status_changed(WORK, "Bobby", SongStatus.IN_PROGRESS) == Text(
        "Status updated: Night Train", 'Bobby moved "Night Train" by The Example to In Progress.'
    )


@pytest.mark.parametrize(
    ("steps", "named"),
    [
        (["drum_fills"], "Drum Fills"),
        (["drums", "pro_keys"], "Drums and Pro Keys"),
        (["tempo_map", "bass", "drums"], "Tempo Map, Bass and Drums"),
    ],
)
def test_steps_are_named_in_their_order(steps: list[str], named: str) -> None:
    assert texts.steps_completed(WORK, "Bobby", steps) == Text(
        "Progress on Night Train", f'Bobby authored {named} on "Night Train" by The Example.'
    )


def test_parts_are_sorted_and_people_called_by_their_names() -> None:
    assignments = [("theo", "pro_keys"), ("Guest", "vocals"), ("MARA", "bass"), ("THEO", "drums"), ("mara", "bass")]
    names = {"theo": "Theo P", "mara": "mara"}
    assert texts.parts_assigned(WORK, "Bobby", assignments, names) == Text(
        "Parts assigned: Night Train",
        'Bobby split "Night Train" by The Example: Vocals to Guest; Bass to mara; Drums, Pro Keys to Theo P.',
    )


def test_a_message_is_bounded_because_everybody_gets_a_copy() -> None:
    for text in (
        texts.steps_completed(WORK, "Bobby", ["x" * 100] * 100),
        texts.parts_assigned(WORK, "Bobby", [("y" * 200, f"{number} step") for number in range(500)], {}),
    ):
        assert len(text.message) == MAX_MESSAGE_LENGTH
        assert text.message.endswith("\u2026")


def test_the_rest() -> None:
    assert texts.potential_collaboration(WORK, "Mara K", "Future Plans") == Text(
        "Possible collaboration: Night Train",
        'Mara K added "Night Train" by The Example to Future Plans, and you have it on your list too. '
        "Get in touch if you want to work on it together.",
    )
    assert texts.pack_released("Summer Pack", "Mara K") == Text(
        "New pack released: Summer Pack", "Mara K released the pack Summer Pack."
    )
    assert "mara" in texts.account_claimed("mara").message
    assert "help" in texts.WELCOME.message.lower()
