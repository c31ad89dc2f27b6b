"""The writes of songs: entering, saving and deleting them."""

from trackflow.services.songs.commands.create import create
from trackflow.services.songs.commands.delete import delete
from trackflow.services.songs.commands.edit import edit

__all__ = ["create", "delete", "edit"]
