"""Where a value that differs is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowstate.desired import Resource
from flowstate.document.places import Step
from flowstate.errors import Place
from flowstate.model import Path


def place_of(resource: Resource, path: Path) -> Place:
    """The place of the very value; of one that the manifest does not hold, of what it would stand in."""
    places = resource.places.get(path[0])
    if places is None:
        return resource.place
    return places.value(*_steps(resource.fields.get(path[0]), path[1:]))


def _steps(value: Any, path: Path) -> list[Step]:
    """Keys of maps, and the numbers of elements, as far as they are written."""
    if not path:
        return []
    if isinstance(value, list):
        return [value.index(path[0])] if path[0] in value else []
    if not isinstance(value, Mapping):
        return []
    if path[0] in value:
        return [path[0], *_steps(value[path[0]], path[1:])]
    for half in ("include", "exclude"):
        if path[0] in value.get(half, ()):
            return [half, *_steps(value[half], path)]
    return []
