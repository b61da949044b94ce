"""What a manifest may hold, as JSON Schema made from the specs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from flowstate.desired.gather import REMOVED
from flowstate.desired.lifecycle import METADATA, LifecycleKeys, unable
from flowstate.desired.removals import RemovedKeys
from flowstate.live import EVERYONE
from flowstate.manifest.rows import DEFAULTS, FROM, FromKeys, misfit
from flowstate.manifest.texts import SUFFIX, file_keys
from flowstate.model import ON_REMOVE, EmptyMeansEveryone, Field, Kind, Mixed, Seen, Text
from flowstate.schema.models import DIALECT, Schema, of_model, title
from flowstate.schema.notes import notes

# No control characters, and something that can be seen.
_PLAIN: Final = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*"
_KEY: Final = rf"^(?=.*\S){_PLAIN}$"


def manifest(kinds: Mapping[str, Kind], provider: str) -> Schema:
    """One manifest of a provider: any of its sections, and what is removed."""
    sections = {kind.section: _section(kind) for _, kind in sorted(kinds.items())}
    entries = {"type": ["array", "null"], "items": of_model(RemovedKeys)}
    removed = {"title": "Removed", "description": "Resources that shall be no more.", **entries}
    return {
        "$schema": DIALECT,
        "title": f"Manifest of {provider}",
        "description": "Desired resources by kind. What is not written is never touched.",
        "type": ["object", "null"],
        "properties": {**sections, REMOVED: removed},
        "additionalProperties": False,
    }


def of_kind(kind: Kind) -> Schema:
    """One resource, as the entries of its section are written."""
    described = {"title": title(kind.name), "description": kind.spec.__doc__ or ""}
    if kind.bare:
        return {**described, **_body(kind)["properties"][kind.bare], "title": title(kind.name)}
    return {**_body(kind), **described}


def defaults_of(kind: Kind) -> Schema:
    """What flowstate.yaml may give every resource of a kind."""
    body = _body(kind)
    own = {kind.key, "previously", *METADATA}
    fields = {name: inner for name, inner in body["properties"].items() if name not in own}
    kept = {key: value for key, value in body.items() if key != "required"}
    return {**kept, "properties": fields, "description": f"Fields of every {kind.nouns[0]} that does not write them."}


def _section(kind: Kind) -> Schema:
    if kind.singleton:
        return of_kind(kind)
    described = {"title": title(kind.section), "description": f"The {kind.nouns[1]}; each is declared once."}
    entry = {"if": {"required": [FROM]}, "then": _rows(kind), "else": of_kind(kind)}
    return {**described, "type": ["array", "null"], "items": entry}


def _rows(kind: Kind) -> Schema:
    """An entry that names a file of rows."""
    schema = of_model(FromKeys)
    fields = _body(kind)["properties"]
    columns = {name: _column(kind, name, inner) for name, inner in fields.items() if _fills(kind, name)}
    given = {name: inner for name, inner in fields.items() if name != kind.key}
    parts = schema["properties"]
    parts["columns"] = {
        **{key: value for key, value in parts["columns"].items() if key != "additionalProperties"},
        "properties": columns,
        "required": [kind.key],
        "additionalProperties": False,
    }
    parts[DEFAULTS] = {**parts[DEFAULTS], "properties": given, "additionalProperties": False}
    return {**schema, "title": "Rows", "description": f"The {kind.nouns[1]} of a file of rows."}


def _fills(kind: Kind, name: str) -> bool:
    """Whether rows can give the field: text, or a list of texts."""
    known = name in kind.fields or name in file_keys(kind)
    return known and not (misfit(kind, name, "-") and misfit(kind, name, ["-"]))


def _column(kind: Kind, name: str, field: Schema) -> Schema:
    described = {key: field[key] for key in ("title", "description")}
    if misfit(kind, name, "-"):
        return {**described, "type": "array", "items": {"type": "string"}}
    return {**described, "type": "string"}


def _body(kind: Kind) -> Schema:
    """The spec with what its markers add, and the keys that every resource can have."""
    schema = of_model(kind.spec)
    properties = {
        name: _field(kind, kind.fields[name], inner) if name in kind.fields else inner
        for name, inner in schema["properties"].items()
    }
    if kind.key:
        properties[kind.key] |= {"pattern": _KEY}
    return {**schema, "properties": {**properties, **_files(kind), **_about(kind)}, **_one_of_two(kind)}


def _field(kind: Kind, field: Field, schema: Schema) -> Schema:
    schema = _suggested(field, schema)
    said = "\n".join(notes(kind, field))
    if said:
        schema = {**schema, "description": f"{schema['description']}\n\n{said}"}
    if field.children and "properties" in schema:
        inner = {name: _field(kind, field.children[name], child) for name, child in schema["properties"].items()}
        schema = {**schema, "properties": inner}
    return _reached(field, schema)


def _suggested(field: Field, schema: Schema) -> Schema:
    """Values that are known complete in editors; others stay allowed, for the service may know more."""
    seen = field.marker(Seen)
    if seen is None:
        return schema
    if schema.get("type") == "array":
        return {**schema, "items": {"anyOf": [{"enum": list(seen.values)}, schema["items"]]}}
    kind = {"type": schema["type"]}
    return {**{key: schema[key] for key in schema if key != "type"}, "anyOf": [{"enum": list(seen.values)}, kind]}


def _reached(field: Field, schema: Schema) -> Schema:
    """Everyone stands alone, and nobody is never meant."""
    mixed = field.marker(Mixed)
    if mixed is None:
        return schema
    alone: list[Schema] = [{"not": {"required": [EVERYONE], "minProperties": 2}}]
    if field.has(EmptyMeansEveryone):
        nobody: Schema = {"properties": {name: {"const": []} for name in mixed.parts}}
        alone.append({"anyOf": [{"required": [EVERYONE]}, {"not": nobody}]})
    return {**schema, "allOf": alone}


def _files(kind: Kind) -> dict[str, Schema]:
    """``bodyFile`` in place of ``body``."""
    return {
        key: {
            "title": title(key),
            "description": f"A file that holds {name}, relative to the manifest, inside the project's folder.",
            "type": "string",
            "minLength": 1,
        }
        for key, name in file_keys(kind).items()
    }


def _one_of_two(kind: Kind) -> Schema:
    texts = [name for name, field in kind.fields.items() if field.has(Text)]
    return {"allOf": [{"not": {"required": [name, f"{name}{SUFFIX}"]}} for name in texts]} if texts else {}


def _about(kind: Kind) -> dict[str, Schema]:
    """The keys of a resource that are not sent anywhere."""
    ways: dict[str, Schema] = of_model(LifecycleKeys)["properties"]
    unfit = {"onRemove", "protect"} if kind.singleton else set()
    unfit |= set() if kind.can("create") else {"initialOnly"}
    unfit |= {"ifMissing"} if kind.can("create") or kind.singleton else set()
    found = {name: inner for name, inner in ways.items() if name not in unfit}
    if "onRemove" in found:
        actions = [action for action in ON_REMOVE if not unable(kind, action)]
        kept = {key: value for key, value in found["onRemove"].items() if key != "anyOf"}
        found["onRemove"] = {**kept, "enum": [*actions, None]}
    if not kind.key or kind.immutable_key:
        return found
    said = f"The name that the {kind.nouns[0]} had before; it is renamed, not made anew."
    previously = {"title": "Previously", "description": said, "type": "string", "pattern": _KEY}
    return {"previously": previously, **found}


def text(schema: Any) -> str:
    """A schema as the file that holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
