"""What a difference means."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.diff import Verdict, judge
from flowstate.diff.verdict import NO_BASE

TABLE = [
    # desired, live, base
    ("a", "a", "a", Verdict.IN_SYNC),
    ("a", "a", "b", Verdict.IN_SYNC),
    ("a", "a", None, Verdict.IN_SYNC),
    ("a", "a", NO_BASE, Verdict.IN_SYNC),
    ("a", "b", "a", Verdict.DRIFT),
    ("a", "b", "b", Verdict.PENDING),
    ("a", "b", "c", Verdict.CONFLICT),
    ("a", "b", None, Verdict.CONFLICT),
    ("a", "b", NO_BASE, Verdict.UNKNOWN),
    ("a", None, "a", Verdict.DRIFT),
    ("a", None, "b", Verdict.CONFLICT),
    ("a", None, None, Verdict.PENDING),
    ("a", None, NO_BASE, Verdict.UNKNOWN),
    (None, "b", "a", Verdict.CONFLICT),
    (None, "b", "b", Verdict.PENDING),
    (None, "b", None, Verdict.DRIFT),
    (None, "b", NO_BASE, Verdict.UNKNOWN),
    (None, None, "a", Verdict.IN_SYNC),
    (None, None, None, Verdict.IN_SYNC),
    (None, None, NO_BASE, Verdict.IN_SYNC),
]


@pytest.mark.parametrize(("desired", "live", "base", "verdict"), TABLE)
def test_a_verdict_follows_from_desired_live_and_base(desired: Any, live: Any, base: Any, verdict: Verdict) -> None:
    assert judge(desired, live, base) is verdict
