"""JSON Schema in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flowstate.sandbox.pages.html import Html, escaped, joined, tag
from flowstate.sandbox.pages.parts import NOTHING, Row, table

Schema = Mapping[str, Any]

_WORDS = {"null": "nothing", "string": "text", "integer": "whole number", "boolean": "true or false"}


def type_of(schema: Schema) -> Html:
    """What a value may be; a named shape is a link to it."""
    if reference := schema.get("$ref"):
        name = reference.rpartition("/")[2]
        return tag("a", name, href=f"#shape-{name}")
    if ways := schema.get("anyOf"):
        return joined(map(type_of, ways), " or ")
    if "const" in schema or "enum" in schema:
        return joined((tag("code", json.dumps(each)) for each in _values(schema)), " or ")
    return _plain(schema)


def _values(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else list(schema["enum"])


def _plain(schema: Schema) -> Html:
    match schema.get("type"):
        case "array":
            return joined(("list of ", type_of(schema.get("items", {}))))
        case "object" if isinstance(schema.get("additionalProperties"), Mapping):
            return joined(("map of ", type_of(schema["additionalProperties"])))
        case None:
            return escaped("anything")
        case word:
            return escaped(_WORDS.get(str(word), str(word)))


def fields(schema: Schema) -> Html:
    """The fields of an object."""
    needed = schema.get("required", ())
    rows = [
        Row((tag("code", name), type_of(field), "yes" if name in needed else "", field.get("description", "")))
        for name, field in schema.get("properties", {}).items()
    ]
    return table(("Field", "Type", "Always", "Meaning"), rows) if rows else NOTHING
