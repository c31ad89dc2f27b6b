"""The steps of the default workflow, as data; `reference.load_default_template` puts them into the database."""

from __future__ import annotations

from trackflow.services.workflows.steps import Step

TEMPLATE_NAME = "Standard Workflow"
TEMPLATE_DESCRIPTION = "The usual way of a song, from the tempo map to the compiled package."
DEFAULT_STEPS: tuple[Step, ...] = (
    Step("tempo_map", "Tempo Map"),
    Step("drums", "Drums"),
    Step("bass", "Bass"),
    Step("guitar", "Guitar"),
    Step("vocals", "Vocals"),
    Step("harmonies", "Harmonies"),
    Step("pro_keys", "Pro Keys"),
    Step("keys", "Keys"),
    Step("venue", "Venue"),
    Step("animations", "Animations"),
    Step("drum_fills", "Drum Fills"),
    Step("overdrive", "Overdrive"),
    Step("compile", "Compile"),
)
