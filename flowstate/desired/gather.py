"""Documents taken apart: which entry belongs to which kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flowstate.document import Document, Places
from flowstate.errors import Problem, did_you_mean
from flowstate.model import Kind

REMOVED: Final = "removed"


@dataclass(frozen=True)
class Item:
    """One entry as written; the value of a bare kind stands under the field it means.

    ``layer``: what stands in a later one may patch it (see Manifests).
    """

    kind: Kind
    data: Any
    places: Places
    layer: int = 0

    @property
    def patches(self) -> bool:
        """Whether it changes a resource of an earlier layer, and is none itself."""
        return isinstance(self.data, dict) and self.data.get("patch") is True


@dataclass
class Gathered:
    """All entries of all documents, and what belongs nowhere."""

    items: list[Item] = field(default_factory=list)
    removed: list[tuple[Any, Places]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def gather(documents: Iterable[tuple[Document, int]], kinds: Mapping[str, Kind]) -> Gathered:
    """The entries of every document, each of which comes with its layer."""
    sections = {kind.section: kind for kind in kinds.values()}
    gathered = Gathered()
    for document, layer in documents:
        if isinstance(document.data, dict):
            for section, value in document.data.items():
                _section(gathered, section, value, document.places, sections, layer)
        elif document.data is not None:  # a file of comments only says nothing
            hint = f"Begin with a section such as '{min(sections, default=REMOVED)}:'."
            summary = "expected sections of resources at the top"
            gathered.problems.append(Problem("document-shape", summary, "", hint, document.places.value()))
    return gathered


def _section(
    gathered: Gathered, section: str, value: Any, above: Places, sections: Mapping[str, Kind], layer: int
) -> None:
    places = above.below(section)
    kind = sections.get(section)
    if kind is None and section != REMOVED:
        hint = _nearest(section, sections)
        gathered.problems.append(Problem("unknown-kind", f"unknown section {section!r}", "", hint, places.key()))
    elif kind is not None and kind.singleton:
        gathered.items.append(Item(kind, {kind.bare: value} if kind.bare else value, places, layer))
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            _entry(gathered, kind, entry, places.below(number), layer)
    elif value is not None:
        hint = "Begin each entry with '- '."
        gathered.problems.append(Problem("wrong-type", f"{section}: expected a list", "", hint, places.value()))


def _nearest(section: str, sections: Mapping[str, Kind]) -> str:
    named = [kind.section for kind in sections.values() if kind.name == section]
    names = [*sections, REMOVED]
    hint = f"Did you mean {named[0]!r}?" if named else did_you_mean(section, names)
    return hint or f"There are: {', '.join(sorted(names))}."


def _entry(gathered: Gathered, kind: Kind | None, entry: Any, places: Places, layer: int) -> None:
    if kind is None:
        gathered.removed.append((entry, places))
    else:
        gathered.items.append(Item(kind, entry, places, layer))
