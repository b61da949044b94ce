"""Every request boundary of every reference run with every fault, over and over in other orders.

Run as a program: ``python -m campaigns.faults --runs 50000 --seed 1``.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from functools import partial

from .campaign import Campaign, Chunk, cores
from .case import Case, broken, case


def tried(cases: Callable[[int, int], Case], start: int, stop: int, seed: int) -> Chunk:
    """The cases from ``start`` up to ``stop``; ``cases`` makes one of its number and the seed."""
    counts: Counter[str] = Counter()
    wrong: list[str] = []
    for number in range(start, stop):
        each = cases(number, seed)
        found = broken(each)
        counts[each.fault] += 1
        if found:
            wrong.append(f"run {number}: {each}: {'; '.join(found)[:1000]}")
    return Chunk(0, stop - start, counts=dict(counts), wrong=wrong)


work = partial(tried, case)
CAMPAIGN = Campaign("faults", work, 100, cores())

if __name__ == "__main__":
    sys.exit(CAMPAIGN.main())
