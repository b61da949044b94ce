"""Natural keys: when two spellings name one resource, and what cannot be a key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flowstate.errors import did_you_mean
from flowstate.model import Address, Kind
from flowstate.text import fold

_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# Likeness is a slow search through all names, and many keys may be unknown.
_MOST_HINTED: Final = 20
_MOST_COMPARED: Final = 5_000


def verbatim(key: str) -> str:
    """A key as it is written, in the one Unicode form that keys have here."""
    return unicodedata.normalize("NFC", key)


def identity(kind: Kind, key: str) -> str:
    """Equal for two keys that the service takes for one."""
    return fold(key) if kind.folds else verbatim(key)


def key_fault(key: Any) -> str:
    """Why a value cannot be a key; empty when it can. Values that are no text are somebody else's finding."""
    if not isinstance(key, str):
        return ""
    if not key.strip():
        return "is empty"
    if _CONTROL.search(key):
        return "holds a control character"
    return ""


@dataclass(frozen=True, slots=True)
class Known:
    """What manifests know of a key: its identity, and the spelling it is declared in, if it is."""

    identity: str
    spelling: str | None


class Declared:
    """The keys that manifests declare, by kind; answers are kept, for large teams name one person many times."""

    def __init__(self, kinds: Mapping[str, Kind], addresses: Iterable[Address]) -> None:
        self._kinds = kinds
        self._spellings: dict[str, dict[str, str]] = {name: {} for name in kinds}
        self._known: dict[tuple[str, str], Known] = {}
        self._hints: dict[tuple[str, str], str] = {}
        for address in addresses:
            self._spellings[address.kind][identity(kinds[address.kind], address.key)] = address.key

    def find(self, kind: str, key: str) -> Known:
        """What is known of a key; a kind that nobody knows compares verbatim."""
        known = self._known.get((kind, key))
        if known is None:
            same = identity(self._kinds[kind], key) if kind in self._kinds else verbatim(key)
            known = self._known[kind, key] = Known(same, self._spellings.get(kind, {}).get(same))
        return known

    def nearest(self, kind: str, key: str) -> str:
        """A hint naming the declared key that is most alike, for the first few that are asked for."""
        names = self._spellings.get(kind, {}).values()
        if (kind, key) not in self._hints and len(self._hints) < _MOST_HINTED:
            self._hints[kind, key] = did_you_mean(key, names) if len(names) < _MOST_COMPARED else ""
        return self._hints.get((kind, key), "")
