"""flowstate.yaml and the environment variables of one run as :class:`Settings`.

Nothing here needs the network or credentials: whether the service can be reached, and as whom, is asked for by
:meth:`Settings.connection` when somebody wants to call it.
"""

from flowstate.settings.limits import Allowance, Rules
from flowstate.settings.load import FILE, load
from flowstate.settings.ownership import KindOwnership, Ownership
from flowstate.settings.record import Acceptance, Connection, PasswordSink, Settings
from flowstate.settings.state import state_fault
from flowstate.settings.writing import check_apart, check_free, check_place, unwritable

__all__ = [
    "FILE",
    "Acceptance",
    "Allowance",
    "Connection",
    "KindOwnership",
    "Ownership",
    "PasswordSink",
    "Rules",
    "Settings",
    "check_apart",
    "check_free",
    "check_place",
    "load",
    "state_fault",
    "unwritable",
]
