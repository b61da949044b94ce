"""Markers on the fields of a spec: what the stages must know of a field, so that no stage knows a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """The value (or each element) is the key of a resource of this kind; an id on the wire."""

    kind: str


@dataclass(frozen=True, slots=True)
class JoinsInto:
    """Names resources of ``kind`` whose shared list ``field`` gets the key of this one; not compared itself."""

    kind: str
    field: str


@dataclass(frozen=True, slots=True, init=False)
class Mixed:
    """Named lists of keys that travel as one flat list of ids."""

    parts: Mapping[str, Ref]

    def __init__(self, **parts: Ref) -> None:
        object.__setattr__(self, "parts", parts)

    def __hash__(self) -> int:
        return hash(tuple(self.parts.items()))


@dataclass(frozen=True, slots=True)
class Ordered:
    """A list whose order matters; every other list is a set."""


@dataclass(frozen=True, slots=True)
class Text:
    """Long text, compared with line ends folded and one final newline ignored, shown as a line diff.

    ``ending`` is what the name of a file that holds it ends with.
    """

    ending: str = ".txt"


@dataclass(frozen=True, slots=True)
class WriteOnly:
    """The service never shows it: desired is compared with what state says was sent.

    Writing one of ``sent_with`` sends it too, so without a known value that write could erase it.
    """

    sent_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sensitive:
    """Values are masked everywhere, but those of the keys ``shown`` while ``when`` (field, value) holds."""

    shown: tuple[str, ...] = ()
    when: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class CreateOnly:
    """Written at creation only; a later difference is a warning that says what each way costs."""

    hint: str = ""


@dataclass(frozen=True, slots=True)
class Unique:
    """No two objects in use may have the same value, case ignored; a new one without it gets that of ``otherwise``."""

    otherwise: str


@dataclass(frozen=True, slots=True)
class Always:
    """Absent in the manifest means this value, and it is managed."""

    value: Any


@dataclass(frozen=True, slots=True)
class KeepAtLeast:
    """Whoever holds ``element`` counts towards the role ``role``, of which some must remain."""

    role: str
    element: str


@dataclass(frozen=True, slots=True)
class EmptyMeansEveryone:
    """An empty list on the wire opens the resource to everybody, so only ``{everyone: true}`` may send it."""


@dataclass(frozen=True, slots=True)
class Grants:
    """Access: widening it or narrowing it is a class of risk of its own."""


@dataclass(frozen=True, slots=True)
class Sparse:
    """The service may leave out of its answer elements that were set; then desired is compared with state."""


@dataclass(frozen=True, slots=True)
class Strings:
    """Values travel as strings: true is ``"true"``, 48 is ``"48"``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Values the documentation shows; others are accepted with a warning, for the service may know more."""

    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Irreversible:
    """A change of this field may not be undone."""


@dataclass(frozen=True, slots=True)
class EmptyTogether:
    """When this list and the named ones are all empty the resource applies to everything."""

    names: tuple[str, ...]
