"""Ten pairs in each place; ten pairs of processes that only want the lock are in tests/state."""

from __future__ import annotations

import pytest

from .pairs import PLACES, apart, wrong_of


@pytest.mark.parametrize("place", PLACES)
def test_two_applies_at_once_take_turns_and_both_are_in_the_state(place: str) -> None:
    assert wrong_of(place, 2, forks=False) == []


@pytest.mark.parametrize("place", PLACES)
def test_two_applies_that_begin_in_the_same_moment_take_turns_as_well(place: str) -> None:
    assert apart(place, 8) == []
