"""What one sandbox is made of."""

from __future__ import annotations

from dataclasses import dataclass

from flowstate.sandbox.behaviours import Conduct
from flowstate.sandbox.clock import Clock
from flowstate.sandbox.downloads import Downloads
from flowstate.sandbox.faults import Faults
from flowstate.sandbox.hosts import Hosts
from flowstate.sandbox.log import Log
from flowstate.sandbox.snapshots import Snapshots
from flowstate.sandbox.store import Store
from flowstate.sandbox.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts know little of each other; this is where they are found."""

    hosts: Hosts
    store: Store
    clock: Clock
    tokens: Tokens
    log: Log
    faults: Faults
    downloads: Downloads
    snapshots: Snapshots
    conduct: Conduct

    def reset(self) -> None:
        """As new: first team and behaviours, real time, nothing going wrong, nothing asked; tokens stay good."""
        # Ahead of the team, or a call held back could still come and find the new one.
        self.faults.clear()
        self.conduct.reset()
        self.clock.set(0)
        self.tokens.reset()
        self.snapshots.restore_fresh()
        self.log.clear()
        self.downloads.leaks.clear()
