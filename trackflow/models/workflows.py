"""Workflows and progress: the steps that finish a song, how far each song is, and who does which part."""

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Code, Identified, LongText, Moment, Name, Now, Off, On

DEFAULT_ONLY = text("is_default")


class WorkflowTemplate(Identified, Base):
    """A list of steps that new workflows are copied from; at most one is the default."""

    __tablename__ = "workflow_templates"
    __rules__ = (
        Index(
            "uq_workflow_templates_default",
            "is_default",
            unique=True,
            sqlite_where=DEFAULT_ONLY,
            postgresql_where=DEFAULT_ONLY,
        ),
    )

    name: Mapped[Name]
    description: Mapped[LongText | None]
    is_default: Mapped[Off]
    is_system: Mapped[On]
    created_at: Mapped[Now]


class WorkflowTemplateStep(Identified, Base):
    """A step of a template."""

    __tablename__ = "workflow_template_steps"
    __rules__ = (UniqueConstraint("template_id", "step_name"), UniqueConstraint("template_id", "order_index"))

    template_id: Mapped[int] = mapped_column(ForeignKey("workflow_templates.id", ondelete="CASCADE"))
    step_name: Mapped[Code]
    display_name: Mapped[Code]
    order_index: Mapped[int]


class UserWorkflow(Identified, Base):
    """A user's own workflow; who has none is measured by the default template."""

    __tablename__ = "user_workflows"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    name: Mapped[Name]
    description: Mapped[LongText | None]
    template_id: Mapped[int | None] = mapped_column(
        ForeignKey("workflow_templates.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class UserWorkflowStep(Identified, Base):
    """A step of a user's workflow."""

    __tablename__ = "user_workflow_steps"
    __rules__ = (UniqueConstraint("workflow_id", "step_name"), UniqueConstraint("workflow_id", "order_index"))

    workflow_id: Mapped[int] = mapped_column(ForeignKey("user_workflows.id", ondelete="CASCADE"))
    step_name: Mapped[Code]
    display_name: Mapped[Code]
    order_index: Mapped[int]


class SongProgress(Identified, Base):
    """Whether one step of one song is done; a missing row means that it is not."""

    __tablename__ = "song_progress"
    __rules__ = (UniqueConstraint("song_id", "step_name"),)

    song_id: Mapped[int] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    step_name: Mapped[Code]
    is_completed: Mapped[Off]
    completed_at: Mapped[Moment | None] = mapped_column(index=True)
    completed_by_user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    notes: Mapped[LongText | None]
    created_at: Mapped[Now]
    updated_at: Mapped[Now]


class PartAssignment(Identified, Base):
    """Who does which step of a song, by name: the name need not belong to an account. Listed by id."""

    __tablename__ = "wip_collaborations"
    __rules__ = (UniqueConstraint("song_id", "collaborator", "field"),)

    song_id: Mapped[int] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"))
    collaborator: Mapped[Name] = mapped_column(index=True)
    field: Mapped[Code]
    created_at: Mapped[Now]


class Authoring(Identified, Base):
    """The progress of a song as it was once kept; read when an old database is taken over, and never after."""

    __tablename__ = "authoring"

    song_id: Mapped[int] = mapped_column(ForeignKey("songs.id", ondelete="CASCADE"), unique=True)
    demucs: Mapped[Off]
    midi: Mapped[Off]
    tempo_map: Mapped[Off]
    fake_ending: Mapped[Off]
    drums: Mapped[Off]
    bass: Mapped[Off]
    guitar: Mapped[Off]
    vocals: Mapped[Off]
    harmonies: Mapped[Off]
    pro_keys: Mapped[Off]
    keys: Mapped[Off]
    animations: Mapped[Off]
    drum_fills: Mapped[Off]
    overdrive: Mapped[Off]
    compile: Mapped[Off]
