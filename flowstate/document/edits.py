"""Edits of a text, and what they may not do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flowstate.document.nodes import Node


class Edit(NamedTuple):
    """``text[start:end]`` becomes ``text``."""

    start: int
    end: int
    text: str


class Instead(str):
    """An element of a list that stands where ``old`` stood."""

    __slots__ = ("old",)
    old: str

    def __new__(cls, text: str, old: str) -> Instead:
        """``text`` in the place of ``old``."""
        made = super().__new__(cls, text)
        made.old = old.old if isinstance(old, Instead) else old
        return made


class Uneditable(Exception):  # noqa: N818
    """The text cannot be edited here without losing something; ``node`` is where."""

    def __init__(self, why: str, node: Node) -> None:
        super().__init__(why)
        self.node = node


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text after all edits, which do not overlap."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return "".join([*parts, text[at:]])
