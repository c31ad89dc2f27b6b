"""Which events put what into whose inbox; every handler costs itself alone when it fails.

Each takes the same number of statements however many songs and people an event concerns. Nobody is told of what they
did themselves, save of points earned, nor of what they may not see; inactive accounts are told nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from trackflow.models import NotificationType, SongStatus, User
from trackflow.services.auth.events import AccountClaimed
from trackflow.services.authoring.events import AssignmentsReplaced, StepsCompleted
from trackflow.services.notifications import facts, texts
from trackflow.services.notifications.delivery import Notice, send, send_to_everybody
from trackflow.services.pack_lifecycle.events import PackShown
from trackflow.services.permissions.audience import audience
from trackflow.services.songs.events import SongStatusChanged, SongsWentPublic

INVITATIONS_PER_PERSON = 10
"""Of how many songs somebody hears when one deed makes many public that they have too."""

_NOBODY = 0  # no account has this id
Audience = Mapping[int, frozenset[int]]


def on_account_claimed(event: AccountClaimed) -> None:
    """Tell the administrators whose account was claimed: anybody may try."""
    username = facts.username(event.user_id)
    if username is not None:
        send_to_everybody(
            NotificationType.GENERAL, texts.account_claimed(username), User.is_admin, User.id != event.user_id
        )


def on_song_status_changed(event: SongStatusChanged) -> None:
    """Tell owners what their released songs earned, and the people of each song what happened to it."""
    news = {change.song_id: change.new for change in event.changes}
    released = [song_id for song_id, status in news.items() if status is SongStatus.RELEASED]
    people = audience(news, but_not=event.actor_id)
    if not released and not any(people.values()):
        return
    deed = facts.deed(news, event.actor_id)
    send([*_to_owners(deed, released, event.actor_id), *_to_people(deed, people, news)])


def on_steps_completed(event: StepsCompleted) -> None:
    """Tell the people of a song which steps somebody has done, unless that was done quietly."""
    if not event.announced:
        return
    people = audience([event.song_id], but_not=event.actor_id).get(event.song_id, frozenset())
    if people:
        deed = facts.deed([event.song_id], event.actor_id)
        text = texts.steps_completed(deed.songs[event.song_id].work, deed.actor, event.steps)
        send([*_alike(people, NotificationType.COLLAB_SONG_PROGRESS, text, event.song_id)])


def on_assignments_replaced(event: AssignmentsReplaced) -> None:
    """Tell the people of a song in progress, and who is named and may see it, how its parts are split.

    Names that belong to no account are no news: the list is one person's notes then.
    """
    if event.status != SongStatus.IN_PROGRESS or not event.assignments:
        return
    named = facts.named(event.song_id, {name for name, _ in event.assignments})
    if not named:
        return
    people = audience([event.song_id], but_not=event.actor_id).get(event.song_id, frozenset())
    people |= {one.id for one in named.values() if one.sees_song and one.id != event.actor_id}
    if people:
        deed = facts.deed([event.song_id], event.actor_id)
        names = {key: one.name for key, one in named.items()}
        text = texts.parts_assigned(deed.songs[event.song_id].work, deed.actor, event.assignments, names)
        send([*_alike(people, NotificationType.COLLAB_WIP_ASSIGNMENTS, text, event.song_id)])


def on_songs_went_public(event: SongsWentPublic) -> None:
    """Tell who has the same song on their list, once for each song, unless the two already share one of them."""
    pairs = facts.matches(event.song_ids, but_not=event.actor_id)
    send([*_invitations(pairs)])


def on_pack_shown(event: PackShown) -> None:
    """Tell everybody but who released and who showed it of a new pack."""
    found = facts.pack(event.pack_id, event.releaser_id)
    if found is not None:
        others = User.id.not_in((event.releaser_id, event.actor_id))
        send_to_everybody(NotificationType.PACK_RELEASE, texts.pack_released(*found), others)


def _to_owners(deed: facts.Deed, released: Iterable[int], actor_id: int) -> Iterator[Notice]:
    """Make one summary for each owner of released songs."""
    by_owner: defaultdict[int, list[int]] = defaultdict(list)
    for song_id in released:
        owner_id = deed.songs[song_id].owner_id
        if owner_id is not None:
            by_owner[owner_id].append(song_id)
    for owner_id, song_ids in by_owner.items():
        actor = None if owner_id == actor_id else deed.actor
        first = deed.songs[song_ids[0]]
        if len(song_ids) == 1:
            text = texts.own_song_released(first.work, by=actor)
            yield Notice(owner_id, NotificationType.GENERAL, text, song_ids[0])
        else:
            releases = {deed.songs[song_id].release for song_id in song_ids}
            text = texts.own_songs_released(len(song_ids), first.release if len(releases) == 1 else None, by=actor)
            yield Notice(owner_id, NotificationType.GENERAL, text)


def _to_people(deed: facts.Deed, people: Audience, news: Mapping[int, SongStatus]) -> Iterator[Notice]:
    """Make a notice for each song and person; of a release the owner hears by the summary."""
    for song_id, told in people.items():
        song = deed.songs[song_id]
        if news[song_id] is SongStatus.RELEASED:
            others, text = told - {song.owner_id}, texts.song_released(song.work, deed.actor)
        else:
            others, text = told, texts.status_changed(song.work, deed.actor, news[song_id])
        yield from _alike(others, NotificationType.COLLAB_SONG_STATUS, text, song_id)


def _invitations(pairs: facts.Rows) -> Iterator[Notice]:
    """Make a notice for each person and song, unless one of the two may edit the other's song; at most ten each."""
    editors = audience({song_id for pair in pairs for song_id in (pair.song_id, pair.their_song_id)}, but_not=_NOBODY)
    heard: defaultdict[int, set[int]] = defaultdict(set)
    for pair in pairs:
        told = heard[pair.their_id]
        is_shared = pair.their_id in editors[pair.song_id] or pair.owner_id in editors[pair.their_song_id]
        if is_shared or pair.song_id in told or len(told) == INVITATIONS_PER_PERSON:
            continue
        told.add(pair.song_id)
        owner = texts.person(pair.username, pair.display_name)
        text = texts.potential_collaboration(texts.Work(pair.title, pair.artist), owner, pair.status)
        yield Notice(pair.their_id, NotificationType.POTENTIAL_COLLABORATION, text, pair.song_id)


def _alike(people: Iterable[int], kind: NotificationType, text: texts.Text, song_id: int) -> Iterator[Notice]:
    return (Notice(user_id, kind, text, song_id) for user_id in sorted(people))
