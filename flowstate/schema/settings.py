"""What flowstate.yaml may hold, as JSON Schema made from the models that read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel

from flowstate.model import Kind
from flowstate.schema.manifests import defaults_of
from flowstate.schema.models import DIALECT, Schema, of_model
from flowstate.settings.keys import AcceptedKeys, EnvironmentKeys, FileKeys, KindKeys
from flowstate.settings.limits import AllowKeys

# Lists whose entries are checked one by one.
_ENTRIES: Final[Mapping[str, type[BaseModel]]] = {"accepted": AcceptedKeys, "allow": AllowKeys}


def settings(kinds: Mapping[str, Kind]) -> Schema:
    """flowstate.yaml; ``kinds`` are those that may have defaults."""
    schema = of_model(FileKeys)
    properties = schema["properties"]
    properties["environments"]["additionalProperties"] = of_model(EnvironmentKeys)
    for name, model in _ENTRIES.items():
        properties[name]["items"] = of_model(model)
    of_kinds = {name: _of_kind(kind) for name, kind in sorted(kinds.items())}
    properties["kinds"] |= {"properties": of_kinds, "additionalProperties": False}
    described = {"title": "flowstate.yaml", "description": "Where the team is, and what holds for all manifests."}
    return {"$schema": DIALECT, **schema, **described}


def _of_kind(kind: Kind) -> Schema:
    schema = of_model(KindKeys)
    described = {"title": kind.name, "description": f"What holds for every {kind.nouns[0]}."}
    schema["properties"]["defaults"] |= {"maxProperties": 0} if kind.singleton else defaults_of(kind)
    return {**schema, **described}
