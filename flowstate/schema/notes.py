"""What the markers of a field mean to whoever writes it, in sentences."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from flowstate.model import (
    Always,
    CreateOnly,
    EmptyMeansEveryone,
    EmptyTogether,
    Field,
    Grants,
    Irreversible,
    JoinsInto,
    KeepAtLeast,
    Kind,
    Mixed,
    Ordered,
    Ref,
    Sensitive,
    Shape,
    Sparse,
    Strings,
    Text,
    WriteOnly,
)


def notes(kind: Kind, field: Field) -> list[str]:
    """Everything worth knowing of a field beyond its type and its meaning."""
    marked = (note for marker in field.markers for note in _marked(marker, field))
    return [*_of_kind(kind, field), *_of_form(field), *marked]


def _of_kind(kind: Kind, field: Field) -> Iterator[str]:
    if field.name == kind.key:
        fixed = f"Never changes: {kind.immutable_key}" if kind.immutable_key else ""
        yield f"The key: other resources refer to the {kind.nouns[0]} by it."
        yield from [fixed] if fixed else []
        yield from ["Case does not matter."] if kind.folds else []
    if field.name in kind.required_to_create:
        yield f"Needed to create a {kind.nouns[0]}."
    if field.name == kind.retire:
        yield f"Left out, it is not managed: a {kind.nouns[0]} {kind.retire_words[0]} by hand stays so."


def _of_form(field: Field) -> Iterator[str]:
    if field.shareable:
        yield "[a, b] is exactly these; {include: [a], exclude: [b]} manages only those named."
    if field.shape is Shape.MAP:
        yield "Keys left out are left alone."


def _marked(marker: Any, field: Field) -> Iterator[str]:
    say = _SAID.get(type(marker))
    if say is not None:
        yield from say(marker, field)


def _write_only(marker: WriteOnly, field: Field) -> Iterator[str]:
    yield "Write-only: the service never shows it, so it is compared with what was last applied."
    if marker.sent_with:
        others = ", ".join(marker.sent_with)
        yield f"It travels with {others}: a change of those is held back while nobody knows {field.name}."


def _sensitive(marker: Sensitive, _: Field) -> Iterator[str]:
    when = f" while {marker.when[0]} is {marker.when[1]}" if marker.when else ""
    but = f" but those of {' and '.join(marker.shown)}{when}" if marker.shown else ""
    yield f"Sensitive: values are masked everywhere{but}. Give them as ${{variable}}."


def _referring(marker: Ref, field: Field) -> Iterator[str]:
    each = "Each is the key" if field.shape is Shape.SET else "The key"
    yield f"{each} of a {marker.kind}."


def _mixed(marker: Mixed, _: Field) -> Iterator[str]:
    yield f"Names of: {', '.join(f'{name} ({ref.kind})' for name, ref in marker.parts.items())}."


_SAID: Final[Mapping[type, Callable[[Any, Field], Iterator[str]]]] = {
    Always: lambda marker, _: iter([f"Left out, it is {json.dumps(marker.value)}, and managed."]),
    CreateOnly: lambda marker, _: iter([f"Create only: a later difference is a warning. {marker.hint}".strip()]),
    EmptyMeansEveryone: lambda *_: iter(["Naming nobody is refused; to open it to everybody write {everyone: true}."]),
    EmptyTogether: lambda marker, _: iter(
        [f"Empty together with {', '.join(marker.names)}: it applies to everything."]
    ),
    Grants: lambda *_: iter(["Grants access: the plan says who gains and who loses by a change."]),
    Irreversible: lambda *_: iter(["A change may not be undone."]),
    JoinsInto: lambda marker, _: iter([f"Each is the key of a {marker.kind}, whose {marker.field} then include it."]),
    KeepAtLeast: lambda marker, _: iter([f"Whoever holds {marker.element} counts among the {marker.role}."]),
    Mixed: _mixed,
    Ordered: lambda *_: iter(["Order matters."]),
    Ref: _referring,
    Sensitive: _sensitive,
    Sparse: lambda *_: iter(["The service may not show all that is set; what was applied counts then."]),
    Strings: lambda *_: iter(['Values travel as text: true and "true" are the same.']),
    Text: lambda _, field: iter([f"Or write {field.name}File: a file, relative to the manifest, inside the project."]),
    WriteOnly: _write_only,
}
