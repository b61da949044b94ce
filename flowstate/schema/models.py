"""A pydantic model as a tidy JSON Schema: no references, no defaults that mean nothing, a title on every property."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_MEANINGLESS: Final[tuple[Any, ...]] = (None, "", [], {})


def of_model(model: type[BaseModel]) -> Schema:
    """The schema of what may be written for a model."""
    raw = model.model_json_schema(by_alias=True)
    tidy: Schema = _tidy(raw, raw.pop("$defs", {}))
    return tidy


def title(name: str) -> str:
    """``triggerOptions`` as ``Trigger options``."""
    words = _HUMP.sub(" ", name).split()
    rest = [word if word.isupper() else word.lower() for word in words[1:]]
    return " ".join([words[0][:1].upper() + words[0][1:], *rest])


def _tidy(node: Any, parts: Mapping[str, Schema]) -> Any:
    if isinstance(node, list):
        return [_tidy(item, parts) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        node = {**parts[node["$ref"].rpartition("/")[2]], **{key: node[key] for key in node if key != "$ref"}}
    kept = {key: value for key, value in node.items() if key not in {"title", "properties", "default"}}
    tidy: Schema = {key: value if key == "examples" else _tidy(value, parts) for key, value in kept.items()}
    if node.get("default") not in _MEANINGLESS:
        tidy["default"] = node["default"]
    if "properties" in node:
        tidy["properties"] = {
            name: {"title": title(name), **_tidy(inner, parts)} for name, inner in node["properties"].items()
        }
    return tidy
