"""A disk that is full, or becomes read-only, at any write of any reference run.

Run as a program: ``python -m campaigns.disks --runs 2000 --seed 1``.
"""

from __future__ import annotations

import sys
from functools import partial

from .campaign import Campaign, cores
from .case import unwritten
from .faults import tried

work = partial(tried, unwritten)
CAMPAIGN = Campaign("disks", work, 100, cores())

if __name__ == "__main__":
    sys.exit(CAMPAIGN.main())
