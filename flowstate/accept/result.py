"""What an acceptance comes to: new texts of files, what could not be written, what was left."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flowstate.errors import Place, Problem, Severity
from flowstate.model import Address


class Refusal(Exception):  # noqa: N818
    """One value cannot be written; the rest can."""

    def __init__(self, code: str, why: str, hint: str, place: Place | None = None) -> None:
        super().__init__(why)
        self.code = code
        self.why = why
        self.hint = hint
        self.place = place

    def problem(self, address: Address, name: str = "") -> Problem:
        """The refusal as a finding about this address."""
        what = f"{address}: {name} is not accepted" if name else f"{address} is not accepted"
        return Problem(self.code, what, self.why, self.hint, self.place, str(address))


@dataclass(frozen=True)
class Revision:
    """One file before and after; ``before`` is None for a new one, ``name`` is its path inside the project."""

    name: str
    path: Path
    before: bytes | None
    after: bytes

    def diff(self) -> Iterator[str]:
        """The edit as lines of a unified diff, without line ends."""
        old, new = ((data or b"").decode("utf-8", "replace").splitlines() for data in (self.before, self.after))
        names = (f"a/{self.name}" if self.before is not None else "/dev/null", f"b/{self.name}")
        yield from difflib.unified_diff(old, new, *names, lineterm="")


@dataclass(frozen=True)
class Acceptance:
    """``accepted`` names the fields by the address they had; ``moved`` says under which address a resource is now.

    ``refused`` was asked for and could not be had; ``notes`` say what was left alone on purpose.
    """

    revisions: tuple[Revision, ...] = ()
    accepted: Mapping[Address, tuple[str, ...]] = field(default_factory=dict)
    moved: Mapping[Address, Address] = field(default_factory=dict)
    added: tuple[Address, ...] = ()
    refused: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


def note(code: str, address: Address, summary: str, hint: str, place: Place | None = None, detail: str = "") -> Problem:
    """Something left alone."""
    return Problem(code, f"{address}: {summary}", detail, hint, place, str(address), Severity.NOTE)
