"""Shapes of the probes."""

from __future__ import annotations

import marshmallow as ma

from trackflow.schemas.base import Schema


class ProbeOut(Schema):
    """The server runs."""

    message = ma.fields.String(required=True)
    status = ma.fields.String(required=True, metadata={"description": "Always `healthy`."})


class ReadyOut(Schema):
    """Whether requests can be served."""

    status = ma.fields.String(required=True, metadata={"description": "Always `ready`."})
    message = ma.fields.String(required=True)
