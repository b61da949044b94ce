"""Validated values in the plain form that every later stage works with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from flowstate.document import Places
from flowstate.errors import Place, Problem, Severity, did_you_mean
from flowstate.model import EmptyMeansEveryone, Field, Seen, Shape, Strings

EVERYONE: Final = "everyone"


def plain(fields: Mapping[str, Field], spec: BaseModel) -> dict[str, Any]:
    """What was written, by manifest name."""
    written = spec.model_dump(by_alias=True, exclude_unset=True)
    return {name: _plain(fields[name], value) if name in fields else value for name, value in written.items()}


def _plain(item: Field, value: Any) -> Any:
    if value is None:
        return None
    if item.shape is Shape.SET:
        return _names(value)
    if item.shape is Shape.MIXED:
        return {name: True if name == EVERYONE else _names(part) for name, part in value.items()}
    if item.has(Strings):
        return {key: _text(inner) for key, inner in value.items()} if isinstance(value, dict) else _text(value)
    return value


def _names(value: Any) -> Any:
    if isinstance(value, dict):
        return {"include": value.get("include", []), "exclude": value.get("exclude", [])}
    return list(value)


def _text(value: Any) -> Any:
    return Strings.spelled(value) if isinstance(value, int | float) else value


def opens(item: Field, value: Any) -> bool:
    """Whether a value that names nobody would open the resource to everybody."""
    if not item.has(EmptyMeansEveryone):
        return False
    return all(part == [] for part in value.values()) if isinstance(value, dict) else value == []


def unseen(item: Field, value: Any, places: Places) -> Iterator[Problem]:
    """Warnings of values that the documentation of the service does not show."""
    seen = item.marker(Seen)
    if seen is not None:
        for number, element in enumerate(value if isinstance(value, list) else [value]):
            if element is not None and not isinstance(element, dict) and element not in seen.values:
                yield _unseen(item.name, element, seen, places.value(number))
    if isinstance(value, dict):
        for name, child in item.children.items():
            if name in value:
                yield from unseen(child, value[name], places.below(name))


def _unseen(name: str, element: Any, seen: Seen, place: Place) -> Problem:
    summary = f"{name}: {str(element)[:60]!r} is not a value that the service's documentation shows"
    near = did_you_mean(str(element), map(str, seen.values))
    hint = near or f"Shown are: {', '.join(map(str, seen.values))}. Ignore this if the service knows more by now."
    return Problem("unseen-value", summary, "", hint, place, severity=Severity.WARNING)
