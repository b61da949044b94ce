"""Where every part of a document stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flowstate.errors import Place

Step = str | int
# Of one mapping entry or list item: line and column of its key (of a list item: its value), line and column of its
# value, all from 0, and the marks of what the value holds. Plain tuples, for a large project has half a million. What
# was written elsewhere stands as Places among the marks.
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

    @classmethod
    def joined(cls, place: Place, inner: Mapping[str, Places] | Sequence[Places]) -> Places:
        """One place for a value whose parts were written in places of their own, maybe in several files."""
        line, column = place.line - 1, place.column - 1
        return cls(place.file, (line, column, line, column, inner))

    @property
    def scattered(self) -> bool:
        """Whether parts of the value were written in places of their own; see joined()."""
        marks = self.mark[4]
        parts = marks.values() if isinstance(marks, dict) else marks or ()
        return any(isinstance(part, Places) for part in parts)

    def parts(self) -> dict[str, Places]:
        """The places of each entry of a mapping."""
        marks = self.mark[4]
        return {key: self.below(key) for key in marks} if isinstance(marks, dict) else {}

    def value(self, *path: Step) -> Place:
        """Where the value at ``path`` begins."""
        found = self.below(*path)
        _, _, line, column, _ = found.mark
        return Place(found.file, line + 1, column + 1)

    def key(self, *path: Step) -> Place:
        """Where the key of the entry at ``path`` begins; of a list item, where the item begins."""
        found = self.below(*path)
        line, column, *_ = found.mark
        return Place(found.file, line + 1, column + 1)

    def below(self, *path: Step) -> Places:
        """The places of the value at ``path``."""
        file, mark = self.file, self.mark
        for step in path:
            try:
                inner = mark[4][step]
            except (KeyError, IndexError, TypeError):
                break
            file, mark = (inner.file, inner.mark) if isinstance(inner, Places) else (file, inner)
        return Places(file, mark)

    def has(self, key: str) -> bool:
        """Whether this is a mapping in which ``key`` is written."""
        marks = self.mark[4]
        return isinstance(marks, dict) and key in marks


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document: ``data`` is made of dicts, lists, text, numbers, booleans and None."""

    file: str
    data: Any
    places: Places = field(compare=False, repr=False)
