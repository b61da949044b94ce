"""Ten of the kills."""

from __future__ import annotations

from random import Random

from .kill import killed, mornings


def test_ten_killed_applies_leave_files_that_parse_and_are_healed_by_the_next() -> None:
    ends: list[str] = []
    with mornings(forks=False) as found:
        for number in range(10):
            chance = Random(f"test {number}")
            how, wrong = killed(list(found.values())[number % len(found)], chance)
            assert wrong == []
            ends.append(how)
    assert "killed" in ends
