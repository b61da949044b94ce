"""Ten pairs in each place; ten pairs of processes that only want the lock are in tests/state."""

from __future__ import annotations

from random import Random

import pytest

from .pairs import PLACES, every_place
from .process import import_all


@pytest.mark.parametrize(("forks", "pairs"), [(False, 2), (True, 8)], ids=["started", "forked"])
@pytest.mark.parametrize("place", PLACES)
def test_two_applies_at_once_take_turns_and_both_are_in_the_state(place: str, forks: bool, pairs: int) -> None:
    if forks:
        import_all()
    with every_place((place,), forks=forks) as found:
        for number in range(pairs):
            _, wrong = found[place].run(str(number), Random(f"test {number}"))
            assert wrong == []
