"""Saving the whole list of who may edit a song."""

from __future__ import annotations

from collections.abc import Sequence

from trackflow.actor import Actor
from trackflow.services.collaborations import by_name
from trackflow.services.permissions.songs import MANAGE_COLLABORATORS, song_access
from trackflow.services.points.commands import recompute
from trackflow.services.songs import rules
from trackflow.services.songs.events import SongCollaboratorsAdded, SongCollaboratorsReplaced
from trackflow.unit_of_work import atomic, emit


@atomic
def replace_collaborators(actor: Actor, song_id: int, names: Sequence[str]) -> None:
    """Make the named people the only ones with `song_edit` on a song; who goes loses the parts of the song as well.

    The owners of the song and of its pack may; their own rights stay as they are, named or not. Unknown names are
    passed over. Raises RuleViolation for too many, blank and too long names, NotFound and Forbidden. Emits
    SongCollaboratorsReplaced and SongCollaboratorsAdded, if there is something to tell.
    """
    song = song_access(actor.id, song_id, lock=True)
    song.require(MANAGE_COLLABORATORS)
    wanted = rules.collaborator_names(names)
    added, removed = by_name.replace(song_id, wanted, passed_over={song.user_id, actor.id})
    if not added and not removed:
        return
    recompute([song.user_id])
    emit(SongCollaboratorsReplaced(actor.id, song_id, tuple(sorted(added)), tuple(sorted(removed))))
    if added:
        emit(SongCollaboratorsAdded(actor.id, song.user_id, tuple(sorted(added))))
