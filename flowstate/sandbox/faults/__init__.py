"""What goes wrong on request, as it does between a client and a service on the internet.

``effects``  what may go wrong, and for which calls
``registry``  what shall go wrong from now on
``gate``  where calls meet it
``call``  one request in the hands of a fault
"""

from __future__ import annotations

from flowstate.sandbox.faults.effects import (
    Bomb,
    Delay,
    Drop,
    Effect,
    Garbage,
    LateCommit,
    Listing,
    Oversized,
    Redirect,
    Status,
    Trickle,
    Truncate,
)
from flowstate.sandbox.faults.gate import Gate
from flowstate.sandbox.faults.registry import Fault, Faults

__all__ = [
    "Bomb",
    "Delay",
    "Drop",
    "Effect",
    "Fault",
    "Faults",
    "Garbage",
    "Gate",
    "LateCommit",
    "Listing",
    "Oversized",
    "Redirect",
    "Status",
    "Trickle",
    "Truncate",
]
