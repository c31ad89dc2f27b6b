"""What happened to users' settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """A user saved the own settings, whether or not a value differs."""

    user_id: int
