"""Desired, live and state, to differences with verdicts."""

from flowstate.diff.compare import Difference, Leaf, compare, managed, moved, path_text
from flowstate.diff.flat import all_leaves, leaves, overlay
from flowstate.diff.verdict import Verdict, hidden_values, is_hidden, judge, sealed

__all__ = [
    "Difference",
    "Leaf",
    "Verdict",
    "all_leaves",
    "compare",
    "hidden_values",
    "is_hidden",
    "judge",
    "leaves",
    "managed",
    "moved",
    "overlay",
    "path_text",
    "sealed",
]
