"""What everything else refers to: addresses, and the plain form of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

Fields = Mapping[str, Any]
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """``kind/key``, key verbatim; a singleton is its kind alone."""

    kind: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}" if self.key else self.kind

    @classmethod
    def parse(cls, text: str) -> Self:
        """The address that ``text`` spells; only the first slash separates."""
        kind, _, key = text.partition("/")
        return cls(kind, key)
