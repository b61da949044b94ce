"""What flowstate last applied, and the id each resource has on the service.

``locate(...)`` gives a :class:`Location`: its ``store(provider)`` loads and saves, its ``lock`` keeps others out, its
``runs`` are what applies have written down. ``recall(...)`` gives state together with what unfinished runs know.
"""

from flowstate.state.backend import Backend
from flowstate.state.git import Git
from flowstate.state.holder import Holder, now
from flowstate.state.location import Location, locate
from flowstate.state.lock import Check
from flowstate.state.memory import PASSWORD_IN_DOUBT, RUN_UNFINISHED, Memory, fold, recall
from flowstate.state.naming import run_name
from flowstate.state.record import Entry, Note, State, parse, typed
from flowstate.state.run import Header, Run, line_of, parse_run
from flowstate.state.run_file import RunFile
from flowstate.state.runs import RunFiles
from flowstate.state.store import StateStore

__all__ = [
    "PASSWORD_IN_DOUBT",
    "RUN_UNFINISHED",
    "Backend",
    "Check",
    "Entry",
    "Git",
    "Header",
    "Holder",
    "Location",
    "Memory",
    "Note",
    "Run",
    "RunFile",
    "RunFiles",
    "State",
    "StateStore",
    "fold",
    "line_of",
    "locate",
    "now",
    "parse",
    "parse_run",
    "recall",
    "run_name",
    "typed",
]
