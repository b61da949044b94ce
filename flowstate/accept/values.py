"""What a field is to say, in the words it is written in, so that it means what is live."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flowstate.accept.result import Refusal
from flowstate.desired.keys import identity
from flowstate.document.check import validate
from flowstate.document.scalars import resolve
from flowstate.live import EVERYONE
from flowstate.manifest.variables import escaped, filled, named
from flowstate.model import Field, Kind, Mixed, Path, Ref, Shape, Strings, Text

GONE: Final = object()
Pairs = Mapping[Path, tuple[Any, Any]]
"""Path inside a field → what the manifest wants there, and what is live; None is absence."""


@dataclass(frozen=True)
class Meaning:
    """How what is written is understood."""

    kinds: Mapping[str, Kind]
    variables: Mapping[str, str]

    def of(self, written: Any, ref: Ref | None) -> Any:
        """Equal for two elements that mean the same."""
        value = filled(written, self.variables)
        return identity(self.kinds[ref.kind], value) if ref is not None and isinstance(value, str) else value


def revised_value(shape: Field | None, written: Any, pairs: Pairs, meaning: Meaning) -> Any:
    """``written`` with what is live at these paths.

    Raises:
        Refusal: a variable stands there.
    """
    strings = shape is not None and shape.has(Strings)
    if () in pairs:
        return _leaf(written, pairs[()][1], strings, shape is not None and shape.has(Text))
    if shape is not None and shape.shape is Shape.SET:
        return _set(written, {path[0]: pair for path, pair in pairs.items()}, shape.marker(Ref), meaning)
    if shape is not None and shape.shape is Shape.MIXED:
        return _mixed(written, pairs, shape.marker(Mixed), meaning)
    made = dict(written) if isinstance(written, Mapping) else {}
    inner: dict[str, dict[Path, tuple[Any, Any]]] = {}
    for path, pair in pairs.items():
        inner.setdefault(path[0], {})[path[1:]] = pair
    for key, below in inner.items():
        if strings and () in below:
            made[key] = _leaf(made.get(key), below[()][1], strings, False)
        else:
            made[key] = revised_value((shape.children if shape else {}).get(key), made.get(key), below, meaning)
    return made


def _leaf(written: Any, live: Any, strings: bool, text: bool) -> Any:
    if isinstance(written, str) and named(written):
        why = f"The value holds the variable {named(written)[0]!r}, which other places may use."
        raise Refusal("from-variable", why, "Change the variable, or write the value here without it.")
    if text and isinstance(written, str) and isinstance(live, str) and written.endswith("\n"):
        live += "\n"
    if strings and isinstance(live, str) and not isinstance(written, str) and written is not None:
        value = _typed(live)
        if not isinstance(value, str) and Strings.spelled(value) == live:
            return value
    return escaped(live)


def _typed(text: str) -> Any:
    try:
        return resolve(text)
    except ValueError:
        return text


def _set(written: Any, pairs: Mapping[Any, tuple[Any, Any]], ref: Ref | None, meaning: Meaning) -> Any:
    gone = {meaning.of(escaped(name), ref) for name, (_, live) in pairs.items() if live is None}
    come = [name for name, (_, live) in pairs.items() if live is not None]
    if isinstance(written, Mapping):
        made = copy.deepcopy(dict(written))
        back = {meaning.of(escaped(name), ref) for name in come}
        for form, leaving in (("include", gone), ("exclude", back)):
            if form in made:
                made[form] = [name for name in made[form] if meaning.of(name, ref) not in leaving]
        return made
    kept = [name for name in written or [] if meaning.of(name, ref) not in gone]
    known = {meaning.of(name, ref) for name in kept}
    return [*kept, *(escaped(name) for name in come if meaning.of(escaped(name), ref) not in known)]


def _mixed(written: Any, pairs: Pairs, mixed: Mixed | None, meaning: Meaning) -> Any:
    if pairs.get((EVERYONE,), (None, None))[1]:
        return {EVERYONE: True}
    made = {part: value for part, value in (written or {}).items() if part != EVERYONE}
    for part, ref in mixed.parts.items() if mixed else ():
        below = {path[1]: pair for path, pair in pairs.items() if path[0] == part and len(path) > 1}
        if below:
            made[part] = _set(made.get(part), below, ref, meaning)
    if not any(made.values()):
        why = "What is live there names only what flowstate cannot find."
        raise Refusal("unknown-ids", why, "Correct the list in the dashboard first.")
    return made


def fitting(kind: Kind, name: str, value: Any) -> Any:
    """The value with null only where the manifest may say null; GONE when it may not at all.

    Raises:
        Refusal: the manifest would not take the value.
    """
    data = {name: copy.deepcopy(value)}
    while True:
        _, faults = validate(kind.spec, data if not kind.key or name == kind.key else {kind.key: "-", **data})
        mine = [fault for fault in faults if fault.path[:1] == (name,)]
        if not mine:
            return data.get(name, GONE)
        if mine[0].value is not None or not _pruned(data, mine[0].path):
            why = f"The manifest would not take what is live: {mine[0].message}."
            raise Refusal("unfit-value", why, "Correct it in the dashboard, or leave the field out.")
        if name not in data:
            return GONE


def _pruned(data: Any, path: tuple[Any, ...]) -> bool:
    """Take out the null at ``path``, if there is one."""
    for step in path[:-1]:
        data = data[step]
    found = isinstance(data, dict) and data.get(path[-1], "") is None
    if found:
        del data[path[-1]]
    return found
