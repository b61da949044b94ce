"""What flowstate.yaml says of removal, protection and drift."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flowstate.document import Places
from flowstate.errors import Problem
from flowstate.model import Address, OnDrift, OnRemove
from flowstate.settings.keys import EnvironmentKeys, FileKeys, KindKeys
from flowstate.text import fold


@dataclass(frozen=True)
class KindOwnership:
    """What holds for the resources of one kind; None where nothing is said."""

    on_remove: OnRemove | None = None
    exclusive: bool = False
    on_drift: OnDrift | None = None


@dataclass(frozen=True)
class Ownership:
    """What holds in one environment; ``protected`` are globs of addresses."""

    protected: tuple[str, ...] = ()
    kinds: Mapping[str, KindOwnership] = field(default_factory=dict)
    on_drift: OnDrift | None = None

    def of(self, kind: str) -> KindOwnership:
        """What holds for a kind."""
        return self.kinds.get(kind, KindOwnership())

    @property
    def exclusive(self) -> tuple[str, ...]:
        """The exclusive kinds."""
        return tuple(name for name, one in sorted(self.kinds.items()) if one.exclusive)

    def protecting(self, address: Address) -> str:
        """The glob that protects an address; empty when none does."""
        name = fold(str(address))
        globs = ((glob, fold(glob)) for glob in self.protected)
        return next((glob for glob, folded in globs if folded == name or fnmatch.fnmatchcase(name, folded)), "")


def ownership_of(common: FileKeys, keys: EnvironmentKeys) -> Ownership:
    """The record of what is written."""
    sections = {name: KindKeys.model_validate(section) for name, section in common.kinds.items()}
    kinds = {name: KindOwnership(one.on_remove, one.exclusive, one.on_drift) for name, one in sections.items()}
    return Ownership(tuple(common.protected), kinds, keys.on_drift)


def protected_problems(common: FileKeys, places: Places) -> Iterator[Problem]:
    """Globs that could not fit any address."""
    for number, glob in enumerate(common.protected):
        if not glob.strip() or glob != glob.strip() or glob.startswith("/"):
            hint = "Write addresses, in which * stands for anything: user/owner@example.com, 'group/Crew *'."
            summary = f"{glob!r} fits no address"
            yield Problem("protected-glob", summary, "", hint, places.value("protected", number))
