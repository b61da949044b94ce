"""How much of what has no program of its own is done: little in ``make test``, all in ``make campaign-properties``."""

from __future__ import annotations

import os

_WHOLE = bool(os.environ.get("CAMPAIGN_WHOLE"))


def examples() -> int:
    """Of a property."""
    return 200 if _WHOLE else 15


def crash_points() -> int:
    """Of the search for secrets."""
    return 100 if _WHOLE else 20
