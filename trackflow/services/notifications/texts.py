"""What notifications say: title and message from names and numbers. Pure, and the only place with their wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from trackflow.models import SongStatus, text_key
from trackflow.services.completion.rules import step_title
from trackflow.services.points.formula import release_points_of

MAX_MESSAGE_LENGTH = 2_000


class Text(NamedTuple):
    """The two texts of a notification."""

    title: str
    message: str


class Work(NamedTuple):
    """A song as people speak of it."""

    title: str
    artist: str

    def __str__(self) -> str:
        """Name the song in a sentence."""
        return f'"{self.title}" by {self.artist}'


WELCOME = Text(
    "Welcome to TrackFlow!",
    "Help in the navigation shows how everything works. The best way to start is to add your first song.",
)


def person(username: str, display_name: str | None) -> str:
    """Return how somebody is called."""
    return (display_name or "").strip() or username


def account_claimed(username: str) -> Text:
    """Tell administrators that a placeholder account has an owner now."""
    return Text(
        f"Account claimed: {username}",
        f"Somebody claimed the placeholder account {username}, with all that belongs to it. "
        "Please make sure that it was the right person.",
    )


def own_song_released(work: Work, *, by: str | None) -> Text:
    """Tell the owner that one song was released, and by whom if by somebody else (`by`)."""
    deed = f"{by} released your song {work}." if by else f"You released {work}."
    return Text(f"Song released: {work.title}", f"{deed} {_earned(1)}")


def own_songs_released(number: int, release: str | None, *, by: str | None) -> Text:
    """Tell the owner that several songs were released by one deed; `release` names what they came out with."""
    deed = f"{by} released {number} of your songs." if by else f"You released {number} of your songs."
    return Text(release or "Songs released", f"{deed} {_earned(number)}")


def pack_of(name: str) -> str:
    """Return the title for songs that came out with their pack."""
    return f"Pack released: {name}"


def series_of(name: str) -> str:
    """Return the title for songs that came out with their album series."""
    return f"Album series released: {name}"


def song_released(work: Work, actor: str) -> Text:
    """Tell the other people of a song that it was released."""
    return Text(f"Song released: {work.title}", f"{actor} released {work}.")


def status_changed(work: Work, actor: str, status: SongStatus) -> Text:
    """Tell the people of a song that it is in another status, other than by a release."""
    return Text(f"Status updated: {work.title}", f"{actor} moved {work} to {status.value}.")


def steps_completed(work: Work, actor: str, steps: Sequence[str]) -> Text:
    """Tell the people of a song which steps, by name, somebody has done."""
    done = _listed([step_title(name) for name in steps])
    return Text(f"Progress on {work.title}", _shortened(f"{actor} authored {done} on {work}."))


def parts_assigned(work: Work, actor: str, assignments: Sequence[tuple[str, str]], names: Mapping[str, str]) -> Text:
    """Tell the people of a song who does what.

    `assignments` are pairs of what somebody is called there and a step's name; `names` says by `text_key` how those
    are called who have an account.
    """
    parts: dict[str, set[str]] = {}
    called: dict[str, str] = {}
    for name, step in assignments:
        key = text_key(name)
        called.setdefault(key, names.get(key, name))
        parts.setdefault(key, set()).add(step_title(step))
    shares = [f"{', '.join(sorted(parts[key]))} to {called[key]}" for key in sorted(parts)]
    return Text(f"Parts assigned: {work.title}", _shortened(f"{actor} split {work}: {'; '.join(shares)}."))


def potential_collaboration(work: Work, owner: str, status: str) -> Text:
    """Tell somebody that another person is about to make a song that they have too."""
    return Text(
        f"Possible collaboration: {work.title}",
        f"{owner} added {work} to {status}, and you have it on your list too. "
        "Get in touch if you want to work on it together.",
    )


def pack_released(pack: str, releaser: str) -> Text:
    """Tell everybody of a new pack."""
    return Text(f"New pack released: {pack}", f"{releaser} released the pack {pack}.")


def _earned(songs: int) -> str:
    return f"You earned {release_points_of(songs)} points."


def _listed(words: Sequence[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def _shortened(message: str) -> str:
    """Cut a message that names a whole list; each of the recipients gets a copy."""
    return message if len(message) <= MAX_MESSAGE_LENGTH else message[: MAX_MESSAGE_LENGTH - 1] + "\u2026"
