"""The writes of songs: entering, saving and deleting them."""

from trackflow.services.songs.commands.batch import create_many, delete_many
from trackflow.services.songs.commands.create import create
from trackflow.services.songs.commands.delete import delete
from trackflow.services.songs.commands.edit import edit
from trackflow.services.songs.commands.people import replace_collaborators

__all__ = ["create", "create_many", "delete", "delete_many", "edit", "replace_collaborators"]
