"""What flowstate last applied, and the id each resource has on the service."""

from flowstate.state.local import LocalState, protect_folder, replace_file
from flowstate.state.record import Entry, Note, State

__all__ = ["Entry", "LocalState", "Note", "State", "protect_folder", "replace_file"]
