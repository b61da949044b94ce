"""Live resources that no manifest names, as manifests would write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowstate.accept.result import Refusal
from flowstate.accept.values import GONE, fitting
from flowstate.diff import is_hidden, leaves
from flowstate.live import EVERYONE, Observed
from flowstate.live.names import UnknownId
from flowstate.manifest.variables import escaped
from flowstate.model import Always, CreateOnly, Field, Kind, Shape


@dataclass(frozen=True)
class Found:
    """A resource in the words of a manifest, and what of it could not be written, with the reason, by field."""

    data: Mapping[str, Any]
    withheld: Mapping[str, str]


def manifest_data(seen: Observed) -> Found:
    """Every readable field that a manifest can hold; what would say nothing (null, a default) is left out."""
    kind, data = seen.kind, {}
    withheld = dict(seen.unreadable)
    for name in kind.fields if not kind.open_keys else seen.fields:
        value = seen.fields.get(name)
        if value is None or _says_nothing(kind, name, seen):
            continue
        try:
            shown = _written(kind, name, value, seen)
        except Refusal as refusal:
            withheld[name] = refusal.why
            continue
        if shown is not GONE:
            data[name] = shown
    return Found(data, withheld)


def _says_nothing(kind: Kind, name: str, seen: Observed) -> bool:
    shape, value = kind.fields.get(name), seen.fields.get(name)
    always = shape.marker(Always) if shape else None
    if (always and always.value == value) or (name == kind.retire and value is False):
        return True
    return shape is not None and shape.has(CreateOnly) and value == seen.live.key


def _written(kind: Kind, name: str, value: Any, seen: Observed) -> Any:
    shape = kind.fields.get(name)
    if any(is_hidden(kind, seen.fields, path) for path in leaves(shape, name, value)):
        raise Refusal("sensitive", "It is sensitive, and never written by flowstate.", "")
    if isinstance(value, UnknownId):
        raise Refusal("unknown-ids", "It refers to something that flowstate cannot find.", "")
    if seen.unknown.get(name) and shape is not None and shape.shape is Shape.MIXED and not any(value.values()):
        raise Refusal("unknown-ids", "It names only what flowstate cannot find.", "")
    return fitting(kind, name, escaped(_plain(shape, value)))


def _plain(shape: Field | None, value: Any) -> Any:
    if shape is not None and shape.shape is Shape.MIXED and isinstance(value, Mapping) and EVERYONE not in value:
        return {part: list(keys) for part, keys in value.items() if keys}
    return value
