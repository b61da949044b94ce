"""The parts that contracts are made of; ``said`` is what a key means."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from flowstate.schema.models import DIALECT, Schema, title

_ANY: Final = ("string", "number", "boolean", "object", "array", "null")


def contract(form: str, said: str, properties: dict[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """A whole contract, named by its ``format``; ``optional`` keys may be absent, as for record()."""
    name = {"format": {"title": "Format", "description": "The name of this contract.", "const": form}}
    return {"$schema": DIALECT, **record(said, {**name, **properties}, optional), "title": form}


def record(said: str, properties: dict[str, Schema], optional: Iterable[str] = ()) -> Schema:
    """An object with these keys."""
    titled = {name: {"title": title(name), **inner} for name, inner in properties.items()}
    required = sorted(properties.keys() - set(optional))
    return {"description": said, "type": "object", "properties": titled, "required": required}


def words(said: str, *, null: bool = False) -> Schema:
    """Text."""
    return {"description": said, "type": ["string", "null"] if null else "string"}


def count(said: str) -> Schema:
    """A whole number from 0."""
    return {"description": said, "type": "integer", "minimum": 0}


def flag(said: str) -> Schema:
    """True or false."""
    return {"description": said, "type": "boolean"}


def anything(said: str) -> Schema:
    """Any value."""
    return {"description": said, "type": list(_ANY)}


def one_of(said: str, of: type[StrEnum], *, null: bool = False) -> Schema:
    """One of the words of an enumeration."""
    return {"description": said, "enum": [word.value for word in of] + [None] * null}


def list_of(said: str, each: Schema) -> Schema:
    """A list."""
    return {"description": said, "type": "array", "items": each}


def mapping(said: str, values: Schema) -> Schema:
    """An object with keys of any name."""
    return {"description": said, "type": "object", "additionalProperties": values}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def names(said: str) -> Schema:
    """A list of names."""
    return list_of(said, words("One of them."))
