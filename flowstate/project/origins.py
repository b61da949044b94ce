"""Where a desired value was written: the manifest, a default, a variable, a file, or nowhere at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flowstate.desired import Resource
from flowstate.document import Document, Unreadable, parse, read
from flowstate.document.places import Step
from flowstate.document.yaml import MAX_BYTES
from flowstate.errors import Place
from flowstate.manifest.texts import file_keys
from flowstate.manifest.variables import used
from flowstate.model import Always
from flowstate.settings import FILE, Settings

_MOST_TOLD: Final = 5


def origin(settings: Settings, resource: Resource, name: str) -> tuple[str, Place]:
    """In words how the value of a field came about, and the place that says it."""
    kind = resource.kind
    places = resource.places.get(name)
    place = places.value() if places else resource.place
    item = kind.fields.get(name)
    if item is not None and item.has(Always) and place == resource.place:
        return "left out, and then always this", place
    path, raw = (
        _raw(settings, place) if place.file.endswith((".yaml", ".yml")) else ((), None)
    )  # rows hold no variables
    words = [f"default of {kind.name}"] if place.file == FILE else []
    if path and path[-1] in file_keys(kind):
        words.append(f"the file {raw}")
    words += [f"${{{variable}}} from {_variable(settings, variable)}" for variable in used(raw)]
    over = resource.overridden.get(name, ())
    words += [f"instead of {' and '.join(map(str, over))}"] if over else []
    return ", ".join([*words, *_joined(resource, name)]), place


def _joined(resource: Resource, name: str) -> Iterator[str]:
    """Who is in a list because of what is said elsewhere."""
    joins = resource.joins.get(name, {})
    yield from (f"{key} by {place}" for key, place in list(joins.items())[:_MOST_TOLD])
    if len(joins) > _MOST_TOLD:
        yield f"{len(joins) - _MOST_TOLD} more likewise"


def _raw(settings: Settings, place: Place) -> tuple[tuple[Step, ...], Any]:
    """The path and the value at a place of a file, before variables are filled in."""
    try:
        documents, _ = parse(read(settings.root / place.file, MAX_BYTES), place.file)
    except Unreadable:
        return (), None
    for document in documents:
        for path, value in _values(document, document.data, ()):
            if path and document.places.value(*path) == place:
                return path, value
    return (), None


def _values(document: Document, value: Any, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], Any]]:
    yield path, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield from _values(document, each, (*path, step))


def _variable(settings: Settings, name: str) -> str:
    written = settings.document.data["environments"][settings.environment].get("variables", {})
    if written.get(name) == settings.variables.get(name):
        return str(settings.document.places.key("environments", settings.environment, "variables", name))
    return f"FLOWSTATE_VAR_{name}"
