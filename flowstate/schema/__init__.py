"""Kinds, settings and contracts as JSON Schema, for editors and programs, and in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flowstate.errors import Problem, UsageError, did_you_mean
from flowstate.model import Kind, Provider
from flowstate.schema.contracts import contracts
from flowstate.schema.explain import Explained, explain
from flowstate.schema.manifests import manifest, of_kind, text
from flowstate.schema.models import Schema
from flowstate.schema.settings import settings
from flowstate.schema.words import explained_text, kinds_text

__all__ = [
    "Explained",
    "Schema",
    "contracts",
    "explain",
    "explained_text",
    "files",
    "find",
    "kinds_text",
    "manifest",
    "named",
    "of_kind",
    "settings",
    "text",
]

SETTINGS: Final = "flowstate.yaml"


def files(providers: Mapping[str, Provider]) -> dict[str, str]:
    """The text of every schema file by its name: one for the manifests of each provider, flowstate.yaml, contracts."""
    kinds: dict[str, Kind] = {name: kind for provider in providers.values() for name, kind in provider.kinds.items()}
    found = {name: manifest(provider.kinds, name) for name, provider in providers.items()}
    found |= {"flowstate": settings(kinds)} | contracts()
    return {f"{name}.json": text(schema) for name, schema in sorted(found.items())}


def named(provider: Provider, name: str = "") -> Schema:
    """The schema of a kind, of flowstate.yaml or of a contract; without a name that of a manifest.

    Raises:
        UsageError: there is no such thing.
    """
    if not name:
        return manifest(provider.kinds, provider.name)
    if name == SETTINGS:
        return settings(provider.kinds)
    kind = _kind(provider, name)
    if kind is not None:
        return of_kind(kind)
    if name in contracts():
        return contracts()[name]
    raise _unknown(name, [*provider.kinds, SETTINGS, *contracts()])


def find(provider: Provider, what: str) -> Explained:
    """What is meant by a kind or section, a way into it, flowstate.yaml, or a way into that.

    Raises:
        UsageError: there is no such thing; the nearest is named.
    """
    if what == SETTINGS or what.startswith(f"{SETTINGS}."):
        rest = what.removeprefix(SETTINGS).removeprefix(".")
        return explain(settings(provider.kinds), SETTINGS, rest.split(".") if rest else [])
    root, *steps = what.split(".")
    kind = _kind(provider, root)
    if kind is not None:
        own = kind.bare and steps == [kind.bare]
        return explain(of_kind(kind), root, [] if own else steps)
    whole = settings(provider.kinds)
    if root in whole["properties"]:
        return explain(whole, SETTINGS, [root, *steps])
    raise _unknown(root, [*provider.kinds, SETTINGS, *whole["properties"]])


def _kind(provider: Provider, name: str) -> Kind | None:
    by_section = {kind.section: kind for kind in provider.kinds.values()}
    return provider.kinds.get(name) or by_section.get(name)


def _unknown(name: str, known: list[str]) -> UsageError:
    hint = did_you_mean(name, known) or f"There are: {', '.join(known)}."
    return UsageError(Problem("unknown-kind", f"there is no kind {name!r}", hint=hint))
