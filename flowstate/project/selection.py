"""Which addresses a command may touch."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

from flowstate.model import Address
from flowstate.text import fold


@dataclass(frozen=True)
class Selection:
    """Which addresses a command may touch: those that a glob of ``only`` fits, but none that ``exclude`` fits."""

    only: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __call__(self, address: Address) -> bool:
        name = fold(str(address))
        wanted = not self.only or any(fnmatch.fnmatchcase(name, fold(glob)) for glob in self.only)
        return wanted and not any(fnmatch.fnmatchcase(name, fold(glob)) for glob in self.exclude)
