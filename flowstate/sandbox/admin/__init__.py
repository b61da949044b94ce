"""``/_sandbox``: what the service does not have, and whoever tests a client wants. An application of its own.

``application``  all of it, described at ``/_sandbox/openapi.json``
``route``        what its routes have in common
``faults``, ``clock``, ``tokens``, ``snapshots``, ``log``, ``files``  one module per subject
"""

from __future__ import annotations

from flowstate.sandbox.admin.application import admin

__all__ = ["admin"]
