"""Data against a pydantic model: the model, or problems an operator can act on at the place of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from flowstate.document.places import Places, Step
from flowstate.errors import Problem, did_you_mean
from flowstate.model import fields_of

M = TypeVar("M", bound=BaseModel)
Steps = tuple[Step, ...]

_EXPECTED = {
    "string_type": "a text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "keys with values",
    "model_type": "keys with values",
    "model_attributes_type": "keys with values",
    "none_required": "null",
}
_NUMBER = re.compile(r"\s*[-+]?[0-9]+(?:\.[0-9]+)?\s*")
_UNQUOTED = frozenset({"yes", "no", "on", "off", "y", "n", "true", "false"})


@dataclass(frozen=True)
class Advice:
    """What the one who checks knows beyond the model.

    ``also`` are further keys at the top, ``hints`` what to say of particular unknown keys, ``shown`` whether the text
    at a path may appear in a message.
    """

    also: tuple[str, ...] = ()
    hints: Mapping[str, str] | None = None
    shown: Callable[[Steps], bool] = lambda path: True  # noqa: ARG005


@dataclass(frozen=True)
class Fault:
    """One finding of pydantic: ``path`` leads through the data, ``trail`` also through the branches of unions."""

    type: str
    path: Steps
    trail: Steps
    value: Any
    message: str
    expected: str


def check(model: type[M], data: Any, places: Places, advice: Advice) -> tuple[M | None, list[Problem]]:
    """The model made of ``data``, or None and every problem of it."""
    instance, faults = validate(model, data)
    return instance, worded(model, faults, places, advice)


def validate(model: type[M], data: Any) -> tuple[M | None, list[Fault]]:
    """The model made of ``data``, or None and what pydantic finds."""
    try:
        return model.model_validate(data), []
    except ValidationError as error:
        return None, [_fault(item, data) for item in error.errors(include_url=False)]


def worded(model: type[BaseModel], faults: Iterable[Fault], places: Places, advice: Advice) -> list[Problem]:
    """Faults in words, one problem for each part of the data."""
    grouped: dict[Steps, list[Fault]] = {}
    for fault in faults:
        grouped.setdefault(fault.path, []).append(fault)
    return [_problem(model, group, places, advice) for group in grouped.values()]


def _fault(error: Any, data: Any) -> Fault:
    path = _path(error["loc"], data)
    message = str(error.get("ctx", {}).get("error", error["msg"]))
    expected = _EXPECTED.get(error["type"], "")
    if not expected and error["msg"].startswith("Input should be "):
        expected = error["msg"].removeprefix("Input should be ")
    return Fault(error["type"], path, error["loc"], error["input"], message, expected)


def _path(loc: Steps, data: Any) -> Steps:
    """``loc`` without the steps that name a branch of a union; a missing key stays as the last step."""
    path: list[Step] = []
    for number, step in enumerate(loc, 1):
        if _leads(data, step):
            path.append(step)
            data = data[step]
        elif number == len(loc) and isinstance(data, dict) and isinstance(step, str) and step != "[key]":
            path.append(step)
    return tuple(path)


def _leads(data: Any, step: Step) -> bool:
    if isinstance(data, dict):
        return step in data
    return isinstance(data, list) and isinstance(step, int) and step < len(data)


def _problem(model: type[BaseModel], group: list[Fault], places: Places, advice: Advice) -> Problem:
    first = group[0]
    if first.type == "extra_forbidden":
        return unknown_key(first.path, _candidates(model, first.path[:-1], advice), places, advice)
    if first.type == "missing":
        return _missing(first, places)
    name = _spelled(first.path)
    expected = " or ".join(dict.fromkeys(fault.expected for fault in group if fault.expected))
    if not expected:
        summary = f"{name}{first.message}"
        return Problem("wrong-value", summary, "", "Correct the value.", places.value(*first.path))
    found = _found(first.value, advice.shown(first.path))
    summary = f"{name}expected {expected}, found {found}"
    return Problem("wrong-type", summary, "", _hint(expected, first.value), places.value(*first.path))


def unknown_key(path: Steps, candidates: Iterable[str], places: Places, advice: Advice) -> Problem:
    """The problem of a key that nobody knows."""
    key = str(path[-1])
    known = sorted(set(candidates))
    hint = (advice.hints or {}).get(key) or did_you_mean(key, known) or f"Known here: {', '.join(known)}."
    return Problem("unknown-key", f"unknown key {key!r}", "", hint, places.key(*path))


def _missing(fault: Fault, places: Places) -> Problem:
    key, above = fault.path[-1], fault.path[:-1]
    return Problem("missing-key", f"{_spelled(above)}{key!r} is missing", "", f"Add '{key}: …'.", places.value(*above))


def _candidates(model: type[BaseModel], path: Steps, advice: Advice) -> list[str]:
    fields = fields_of(model)
    for step in path:
        if step in fields:
            fields = fields[str(step)].children
    return [*fields, *(() if path else advice.also)]


def _spelled(path: Steps) -> str:
    return f"{'.'.join(map(str, path))}: " if path else ""


def _found(value: Any, shown: bool) -> str:
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the text "{value[:40]}{"…" * (len(value) > 40)}"' if shown else "a text"
        case list():
            return "a list"
    return "keys with values"


def _hint(expected: str, value: Any) -> str:
    if isinstance(value, str) and "true or false" in expected and value.casefold() in _UNQUOTED:
        return "Write true or false, without quotes."
    if isinstance(value, str) and "number" in expected and _NUMBER.fullmatch(value):
        return "Write the number without quotes."
    if isinstance(value, bool | int | float) and "text" in expected:
        return "Put the value in quotes."
    if isinstance(value, str) and expected == "a list":
        return "Write it as a list: [one, two]."
    return f"Write {expected}."
