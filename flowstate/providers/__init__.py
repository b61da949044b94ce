"""The services flowstate knows, one folder each, found by looking.

A folder declares the names it serves as ``NAMES`` and makes the provider of a name with ``provider(name)``.
"""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from flowstate.errors import Problem, SettingsError, did_you_mean
from flowstate.model import Provider


def names() -> tuple[str, ...]:
    """Every name that :func:`load` takes, sorted."""
    return tuple(sorted(_folders()))


def load(name: str) -> Provider:
    """The provider of this name, such as ``onsight-flow``.

    Raises:
        SettingsError: no folder serves the name.
    """
    folder = _folders().get(name)
    if folder is None:
        hint = did_you_mean(name, names()) or f"Known providers: {', '.join(names())}."
        raise SettingsError(Problem("unknown-provider", f"there is no provider {name!r}", hint=hint))
    provider: Provider = folder.provider(name)
    return provider


@cache
def _folders() -> dict[str, ModuleType]:
    found = (import_module(f"{__name__}.{item.name}") for item in pkgutil.iter_modules(__path__) if item.ispkg)
    return {name: folder for folder in found for name in folder.NAMES}
