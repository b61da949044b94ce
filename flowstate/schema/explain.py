"""One part of a schema in words: what it is, what may be written, an example."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flowstate.document.spelling import Style, flow
from flowstate.errors import Problem, UsageError, did_you_mean
from flowstate.schema.models import Schema

_WORDS: Final = {
    "string": "text",
    "boolean": "true or false",
    "integer": "whole number",
    "number": "number",
    "null": "null",
    "object": "keys with values",
    "array": "list",
}


@dataclass(frozen=True)
class Explained:
    """What can be written at one place; ``parts`` are what it holds: name, type, and the first line of its meaning."""

    name: str
    type: str
    meaning: str
    notes: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    default: str = ""
    required: bool = False
    example: str = ""
    parts: tuple[tuple[str, str, str], ...] = ()


def explain(schema: Schema, root: str, steps: Sequence[str]) -> Explained:
    """What can be written at ``steps`` inside a schema that people call ``root``.

    Raises:
        UsageError: there is no such place; the nearest is named.
    """
    name, node, required = root, schema, False
    for step in steps:
        known = _inside(node)
        inner = known.get(step) or _anything(node)
        if inner is None:
            hint = did_you_mean(step, known) or (f"There are: {', '.join(known)}." if known else "It has no parts.")
            raise UsageError(Problem("nothing-to-explain", f"{name} has no {step!r}", hint=hint))
        required = step in _required(node)
        name, node = f"{name}.{step}", inner
    meaning, _, notes = str(node.get("description", "")).partition("\n\n")
    return Explained(
        name=name,
        type=type_of(node),
        meaning=meaning,
        notes=tuple(notes.splitlines()),
        values=tuple(dict.fromkeys(map(_shown, _values(node)))),
        default=_shown(node["default"]) if "default" in node else "",
        required=required,
        example=_example(node, steps[-1] if steps else ""),
        parts=tuple((key, type_of(part), _line(part)) for key, part in _inside(node).items()),
    )


def type_of(node: Schema) -> str:
    """The type of what may be written, in words."""
    words = list(dict.fromkeys(_types(node)))
    return " or ".join(words) or "anything"


def _types(node: Schema) -> Iterator[str]:
    for branch in _branches(node):
        if "type" not in branch and branch is not node:
            yield from _types(branch)
    types = node.get("type", [])
    for one in types if isinstance(types, list) else [types]:
        items = node.get("items", {})
        yield f"list of {type_of(items)}" if one == "array" and type_of(items) != "anything" else _WORDS[one]
    if "type" not in node:
        yield from (word for branch in _branches(node) for word in _types(branch))


def _branches(node: Schema) -> list[Schema]:
    return [*node.get("anyOf", ()), *node.get("oneOf", ())]


def _inside(node: Schema) -> Mapping[str, Schema]:
    """The named parts, wherever a union or a list hides them."""
    if "properties" in node:
        found: Mapping[str, Schema] = node["properties"]
        return found
    if isinstance(node.get("items"), dict):
        return _inside(node["items"])
    return next((found for branch in _branches(node) if (found := _inside(branch))), {})


def _required(node: Schema) -> Sequence[str]:
    """Which of the named parts must be there."""
    if "properties" in node:
        found: Sequence[str] = node.get("required", ())
        return found
    if isinstance(node.get("items"), dict):
        return _required(node["items"])
    return next((found for branch in _branches(node) if (found := _required(branch))), ())


def _anything(node: Schema) -> Schema | None:
    """The part of any name, such as one environment."""
    inner = _first(node, "additionalProperties", None)
    return inner if isinstance(inner, dict) and inner else None


def _first(node: Schema, key: str, default: Any) -> Any:
    return next((each[key] for each in (node, *_branches(node)) if key in each), default)


def _values(node: Schema) -> Iterator[Any]:
    if "const" in node:
        yield node["const"]
    yield from node.get("enum", ())
    for branch in (*_branches(node), *([node["items"]] if "items" in node else [])):
        yield from _values(branch)


def _line(node: Schema) -> str:
    return str(node.get("description", "")).split("\n", 1)[0]


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _example(node: Schema, name: str) -> str:
    """How it is written, as a line of YAML."""
    given = node.get("examples") or [*_values(node)][:1]
    if not given or not name:
        return ""
    value = [given[0]] if node.get("type") == "array" and not isinstance(given[0], list) else given[0]
    return f"{name}: {flow(value, Style(lines=False))}"
