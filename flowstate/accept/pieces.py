"""Maps of which several manifest folders write a part each: what differs goes where its part is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowstate.accept.cells import Cells
from flowstate.accept.pages import Page
from flowstate.accept.result import Refusal
from flowstate.accept.values import GONE, Meaning, Pairs, fitting, revised_value
from flowstate.desired import Resource
from flowstate.document import Places
from flowstate.model import Path, Shape


def in_pieces(resource: Resource, name: str) -> bool:
    """Whether the field is a map whose parts were written in several places."""
    shape = resource.kind.fields.get(name)
    return (shape is None or shape.shape is Shape.MAP) and resource.places[name].scattered


@dataclass(frozen=True)
class Pieces:
    """One such field of one resource."""

    resource: Resource
    name: str
    pages: Mapping[str, Page]
    meaning: Meaning
    cells: Cells

    def revise(self, pairs: Pairs) -> None:
        """Let every part say what is live in it.

        Raises:
            Refusal: a part is written in no manifest, or for every row of a file, or a manifest would not take it.
        """
        for path, places, below in self._parts(pairs):
            place = places.value()
            page = self.pages.get(place.file)
            spot = page.find(place) if page else None
            if spot is None:
                raise Refusal("defined-elsewhere", f"It is defined in {place.file}.", "Edit that file.", place)
            self.cells.not_of_all(spot)
            kind = self.resource.kind
            written = _wrapped(path, spot.data)
            value = fitting(kind, self.name, revised_value(kind.fields.get(self.name), written, below, self.meaning))
            part = _inside(value, path)
            spot.drop() if part is GONE else spot.put(part)

    def _parts(self, pairs: Pairs) -> Iterator[tuple[Path, Places, Pairs]]:
        """Each part that differs: the way to it, where it is written, and what differs in it."""
        found: dict[Path, dict[Path, tuple[Any, Any]]] = {}
        for path, pair in pairs.items():
            places, depth = self.resource.places[self.name], 0
            while places.scattered and depth < len(path):
                places, depth = places.below(path[depth]), depth + 1
            found.setdefault(path[:depth], {})[path] = pair
        for way, below in found.items():
            yield way, self.resource.places[self.name].below(*way), below


def _wrapped(path: Path, value: Any) -> Any:
    for step in reversed(path):
        value = {step: value}
    return value


def _inside(value: Any, path: Path) -> Any:
    for step in path:
        value = value.get(step, GONE) if isinstance(value, Mapping) else GONE
    return value
