"""What the manifests say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from flowstate.document import Places
from flowstate.errors import Place, Problem
from flowstate.model import Address, Fields, Kind, OnDrift, OnRemove, Path

IfMissing = Literal["skip"]


@dataclass(frozen=True)
class Lifecycle:
    """What a resource says of itself beside its fields; None where it does not say.

    ``initial_only`` are fields set at creation, and then neither compared nor changed. ``if_missing`` says what becomes
    of it where the service does not have it and flowstate cannot make it.
    """

    on_remove: OnRemove | None = None
    protect: bool | None = None
    on_drift: OnDrift | None = None
    initial_only: tuple[str, ...] = ()
    if_missing: IfMissing | None = None


@dataclass(frozen=True)
class Resource:
    """One declared resource; two are equal when they say the same, wherever they stand.

    ``fields`` holds the managed values by manifest name, in plain form: a set is a list of texts, or
    ``{"include": [...], "exclude": [...]}`` where it is shared; a map is a dict; a mixed field is
    ``{"everyone": True}`` or a dict of such sets. ``places`` holds the place of each value by field, ``overridden``
    those of the values that it had before a patch, ``joins`` the place of each element that another resource brought
    into a shared list. ``declared`` is False for one that is only joined, never written: it must be there already.
    ``left_out`` are values that the manifest holds and ``fields`` do not: differences in them are accepted for now.
    """

    address: Address
    kind: Kind = field(repr=False)
    fields: Fields
    previously: str = ""
    place: Place = field(default=Place("", 0, 0), compare=False)
    places: Mapping[str, Places] = field(default_factory=dict, compare=False, repr=False)
    lifecycle: Lifecycle = Lifecycle()
    overridden: Mapping[str, tuple[Place, ...]] = field(default_factory=dict, compare=False, repr=False)
    joins: Mapping[str, Mapping[str, Place]] = field(default_factory=dict, compare=False, repr=False)
    declared: bool = True
    left_out: tuple[Path, ...] = field(default=(), compare=False)

    def path_of(self, written: str) -> Path | None:
        """The path of a value that is written with dots, such as ``options.title``; None when it is not set here."""
        return _path(self.fields, written)


@dataclass(frozen=True)
class Removal:
    """One entry of ``removed:``."""

    address: Address
    then: OnRemove
    reason: str
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Desired:
    """Everything the manifests say, by address and in its order; ``warnings`` stop nothing."""

    resources: Mapping[Address, Resource]
    removals: Mapping[Address, Removal]
    warnings: tuple[Problem, ...] = field(default=(), compare=False)


def _path(fields: Fields, written: str) -> Path | None:
    """Keys may hold dots themselves: the longest that is there comes first."""
    if written in fields:
        return (written,)
    parts = written.split(".")
    for end in range(len(parts) - 1, 0, -1):
        inner = fields.get(".".join(parts[:end]))
        below = _path(inner, ".".join(parts[end:])) if isinstance(inner, Mapping) else None
        if below:
            return (".".join(parts[:end]), *below)
    return None
