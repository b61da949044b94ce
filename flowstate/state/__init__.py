"""What flowstate last applied, and the id each resource has on the service.

``locate(...)`` gives a :class:`Location`: its ``store(provider)`` loads and saves, its ``lock`` keeps others out.
"""

from flowstate.state.backend import Backend
from flowstate.state.files import protect_folder, replace_file
from flowstate.state.holder import Holder
from flowstate.state.local import LocalState
from flowstate.state.location import Location, locate
from flowstate.state.lock import Check
from flowstate.state.record import Entry, Note, State, parse
from flowstate.state.store import StateStore

__all__ = [
    "Backend",
    "Check",
    "Entry",
    "Holder",
    "LocalState",
    "Location",
    "Note",
    "State",
    "StateStore",
    "locate",
    "parse",
    "protect_folder",
    "replace_file",
]
