"""The leaves of a change, gathered the way a person reads them: lists together, maps by dotted path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flowstate.diff import Verdict
from flowstate.model import Field, Kind, Path, Sensitive, Shape, Text, WriteOnly
from flowstate.plan import FieldChange

_REMARKS = {
    Verdict.DRIFT: "drift: changed on the service",
    Verdict.CONFLICT: "conflict: changed on the service and in the manifest",
    Verdict.UNKNOWN: "not applied by flowstate before",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One heading: a scalar with its one leaf, or a list with the elements that move."""

    label: str
    field: Field | None
    is_list: bool
    leaves: tuple[FieldChange, ...]

    @property
    def is_text(self) -> bool:
        """Whether it is long text, shown by lines."""
        return self.field is not None and self.field.has(Text) and not self.is_hidden

    @property
    def is_hidden(self) -> bool:
        """Whether values must not be shown; a marker hides also what a leaf forgot to."""
        marker = self.field.marker(Sensitive) if self.field else None
        return any(leaf.sensitive for leaf in self.leaves) or (marker is not None and not marker.shown)

    @property
    def title(self) -> str:
        """The label, and what is special about the field."""
        write_only = self.field is not None and self.field.has(WriteOnly)
        return f"{self.label} (write-only)" if write_only else self.label

    @property
    def remark(self) -> str:
        """What the verdict says, where it is the same for all leaves."""
        said = {remark(leaf) for leaf in self.leaves}
        return said.pop() if len(said) == 1 else ""


def remark(leaf: FieldChange) -> str:
    """What a verdict says that a reviewer would not expect."""
    return _REMARKS.get(leaf.verdict, "")


def slots(kind: Kind, leaves: Iterable[FieldChange]) -> list[Slot]:
    """The leaves by heading, in the order in which the spec declares fields."""
    found: dict[str, tuple[Field | None, bool, list[FieldChange]]] = {}
    order = {name: rank for rank, name in enumerate(kind.fields)}
    for leaf in sorted(leaves, key=lambda leaf: (order.get(leaf.path[0], len(order)), leaf.path)):
        label, field, is_list = place(kind, leaf.path)
        found.setdefault(label, (field, is_list, []))[2].append(leaf)
    return [Slot(label, field, is_list, tuple(leaves)) for label, (field, is_list, leaves) in found.items()]


def place(kind: Kind, path: Path) -> tuple[str, Field | None, bool]:
    """The heading of a path, the field it belongs to, and whether what is left of the path is an element of a list."""
    field, depth = kind.fields.get(path[0]), 1
    while field is not None and field.shape is Shape.MAP and depth < len(path) and path[depth] in field.children:
        field, depth = field.children[path[depth]], depth + 1
    if field is not None and field.shape in {Shape.SET, Shape.MIXED} and depth < len(path):
        return ".".join(path[:-1]), field, True
    return ".".join(path), field, False
