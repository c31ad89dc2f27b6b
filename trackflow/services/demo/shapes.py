"""What the demo community consists of, as plain data. Objects refer to each other by their places in the world."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from trackflow.models import CollaborationType, SongStatus

MAIL_DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Person:
    """An account; `steps` is None where the default workflow was kept, `is_placeholder` where nobody claimed it yet."""

    username: str
    created_at: datetime
    last_login_at: datetime | None = None
    streak: int = 0
    display_name: str | None = None
    website_url: str | None = None
    is_admin: bool = False
    is_placeholder: bool = False
    shares: bool = False
    steps: tuple[str, ...] | None = None

    @property
    def email(self) -> str | None:
        """Return the address, which nobody can receive mail at."""
        return None if self.is_placeholder else f"{self.username}@{MAIL_DOMAIN}"


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack, released or not."""

    owner: int
    name: str
    created_at: datetime
    priority: int | None
    released_at: datetime | None = None
    show_on_homepage: bool = True
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A song entered a status."""

    before: SongStatus | None
    after: SongStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class Track:
    """What a song is about."""

    title: str
    artist: str
    album: str
    year: int


@dataclass(slots=True)
class Song:
    """A song with its past; `done` holds the steps that are complete, `measured` those that have a row of progress."""

    owner: int
    track: Track
    history: list[Entry]
    pack: int | None = None
    optional: bool = False
    is_public: bool = False
    notes: str | None = None
    released_at: datetime | None = None
    measured: tuple[str, ...] = ()
    done: dict[str, datetime] = field(default_factory=dict)

    @property
    def status(self) -> SongStatus:
        """Return where the song's history ends."""
        return self.history[-1].after

    @property
    def created_at(self) -> datetime:
        """Return when its history begins."""
        return self.history[0].at

    @property
    def begun_at(self) -> datetime:
        """Return when it was first in progress, or its creation if it never was."""
        return next((entry.at for entry in self.history if entry.after is SongStatus.IN_PROGRESS), self.created_at)

    @property
    def updated_at(self) -> datetime:
        """Return when anything last happened to it."""
        return max(self.history[-1].at, *self.done.values(), self.created_at)


@dataclass(frozen=True, slots=True)
class Right:
    """A right of a person on a pack or a song; exactly one of the two is set."""

    person: int
    kind: CollaborationType
    at: datetime
    pack: int | None = None
    song: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A step of a song that somebody has taken on."""

    song: int
    person: int
    step: str
    at: datetime


@dataclass(slots=True)
class World:
    """Everything there is."""

    people: list[Person] = field(default_factory=list)
    packs: list[Pack] = field(default_factory=list)
    songs: list[Song] = field(default_factory=list)
    rights: list[Right] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
