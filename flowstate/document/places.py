"""Where every part of a document stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flowstate.errors import Place

Step = str | int
# Of one mapping entry or list item: line and column of its key (of a list item: its value), line and column of its
# value, all from 0, and the marks of what the value holds. Plain tuples, for a large project has half a million.
Mark = tuple[int, int, int, int, Any]


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one value and of everything in it; a path that leads nowhere gives the nearest place above it."""

    file: str
    mark: Mark

    @classmethod
    def at(cls, place: Place) -> Places:
        """One place for a value and everything in it."""
        line, column = place.line - 1, place.column - 1
        return cls(place.file, (line, column, line, column, None))

    def value(self, *path: Step) -> Place:
        """Where the value at ``path`` begins."""
        _, _, line, column, _ = self._mark(path)
        return Place(self.file, line + 1, column + 1)

    def key(self, *path: Step) -> Place:
        """Where the key of the entry at ``path`` begins; of a list item, where the item begins."""
        line, column, *_ = self._mark(path)
        return Place(self.file, line + 1, column + 1)

    def below(self, *path: Step) -> Places:
        """The places of the value at ``path``."""
        return Places(self.file, self._mark(path))

    def has(self, key: str) -> bool:
        """Whether this is a mapping in which ``key`` is written."""
        marks = self.mark[4]
        return isinstance(marks, dict) and key in marks

    def _mark(self, path: Iterable[Step]) -> Mark:
        mark = self.mark
        for step in path:
            try:
                mark = mark[4][step]
            except (KeyError, IndexError, TypeError):
                return mark
        return mark


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: ``data`` is made of dicts, lists, text, numbers, booleans and None."""

    file: str
    data: Any
    places: Places = field(compare=False, repr=False)
