"""Ten of the kills."""

from __future__ import annotations

from random import Random

import pytest

from .kill import killed, mornings


@pytest.mark.parametrize(("forks", "kills"), [(False, 2), (True, 8)], ids=["started", "forked"])
def test_a_killed_apply_leaves_files_that_parse_and_is_healed_by_the_next(forks: bool, kills: int) -> None:
    ends: list[str] = []
    with mornings(forks=forks) as found:
        for number in range(kills):
            how, wrong = killed(list(found.values())[number % len(found)], Random(f"test {number}"))
            assert wrong == []
            ends.append(how)
    assert "killed" in ends
