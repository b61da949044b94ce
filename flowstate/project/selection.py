"""Which addresses a command may touch."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from flowstate.errors import Problem, UsageError, did_you_mean
from flowstate.model import Address
from flowstate.text import fold

_WILD: Final = frozenset("*?[")


@dataclass(frozen=True)
class Selection:
    """Which addresses a command may touch: those that a glob of ``only`` fits, but none that ``exclude`` fits."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def may_touch(self, kind: str) -> bool:
        """Whether any address of this kind could be meant; a glob without a slash may mean every kind."""
        name = fold(kind)
        heads = [fold(glob).partition("/")[0] for glob in self.only]
        wanted = not heads or any(set(head) & _WILD or head == name for head in heads)
        return wanted and not any(fold(glob) in {f"{name}/*", name} for glob in self.exclude)

    def __call__(self, address: Address) -> bool:
        name = fold(str(address))
        wanted = not self.only or any(fnmatch.fnmatchcase(name, fold(glob)) for glob in self.only)
        return wanted and not any(fnmatch.fnmatchcase(name, fold(glob)) for glob in self.exclude)

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.only or self.exclude)


def check_globs(selected: Selection, known: Iterable[Address]) -> None:
    """A glob that fits nothing is a mistake, not an empty plan.

    Raises:
        UsageError: naming it and what comes near.
    """
    known = tuple(known)
    for glob in (*selected.only, *selected.exclude):
        if not any(Selection((glob,))(address) for address in known):
            hint = did_you_mean(glob, map(str, known)) or "Addresses look like user/ada@example.com or 'group/*'."
            raise UsageError(Problem("no-such-address", f"nothing has an address like {glob!r}", hint=hint))
