"""Values as leaves: every field, map entry and list element by its path, so that all of them compare alike.

A leaf is a path and a value; None and absence are one. An element of a set is a leaf whose path ends in the element and
whose value is the element, so a set that gains ``ada`` is ``("members", "ada"): None → "ada"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowstate.live import EVERYONE
from flowstate.model import Field, Fields, Kind, Mixed, Path, Shape, Text

Leaves = dict[Path, Any]
Pairs = dict[Path, tuple[Any, Any]]  # path → (desired, live)


def leaves(shape: Field | None, name: str, value: Any) -> Leaves:
    """A complete value as leaves."""
    if value is None:
        return {}
    if shape is not None and shape.shape is Shape.SET:
        return {(name, element): element for element in value}
    if shape is not None and shape.shape is Shape.MIXED:
        return _mixed(name, value)
    if isinstance(value, Mapping):
        return {
            (name, *path): leaf
            for key, child in value.items()
            for path, leaf in leaves((shape.children if shape else {}).get(key), key, child).items()
        }
    return {(name,): _text(value) if shape is not None and shape.has(Text) else value}


def _text(value: Any) -> Any:
    """Text as it is compared: line ends folded, one final newline ignored."""
    return value.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n") if isinstance(value, str) else value


def _mixed(name: str, value: Mapping[str, Any]) -> Leaves:
    if value.get(EVERYONE):
        return {(name, EVERYONE): True}
    return {(name, part, key): key for part, keys in value.items() for key in keys}


def all_leaves(kind: Kind, fields: Fields) -> Leaves:
    """Every leaf of some fields."""
    return {
        path: leaf
        for name, value in fields.items()
        for path, leaf in leaves(kind.fields.get(name), name, value).items()
    }


def pairs(shape: Field | None, name: str, desired: Any, live: Any) -> Pairs:
    """What a desired value manages, each leaf with its desired and its live value."""
    if shape is not None and shape.shape is Shape.SET:
        return _listed((name,), desired, live or [])
    if shape is not None and shape.shape is Shape.MIXED:
        mixed = shape.marker(Mixed)
        return _mixed_pairs(name, desired, live or {}, mixed.parts if mixed else ())
    if isinstance(desired, Mapping):
        inside = live if isinstance(live, Mapping) else {}
        return {
            (name, *path): pair
            for key, child in desired.items()
            for path, pair in pairs((shape.children if shape else {}).get(key), key, child, inside.get(key)).items()
        }
    if desired is None and isinstance(live, Mapping):  # null for a whole map: every key goes
        return {path: (None, leaf) for path, leaf in leaves(shape, name, live).items()}
    text = shape is not None and shape.has(Text)
    return {(name,): (_text(desired), _text(live)) if text else (desired, live)}


def _listed(prefix: Path, desired: Any, live: list[str]) -> Pairs:
    if isinstance(desired, Mapping):
        wanted, unwanted = desired.get("include", []), desired.get("exclude", [])
    else:
        wanted, unwanted = desired or [], [element for element in live if element not in (desired or [])]
    present = set(live)
    include = {(*prefix, element): (element, element if element in present else None) for element in wanted}
    exclude = {(*prefix, element): (None, element if element in present else None) for element in unwanted}
    return include | exclude


def _mixed_pairs(name: str, desired: Mapping[str, Any], live: Mapping[str, Any], parts: Any) -> Pairs:
    """An audience is complete when all its lists are; one include list leaves an absent other list alone."""
    shared = [part for part in parts if isinstance(desired.get(part), Mapping)]
    open_ = bool(shared)
    if open_ and live.get(EVERYONE) and len(shared) == len(desired):
        # everyone is more than those named: sharing lists never closes it
        return {path: pair for part in shared for path, pair in _shared(name, part, desired[part]).items()}
    everyone = True if desired.get(EVERYONE) else None
    found: Pairs = {}
    for part in parts:
        if part in desired or not open_:
            found |= _listed((name, part), desired.get(part, []), live.get(part, []))
    wanted = any(pair[0] is not None for pair in found.values())
    if everyone or wanted or not open_:
        found[name, EVERYONE] = (everyone, live.get(EVERYONE) or None)
    return found


def _shared(name: str, part: str, desired: Mapping[str, Any]) -> Pairs:
    include = {(name, part, key): (key, key) for key in desired.get("include", [])}
    return include | {(name, part, key): (None, key) for key in desired.get("exclude", [])}


def overlay(shape: Field | None, live: Any, wanted: Mapping[Path, Any]) -> Any:
    """A complete live value with some leaves set (or, being None, removed); paths are those inside the field."""
    if () in wanted:
        return wanted[()]
    if shape is not None and shape.shape is Shape.SET:
        return _edited(live or [], {path[0]: leaf for path, leaf in wanted.items()})
    if shape is not None and shape.shape is Shape.MIXED:
        return _overlaid_mixed(live or {}, wanted)
    result = dict(live) if isinstance(live, Mapping) else {}
    by_key: dict[str, dict[Path, Any]] = {}
    for path, leaf in wanted.items():
        by_key.setdefault(path[0], {})[path[1:]] = leaf
    for key, inner in by_key.items():
        result[key] = overlay((shape.children if shape else {}).get(key), result.get(key), inner)
    return result


def _edited(live: list[str], wanted: Mapping[str, Any]) -> list[str]:
    kept = [element for element in live if wanted.get(element, element) is not None]
    added = [element for element, leaf in wanted.items() if leaf is not None and element not in kept]
    return sorted([*kept, *added])


def _overlaid_mixed(live: Mapping[str, Any], wanted: Mapping[Path, Any]) -> Any:
    if wanted.get((EVERYONE,)):
        return {EVERYONE: True}
    parts: dict[str, dict[str, Any]] = {}
    for path, leaf in wanted.items():
        if path != (EVERYONE,):
            parts.setdefault(path[0], {})[path[1]] = leaf
    names = [name for name in {**live, **parts} if name != EVERYONE]
    return {name: _edited(live.get(name, []), parts.get(name, {})) for name in names}
