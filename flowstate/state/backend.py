"""Where named blobs are kept: three verbs, and a write that happens only if nobody else wrote meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flowstate.errors import ConflictError, Problem, StateError
from flowstate.text import printable, redact


@dataclass(frozen=True)
class Blob:
    """Bytes as they were read; ``version`` is opaque, and equal only while nobody wrote other bytes."""

    data: bytes
    version: str


class Backend(Protocol):
    """A place for blobs; names are relative paths with ``/``. Every verb raises StateError when it cannot do its work.

    ``str`` is the place as messages call it.
    """

    def read(self, name: str) -> Blob | None:
        """The blob of this name as it is now, or None."""
        ...

    def write(self, name: str, data: bytes, expected: str | None) -> str:
        """Write over the version ``expected``, or create where it is None; the new version.

        Raises:
            ConflictError: the blob has another version, or exists; nothing was written.
        """
        ...

    def names(self, prefix: str) -> list[str]:
        """The names that begin with ``prefix``, sorted."""
        ...


def settle(backend: Backend, name: str, data: bytes, expected: str | None) -> str:
    """write(), taking a conflict with this very write for success: its first answer was lost and it was sent again."""
    try:
        return backend.write(name, data, expected)
    except ConflictError:
        found = backend.read(name)
        if found is None or found.data != data:
            raise
        return found.version


def conflict(what: str) -> ConflictError:
    """The error of a write that came too late."""
    hint = "Run the command again; it begins with what is there now."
    return ConflictError(Problem("state-conflict", f"{what} was written by somebody else meanwhile", hint=hint))


def unusable(what: str, why: str, hint: str) -> StateError:
    """The error of a place that does not do its work; ``why`` may hold foreign text."""
    detail = printable(redact(" ".join(why.split())))[:600]  # what Git says has several lines
    return StateError(Problem("state-io", what, detail=detail, hint=hint))
