"""The demo community as rows of tables: pure, given the ids that its objects have got so far, by their places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trackflow.models import CollaborationType, text_key
from trackflow.services.completion.rules import step_title
from trackflow.services.demo.shapes import Person, Right, World
from trackflow.services.workflows.setup import WORKFLOW_DESCRIPTION, WORKFLOW_NAME
from trackflow.services.workflows.steps import Step

Ids = Sequence[int]
Rows = Iterator[dict[str, Any]]


def members(world: World, users: Ids) -> list[tuple[int, Person]]:
    """Return the people who have signed up, with their ids."""
    pairs = zip(users, world.people, strict=True)
    return [(user_id, person) for user_id, person in pairs if not person.is_placeholder]


def users(world: World, hashed_password: str) -> Rows:
    """Make the rows of `users`."""
    for person in world.people:
        yield {
            "username": person.username,
            "email": person.email,
            "hashed_password": None if person.is_placeholder else hashed_password,
            "is_admin": person.is_admin,
            "created_at": person.created_at,
            "last_login_at": person.last_login_at,
            "display_name": person.display_name,
            "website_url": person.website_url,
            "preferred_contact_method": "email" if person.website_url else None,
            "default_public_sharing": person.shares,
        }


def stats(world: World, users: Ids) -> Rows:
    """Make the rows of `user_stats`; what is counted from other rows is left to those who count it."""
    for user_id, person in zip(users, world.people, strict=True):
        yield {"user_id": user_id, "login_streak": person.streak, "last_login_date": person.last_login_at}


def awards(world: World, users: Ids, achievement_id: int) -> Rows:
    """Make the rows of `user_achievements` for what everybody gets who signs up."""
    for user_id, person in members(world, users):
        yield {
            "user_id": user_id,
            "achievement_id": achievement_id,
            "earned_at": person.created_at,
            "notified": True,
        }


def workflows(world: World, users: Ids, template_id: int | None) -> Rows:
    """Make the rows of `user_workflows`."""
    for user_id, person in members(world, users):
        yield {
            "user_id": user_id,
            "name": WORKFLOW_NAME,
            "description": WORKFLOW_DESCRIPTION,
            "template_id": None if person.steps else template_id,
            "created_at": person.created_at,
            "updated_at": person.created_at,
        }


def workflow_steps(world: World, users: Ids, ids: Mapping[tuple[Any, ...], int], default: Sequence[Step]) -> Rows:
    """Make the rows of `user_workflow_steps`; `ids` leads from users to their workflows."""
    for user_id, person in members(world, users):
        own = [Step(name, step_title(name)) for name in person.steps] if person.steps else default
        for place, step in enumerate(own):
            yield {
                "workflow_id": ids[user_id,],
                "step_name": step.step_name,
                "display_name": step.display_name,
                "order_index": place,
            }


def packs(world: World, users: Ids) -> Rows:
    """Make the rows of `packs`."""
    for place, pack in enumerate(world.packs):
        is_out = pack.released_at is not None
        yield {
            "user_id": users[pack.owner],
            "name": pack.name,
            "priority": pack.priority,
            "created_at": pack.created_at,
            "updated_at": pack.released_at or pack.created_at,
            "released_at": pack.released_at,
            "released_by_user_id": users[pack.owner] if is_out else None,
            "release_announced_at": pack.released_at if pack.show_on_homepage else None,
            "release_title": pack.name if is_out else None,
            "release_description": pack.description,
            "release_download_link": f"https://downloads.example/packs/{place + 1}" if is_out else None,
            "show_on_homepage": pack.show_on_homepage,
        }


def artists(world: World) -> Rows:
    """Make the rows of `artists`."""
    for name in sorted({song.track.artist for song in world.songs}):
        yield {"name": name, "name_key": text_key(name)}


def songs(world: World, users: Ids, packs: Ids, artists: Mapping[tuple[Any, ...], int]) -> Rows:
    """Make the rows of `songs`; `artists` leads from keys of names to ids."""
    for song in world.songs:
        yield {
            "user_id": users[song.owner],
            "pack_id": None if song.pack is None else packs[song.pack],
            "title": song.track.title,
            "artist": song.track.artist,
            "artist_id": artists[text_key(song.track.artist),],
            "album": song.track.album,
            "year": song.track.year,
            "status": song.status.value,
            "optional": song.optional,
            "is_public": song.is_public,
            "notes": song.notes,
            "created_at": song.created_at,
            "updated_at": song.updated_at,
            "released_at": song.released_at,
        }


def ledger(world: World, users: Ids, songs: Ids) -> Rows:
    """Make the rows of `status_ledger`."""
    for song_id, song in zip(songs, world.songs, strict=True):
        for entry in song.history:
            yield {
                "song_id": song_id,
                "user_id": users[song.owner],
                "from_status": entry.before.value if entry.before else None,
                "to_status": entry.after.value,
                "entered_at": entry.at,
            }


def progress(world: World, users: Ids, songs: Ids) -> Rows:
    """Make the rows of `song_progress`: one per step since the song is, or was, in progress."""
    for song_id, song in zip(songs, world.songs, strict=True):
        for step in song.measured:
            done_at = song.done.get(step)
            yield {
                "song_id": song_id,
                "step_name": step,
                "is_completed": done_at is not None,
                "completed_at": done_at,
                "completed_by_user_id": users[song.owner] if done_at else None,
                "created_at": song.begun_at,
                "updated_at": done_at or song.begun_at,
            }


def rights(world: World, users: Ids, packs: Ids, songs: Ids) -> Rows:
    """Make the rows of `collaborations`."""
    for right in _granted(world):
        yield {
            "pack_id": None if right.pack is None else packs[right.pack],
            "song_id": None if right.song is None else songs[right.song],
            "user_id": users[right.person],
            "collaboration_type": right.kind.value,
            "created_at": right.at,
        }


def parts(world: World, songs: Ids) -> Rows:
    """Make the rows of `wip_collaborations`."""
    for part in world.parts:
        yield {
            "song_id": songs[part.song],
            "collaborator": world.people[part.person].username,
            "field": part.step,
            "created_at": part.at,
        }


def _granted(world: World) -> Iterator[Right]:
    """Add the right to view, which clients grant together with the right to edit."""
    for right in world.rights:
        if right.kind is CollaborationType.PACK_EDIT:
            yield Right(right.person, CollaborationType.PACK_VIEW, right.at, pack=right.pack)
        yield right
