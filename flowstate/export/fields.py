"""One live object as an entry of a manifest: what can be written, and remarks on what cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flowstate.desired.gather import Item
from flowstate.desired.keys import key_fault, verbatim
from flowstate.desired.resource import typed
from flowstate.diff import is_hidden
from flowstate.document import Places
from flowstate.errors import Place, Problem, Severity
from flowstate.export.read import alphabet
from flowstate.export.writing import comment, entry, reads_back
from flowstate.live import EVERYONE, Observed
from flowstate.live.names import UnknownId
from flowstate.manifest.texts import MAX_BYTES, SUFFIX
from flowstate.manifest.variables import escaped
from flowstate.model import Address, Always, Field, Kind, Path, Sensitive, Shape, Text, WriteOnly
from flowstate.text import Secret

NOT_EXPORTED: Final = "not-exported"
_NOWHERE: Final = Places.at(Place("", 0, 0))
_CUT: Final = 200
_LOOK: Final = "Look for the comment in the manifest."


@dataclass(frozen=True)
class Style:
    """How to write: lists that are shared with the dashboard, the names of folders by key, of variables by path."""

    open_lists: bool
    folders: Mapping[Address, str]
    variables: Mapping[tuple[Address, Path], str]


@dataclass
class Entry:
    """The lines of one object, indented by nothing; ``files`` are texts by their path beside the manifest."""

    address: Address
    lines: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    usable: bool = True  # False: nothing but a comment

    def remark(self, line: str, problem: Problem | None = None) -> None:
        """A comment at this spot, and what is said of it at the end."""
        self.lines.append(comment(line))
        self.problems += [problem] if problem else []

    def said(self, summary: str, detail: str = "", hint: str = _LOOK, severity: Severity = Severity.WARNING) -> Problem:
        """A problem of this object."""
        return Problem(NOT_EXPORTED, f"{self.address}: {summary}", detail, hint, None, str(self.address), severity)


def written(seen: Observed, style: Style) -> Entry:
    """The entry of one object."""
    kind, result = seen.kind, Entry(seen.address)
    if kind.key:
        result.lines += entry(kind.key, escaped(seen.live.key))
        _keyed(result, kind, seen.live.key)
    for name in _ordered(kind, seen):
        _field(result, seen, name, style)
    for name, why in sorted(seen.unreadable.items()):
        said = result.said(f"{name} could not be read", why, "Export again once it can be.")
        result.remark(f"{name} could not be read: {why}", said)
    return result


def withheld(seen: Observed) -> Iterator[tuple[Address, Path]]:
    """What needs a variable: every sensitive value of an object."""
    for name, item in seen.kind.fields.items():
        if item.has(Sensitive):
            yield from _hidden(seen, (name,), seen.fields.get(name))


def _hidden(seen: Observed, path: Path, value: Any) -> Iterator[tuple[Address, Path]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _hidden(seen, (*path, key), inner)
    elif value is not None and is_hidden(seen.kind, seen.fields, path):
        Secret(str(value))
        yield seen.address, path


def _keyed(result: Entry, kind: Kind, key: str) -> None:
    """A key that manifests cannot hold makes the whole entry a comment."""
    fault = key_fault(key)
    if not fault and not reads_back(entry(kind.key, key), {kind.key: key}):
        fault = "cannot be written"
    if fault:
        result.usable = False
        said = f"its {kind.key} {fault}"
        result.problems.append(result.said(said, "", "Rename it on the service, then export again."))
    elif verbatim(key) != key and not kind.immutable_key:
        said = f"its {kind.key} is spelled in another form of Unicode; the first apply renames it"
        result.problems.append(result.said(said, "", "", Severity.NOTE))


def _ordered(kind: Kind, seen: Observed) -> list[str]:
    """The fields to write: those of the spec in its order, then others by name."""
    known = [name for name in kind.fields if name in seen.fields or kind.fields[name].has(WriteOnly)]
    others = sorted(name for name in seen.fields if name not in kind.fields)
    return [name for name in (*known, *others) if name != kind.key and name not in seen.unreadable]


def _field(result: Entry, seen: Observed, name: str, style: Style) -> None:
    kind, item = seen.kind, seen.kind.fields.get(name)
    if name not in seen.fields:
        result.remark(f"{name}: the service never shows it; write it here before anything of it is changed")
        return
    value = _form(item, seen.fields[name], open_lists=style.open_lists)
    if not _is_implied(kind, item, name, value):
        _value(result, seen, name, value, style)
    if ids := seen.unknown.get(name, ()):
        told = f"{name} also holds {', '.join(sorted(ids))}: nothing in use with a name of its own has such an id"
        said = result.said(f"{name} names {len(ids)} that cannot be told", "", _LOOK, Severity.NOTE)
        result.remark(f"{told}; it is kept", said)


def _form(item: Field | None, value: Any, *, open_lists: bool) -> Any:
    """A live value as a manifest says it; None where there is nothing to say."""
    if item is not None and item.shape is Shape.SET and isinstance(value, list):
        names = sorted(dict.fromkeys(value), key=alphabet)
        return _opened(names) if open_lists and item.shareable else names
    if item is not None and item.shape is Shape.MIXED and isinstance(value, Mapping) and not value.get(EVERYONE):
        parts = {part: sorted(keys, key=alphabet) for part, keys in value.items() if keys}
        opened = {part: _opened(keys) for part, keys in parts.items()} if open_lists else parts
        return opened or (None if open_lists else {})
    return _pruned(value)


def _opened(names: list[str]) -> Any:
    return {"include": names} if names else None


def _pruned(value: Any) -> Any:
    """A map without keys that hold nothing, sorted."""
    if not isinstance(value, Mapping):
        return value
    return {key: _pruned(inner) for key, inner in sorted(value.items()) if inner is not None}


def _is_implied(kind: Kind, item: Field | None, name: str, value: Any) -> bool:
    """Whether leaving it out says the same: nothing in it, what absence means, or that it is in use as usual.

    An object that is in use is not pinned to be: who is shut out in the dashboard tomorrow is to stay out.
    """
    always = item.marker(Always) if item else None
    if always is not None and value == always.value:
        return True
    empty = value == {} and item is not None and item.shape is Shape.MAP
    return empty or (name == kind.retire and value is False) or (value is None and bool(_refusal(kind, name, None)))


def _value(result: Entry, seen: Observed, name: str, value: Any, style: Style) -> None:
    kind, item = seen.kind, seen.kind.fields.get(name)
    why = (
        "nothing in use with a name of its own has this id"
        if isinstance(value, UnknownId)
        else _refusal(kind, name, value)
    )
    if why and item is not None and item.shape is Shape.MAP and isinstance(value, Mapping):
        value, why = _acceptable(result, seen, item, value), ""
    if item is not None and item.has(Text) and value and not why:
        why = _filed(result, item, value, style)
        if not why:
            return
    label = kind.section if name == kind.bare else name
    data = _veiled(seen, (name,), escaped(value), style)
    lines = entry(label, data)
    if not why and not reads_back(lines, {label: data}):
        why = "YAML cannot hold it"
    if why:
        _left_out(result, item, label, value, why)
    else:
        result.lines += lines


def _acceptable(result: Entry, seen: Observed, item: Field, value: Mapping[str, Any]) -> dict[str, Any]:
    """A map without the keys that a manifest refuses; each of those is a comment."""
    refused = {key: why for key, inner in value.items() if (why := _refusal(seen.kind, item.name, {key: inner}))}
    for key, why in refused.items():
        _left_out(result, item, f"{item.name}.{key}", value[key], why)
    return {key: inner for key, inner in value.items() if key not in refused}


def _left_out(result: Entry, item: Field | None, label: str, value: Any, why: str) -> None:
    shown = "" if item is not None and item.has(Sensitive) else f" {json.dumps(value, ensure_ascii=False)[:_CUT]}"
    result.remark(f"{label}:{shown}  left out: {why}", result.said(f"{label} was left out", why))


def _filed(result: Entry, item: Field, text: str, style: Style) -> str:
    """Put a text into a file; why it cannot be one."""
    marker = item.marker(Text)
    path = f"{style.folders[result.address]}/{item.name}{marker.ending if marker else ''}"
    try:
        data = text.encode("utf-8-sig" if text.startswith("\ufeff") else "utf-8")
    except UnicodeEncodeError:
        return "it holds half of a character"
    if len(data) > MAX_BYTES:
        return f"it is larger than {MAX_BYTES:,} bytes"
    result.files[path] = data
    result.lines += entry(f"{item.name}{SUFFIX}", path)
    return ""


def _refusal(kind: Kind, name: str, value: Any) -> str:
    """Why a manifest may not say this; empty when it may."""
    data = {name: value} | ({kind.key: "-"} if kind.key else {})
    _, problems = typed(Item(kind, data, _NOWHERE))
    return next((one.summary for one in problems if one.severity is Severity.ERROR), "")


def _veiled(seen: Observed, path: Path, value: Any, style: Style) -> Any:
    """A value with a variable in place of everything that may not be written down."""
    if isinstance(value, Mapping):
        return {key: _veiled(seen, (*path, key), inner, style) for key, inner in value.items()}
    variable = style.variables.get((seen.address, path))
    return f"${{{variable}}}" if variable else value
