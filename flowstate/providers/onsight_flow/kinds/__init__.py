"""The kinds of Onsight Flow: one module each, found by looking; adding a kind is adding a file."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from flowstate.model import Kind


def _found() -> Iterator[Kind]:
    for item in pkgutil.iter_modules(__path__):
        module = import_module(f"{__name__}.{item.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Kind) and value.__module__ == module.__name__:
                yield value()


KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in _found()}
