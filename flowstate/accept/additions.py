"""Live resources that no manifest names, as manifests would write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowstate.export import value_of, withheld
from flowstate.live import Observed
from flowstate.manifest.variables import escaped


@dataclass(frozen=True)
class Found:
    """A resource in the words of a manifest, and what of it could not be written, with the reason, by field."""

    data: Mapping[str, Any]
    withheld: Mapping[str, str]


def manifest_data(seen: Observed) -> Found:
    """Every readable field that a manifest can hold; what would say nothing (null, a default) is left out."""
    kind, data, left = seen.kind, {}, dict(seen.unreadable)
    left |= {path[0]: "It is sensitive, and never written by flowstate." for _, path in withheld(seen)}
    for name in kind.fields if not kind.open_keys else seen.fields:
        value = value_of(seen, name) if seen.fields.get(name) is not None and name not in left else None
        if value is None:
            continue
        left |= {label: f"{why}." for label, (_, why) in value.left_out.items()}
        if value.label not in left:
            data[name] = escaped(value.data)
    return Found(data, left)
