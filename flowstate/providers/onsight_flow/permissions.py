"""The permission maps of users and groups: sparse when read, whole when written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from flowstate.providers.onsight_flow.answers import flag, inner

OF_USERS: Final = ("admin", "dataViewer", "executor", "editor", "modifier", "approver")
OF_GROUPS: Final = ("dataViewer", "editor", "modifier", "executor", "approver")


def held(read: Mapping[str, Any]) -> list[str]:
    """The keys that are true; a key left out is false."""
    return sorted(key for key in read if flag(read, key))


def told(raw: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The keys that an object shows, true or false, as Live has them."""
    return {"permissions": frozenset(inner(raw, "permissions"))}


def whole(documented: Iterable[str], read: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, bool]:
    """The complete map to send: whatever is documented, read or wanted, true where wanted."""
    true = set(wanted)
    return {key: key in true for key in (*dict.fromkeys((*documented, *read, *sorted(true))),)}
