"""One live object as an entry of a manifest: what can be written, and remarks on what cannot."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flowstate.desired.keys import key_fault, verbatim
from flowstate.document.spelling import alone, comment, means
from flowstate.errors import Problem, Severity
from flowstate.export.values import Value, value_of
from flowstate.live import Observed
from flowstate.manifest.texts import MAX_BYTES, SUFFIX
from flowstate.manifest.variables import escaped
from flowstate.model import Address, Field, Kind, Path, Sensitive, Text, WriteOnly

NOT_EXPORTED: Final = "not-exported"
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
        result.lines += alone(kind.key, escaped(seen.live.key))
        _keyed(result, kind, seen.live.key)
    for name in _ordered(kind, seen):
        _field(result, seen, name, style)
    for name, why in sorted(seen.unreadable.items()):
        said = result.said(f"{name} could not be read", why, "Export again once it can be.")
        result.remark(f"{name} could not be read: {why}", said)
    return result


def _keyed(result: Entry, kind: Kind, key: str) -> None:
    """A key that manifests cannot hold makes the whole entry a comment."""
    fault = key_fault(key)
    if not fault and not means("\n".join(alone(kind.key, key)), {kind.key: key}):
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
    if name not in seen.fields:
        result.remark(f"{name}: the service never shows it; write it here before anything of it is changed")
        return
    value = value_of(seen, name, open_lists=style.open_lists)
    if value is not None:
        _value(result, seen, name, value, style)
    if ids := seen.unknown.get(name, ()):
        told = f"{name} also holds {', '.join(sorted(ids))}: nothing in use with a name of its own has such an id"
        said = result.said(f"{name} names {len(ids)} that cannot be told", "", _LOOK, Severity.NOTE)
        result.remark(f"{told}; it is kept", said)


def _value(result: Entry, seen: Observed, name: str, value: Value, style: Style) -> None:
    item, label = seen.kind.fields.get(name), value.label
    for part, (shown, why) in value.left_out.items():
        _left_out(result, item, part, shown, why)
    if label in value.left_out:
        return
    if item is not None and item.has(Text) and value.data:
        why = _filed(result, item, value.data, style)
    else:
        data = _veiled(seen, (name,), escaped(value.data), style)
        lines = alone(label, data)
        why = "" if means("\n".join(lines), {label: data}) else "YAML cannot hold it"
        result.lines += lines if not why else []
    if why:
        _left_out(result, item, label, value.data, why)


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
    result.lines += alone(f"{item.name}{SUFFIX}", path)
    return ""


def _veiled(seen: Observed, path: Path, value: Any, style: Style) -> Any:
    """A value with a variable in place of everything that may not be written down."""
    if isinstance(value, Mapping):
        return {key: _veiled(seen, (*path, key), inner, style) for key, inner in value.items()}
    variable = style.variables.get((seen.address, path))
    return f"${{{variable}}}" if variable else value
