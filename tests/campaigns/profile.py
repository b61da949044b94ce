"""How many examples a property gets: few in ``make test``, two hundred in ``make campaign-properties``."""

from __future__ import annotations

import os


def examples() -> int:
    return int(os.environ.get("CAMPAIGN_EXAMPLES", "15"))
