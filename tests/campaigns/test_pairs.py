"""Some of the pairs; ten pairs of processes that only want the lock are in tests/state."""

from __future__ import annotations

from random import Random

import pytest

from .pairs import PLACES, every_place


@pytest.mark.parametrize("place", PLACES)
def test_two_applies_at_once_take_turns_and_both_are_in_the_state(place: str) -> None:
    with every_place((place,)) as found:
        for number in range(3):
            _, wrong = found[place].run(str(number), Random(f"test {number}"))
            assert wrong == []
