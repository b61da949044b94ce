"""What a new team holds: its owner, its settings, a client that may do everything, and as much more as is asked for.

``words``  what names are put together from
``people``, ``work``  made-up users and groups; workflows, templates and triggers
``team``  all of it, written into a store
"""

from __future__ import annotations

from flowstate.sandbox.seed.team import CLIENT, OWNER, TEAM, first_client, furnish
from flowstate.sandbox.size import SIZES, TeamSize, sized

__all__ = ["CLIENT", "OWNER", "SIZES", "TEAM", "TeamSize", "first_client", "furnish", "sized"]
