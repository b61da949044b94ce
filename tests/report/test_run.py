"""A run as people read it again."""

from __future__ import annotations

from flowstate.report import run_text
from flowstate.state import Header, Run

from .plans import PLAIN

_MEANT = {"user/ada": True, "group/G": False}
_HEADER = Header("r1", "prod", "acme", "l", 3, "sha256:1", "c0ffee", "ann", "desk", "2026-11-20", _MEANT)


def test_a_run_of_which_only_the_header_is_at_hand_says_where_its_lines_are() -> None:
    text = run_text(Run(_HEADER, whole=False), style=PLAIN)
    assert "from commit c0ffee" in text
    assert "What it did is known on desk only. These were to be created:" in text
    assert "user/ada" in text
    assert "It is not known to have ended. The next apply goes on from what it left." in " ".join(text.split())
