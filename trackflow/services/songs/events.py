"""What happened to songs."""

from __future__ import annotations

from dataclasses import dataclass

from trackflow.models import SongStatus


@dataclass(frozen=True, slots=True)
class SongsCreated:
    """A user entered songs of their own, each in a status."""

    actor_id: int
    song_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SongEdited:
    """Somebody saved a song, whether or not a value was new; the owner is the one after a change of owner."""

    actor_id: int
    owner_id: int
    song_id: int


@dataclass(frozen=True, slots=True)
class StatusChange:
    """One song went from one status to another while it was this owner's."""

    song_id: int
    owner_id: int
    old: SongStatus
    new: SongStatus

    @property
    def is_release(self) -> bool:
        """Say whether the song was released by it."""
        return self.new is SongStatus.RELEASED


@dataclass(frozen=True, slots=True)
class SongStatusChanged:
    """Songs changed their status by one deed of one person; they may have several owners."""

    actor_id: int
    changes: tuple[StatusChange, ...]


@dataclass(frozen=True, slots=True)
class SongsWentPublic:
    """Songs came to be public and not yet released, by creation, status or visibility: others may want to join."""

    actor_id: int
    song_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SongCollaboratorsReplaced:
    """The whole list of who may edit a song was saved, and differed: who got `song_edit` by it, and who lost it."""

    actor_id: int
    song_id: int
    added: tuple[int, ...]
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SongCollaboratorsAdded:
    """People got `song_edit` on songs of this owner."""

    actor_id: int
    owner_id: int
    user_ids: tuple[int, ...]
