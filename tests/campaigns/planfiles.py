"""Plan files that are broken at any request: what was reviewed is done in the end, by the line that is printed.

Run as a program: ``python -m campaigns.planfiles --runs 2000 --seed 1``.
"""

from __future__ import annotations

import sys
from functools import partial

from .campaign import Campaign, cores
from .case import reviewed
from .faults import tried

work = partial(tried, reviewed)
CAMPAIGN = Campaign("planfiles", work, 100, cores())

if __name__ == "__main__":
    sys.exit(CAMPAIGN.main())
