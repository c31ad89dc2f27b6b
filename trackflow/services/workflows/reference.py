"""Loads the default workflow template, which every server needs."""

from __future__ import annotations

from sqlalchemy import select

from trackflow import upsert
from trackflow.extensions import db
from trackflow.models import WorkflowTemplate, WorkflowTemplateStep
from trackflow.services.workflows.template import DEFAULT_STEPS, TEMPLATE_DESCRIPTION, TEMPLATE_NAME
from trackflow.unit_of_work import atomic


@atomic
def load_default_template() -> bool:
    """Make sure that there is a default template with steps; return whether anything was missing.

    A template that has steps stays as it is, also when an operator has changed it.
    """
    values = {"name": TEMPLATE_NAME, "description": TEMPLATE_DESCRIPTION, "is_default": True, "is_system": True}
    upsert.insert_if_absent(WorkflowTemplate, values)
    template_id = db.session.execute(
        select(WorkflowTemplate.id).where(WorkflowTemplate.is_default).with_for_update()
    ).scalar_one()
    own_steps = select(WorkflowTemplateStep.id).where(WorkflowTemplateStep.template_id == template_id).limit(1)
    if db.session.execute(own_steps).first() is not None:
        return False
    rows = [
        {
            "template_id": template_id,
            "step_name": step.step_name,
            "display_name": step.display_name,
            "order_index": position,
        }
        for position, step in enumerate(DEFAULT_STEPS)
    ]
    db.session.execute(upsert.insert(WorkflowTemplateStep).values(rows).on_conflict_do_nothing())
    return True
