"""Reads of packs: one's own, a single one, and names for a form."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, case, select

from trackflow.actor import Actor
from trackflow.errors import Forbidden, NotFound, RuleViolation
from trackflow.extensions import db
from trackflow.models import Pack, text_key
from trackflow.services.permissions import packs as policy

Item = dict[str, Any]

MAX_QUERY_LENGTH = 100
MAX_SUGGESTIONS = 15
_LONG_QUERY = f"The search text must be at most {MAX_QUERY_LENGTH} characters long."

_COLUMNS = (
    Pack.id,
    Pack.name,
    Pack.user_id,
    Pack.priority,
    Pack.created_at,
    Pack.updated_at,
    Pack.released_at,
    Pack.release_title,
    Pack.release_description,
    Pack.release_download_link,
    Pack.release_youtube_url,
    Pack.show_on_homepage,
)
_KEYS = tuple(column.key for column in _COLUMNS)
_USER_ID = bindparam("user_id", type_=Pack.__table__.c.user_id.type)
_ONE = select(*_COLUMNS).where(Pack.id == bindparam("pack_id"))
_SEEN = _ONE.add_columns(policy.clause(policy.VIEW, _USER_ID).label("is_visible"))
_OWNED = select(*_COLUMNS).where(Pack.user_id == _USER_ID).order_by(Pack.updated_at.desc(), Pack.id.desc())


def owned(actor: Actor) -> list[Item]:
    """Return all packs of the actor, the last changed first: clients look for a name among them."""
    rows = db.session.connection().execute(_OWNED, {"user_id": actor.id})
    return [dict(zip(_KEYS, row, strict=True)) for row in rows]


def pack(actor: Actor, pack_id: int) -> Item:
    """Return a pack. Raises NotFound, and Forbidden if the actor may not see it."""
    row = db.session.connection().execute(_SEEN, {"user_id": actor.id, "pack_id": pack_id}).first()
    if row is None:
        raise NotFound(policy.NO_SUCH_PACK)
    if not row.is_visible:
        raise Forbidden(policy.REFUSAL)
    return dict(zip(_KEYS, row, strict=False))


def written(pack_id: int) -> Item:
    """Return a pack that has just been written. Raises NotFound if somebody has deleted it since."""
    row = db.session.connection().execute(_ONE, {"pack_id": pack_id}).first()
    if row is None:
        raise NotFound(policy.NO_SUCH_PACK)
    return dict(zip(_KEYS, row, strict=True))


def suggestions(actor: Actor, query: str) -> list[str]:
    """Return names of the actor's packs that hold the text, the one that equals it first, and then fifteen.

    Raises RuleViolation for a too long text; an empty one finds nothing.
    """
    text = query.strip()
    if len(text) > MAX_QUERY_LENGTH:
        raise RuleViolation(_LONG_QUERY)
    key = text_key(text)
    if not key:
        return []
    is_equal = case((Pack.name_key == key, 0), else_=1)
    rows = db.session.connection().execute(
        select(Pack.name, is_equal.label("place"))
        .where(Pack.user_id == actor.id, Pack.name_key.contains(key, autoescape=True))
        .order_by("place", Pack.name_key, Pack.id)
        .limit(MAX_SUGGESTIONS + 1)
    )
    found = [(row.place, row.name) for row in rows]
    equal = [name for place, name in found if place == 0]
    return equal + [name for place, name in found if place][:MAX_SUGGESTIONS]
