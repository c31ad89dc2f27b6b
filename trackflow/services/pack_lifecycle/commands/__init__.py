"""The writes that change a pack together with its songs: release, status, deletion."""

from trackflow.services.pack_lifecycle.commands.delete import delete
from trackflow.services.pack_lifecycle.commands.release import Outcome, release, release_by_name
from trackflow.services.pack_lifecycle.commands.status import change_status

__all__ = ["Outcome", "change_status", "delete", "release", "release_by_name"]
