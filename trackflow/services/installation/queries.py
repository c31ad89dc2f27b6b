"""What an operator wants to know of an installation."""

from __future__ import annotations

from enum import Enum

from sqlalchemy import exists, select

from trackflow.extensions import db
from trackflow.models import Achievement, WorkflowTemplate, WorkflowTemplateStep
from trackflow.services.achievements.catalogue import CATALOGUE
from trackflow.services.system import readiness
from trackflow.unit_of_work import release


class DatabaseState(Enum):
    """Whether the database can be used."""

    SILENT = "does not answer"
    OUTDATED = "not up to date"
    CURRENT = "up to date"


def database_state(head: str) -> DatabaseState:
    """Compare the database with the newest migration of the code, and give its connection back."""
    report = readiness.check(head)
    release()
    if not report["database"]:
        return DatabaseState.SILENT
    return DatabaseState.CURRENT if report["migrations"] else DatabaseState.OUTDATED


def database_name() -> str:
    """Return where the database is, without the password and without the connection's parameters."""
    return db.engine.url.set(query={}).render_as_string(hide_password=True)


def missing_achievements() -> int:
    """Return how many entries of the catalogue the database lacks."""
    stored = set(db.session.scalars(select(Achievement.code)))
    return len({entry.code for entry in CATALOGUE} - stored)


def has_default_template() -> bool:
    """Say whether there is a default workflow with steps."""
    statement = select(
        exists().where(WorkflowTemplate.is_default, WorkflowTemplateStep.template_id == WorkflowTemplate.id)
    )
    return bool(db.session.execute(statement).scalar())
