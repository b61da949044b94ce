"""flowstate.yaml and the environment variables of one run as :class:`Settings`.

Nothing here needs the network or credentials: whether the service can be reached, and as whom, is asked for by
:meth:`Settings.connection` when somebody wants to call it.
"""

from flowstate.settings.load import FILE, load
from flowstate.settings.record import Connection, Settings

__all__ = ["FILE", "Connection", "Settings", "load"]
