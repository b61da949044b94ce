"""Where one-time passwords go: a sink that has kept one before anything else happens with it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flowstate.errors import Problem, SinkError
from flowstate.text import Secret


class Sink(Protocol):
    """Takes one-time passwords and keeps them."""

    def open(self) -> None:
        """Prove, before the first call, that a password can be kept."""
        ...

    def deliver(self, record: Mapping[str, str], password: Secret) -> None:
        """Keep one password durably."""
        ...


@dataclass(frozen=True)
class FileSink:
    """A file of JSON lines that only its owner can read; lines are appended and synced one by one."""

    path: Path

    def open(self) -> None:
        """Create the file if need be.

        Raises:
            SinkError: it cannot be opened, or others can read it.
        """
        os.close(self._handle())

    def deliver(self, record: Mapping[str, str], password: Secret) -> None:
        """Append one line and sync it.

        Raises:
            SinkError: the line could not be kept.
        """
        line = json.dumps({**record, "password": password.reveal()}, ensure_ascii=False) + "\n"
        handle = self._handle()
        try:
            _write_all(handle, line.encode())
            os.fsync(handle)
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be written") from None
        finally:
            os.close(handle)

    def _handle(self) -> int:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise self._unusable(error.strerror or "it cannot be opened") from None
        if os.fstat(handle).st_mode & 0o077:
            os.close(handle)
            raise self._unusable("others may read it; run: chmod 600")
        return handle

    def _unusable(self, why: str) -> SinkError:
        hint = "Choose another file under 'passwords:' of the environment, or mend this one."
        return SinkError(
            Problem("password-sink", f"One-time passwords cannot be kept in {self.path}", detail=why, hint=hint)
        )


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
