"""One-time passwords in a file that only its owner can read."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flowstate.errors import SinkError
from flowstate.passwords.sink import line_of, unkept
from flowstate.text import Secret


@dataclass(frozen=True)
class FileSink:
    """A file of JSON lines that only its owner can read; lines are appended and synced one by one.

    ``vanishing``: the file ends with this build machine, and nobody said that this is meant.
    """

    path: Path
    vanishing: bool = False

    def open(self) -> None:
        """Create the file if need be.

        Raises:
            SinkError: it cannot be opened, others can read it, or it would be lost with the machine.
        """
        if self.vanishing:
            why = "CI is set: this machine, and the passwords of new people with it, is gone after the job."
            hint = (
                "Deliver them with 'passwords: {command: […]}', encrypt them with 'recipients:' and keep the file as "
                "an artifact, or say --ephemeral if a later step of this job takes them from there."
            )
            raise unkept(str(self.path), why, hint)
        os.close(self._handle())

    def deliver(self, record: Mapping[str, str], password: Secret) -> None:
        """Append one line and sync it.

        Raises:
            SinkError: the line could not be kept.
        """
        handle = self._handle()
        try:
            _write_all(handle, _line_end(handle) + line_of(record, password))
            os.fsync(handle)
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be written") from None
        finally:
            os.close(handle)

    def _handle(self) -> int:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be opened") from None
        if os.fstat(handle).st_mode & 0o077:
            os.close(handle)
            raise self._unusable("others may read it; run: chmod 600")
        return handle

    def _unusable(self, why: str) -> SinkError:
        hint = "Choose another file under 'passwords:' of the environment, or mend this one."
        return unkept(str(self.path), why, hint)


def _line_end(handle: int) -> bytes:
    """What ends a line that an earlier write left cut off, so that the next one can be read."""
    size = os.fstat(handle).st_size
    return b"\n" if size and os.pread(handle, 1, size - 1) != b"\n" else b""


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
