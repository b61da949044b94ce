"""One-time passwords in a file that only its owner can read."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flowstate.passwords.sink import line_of, unkept
from flowstate.text import Secret

_MEND: Final = "Choose another file under 'passwords:' of the environment, or mend this one."
_NO_FILES: Final = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


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
            SinkError: it is no regular file, cannot be opened, others can read it, or it is lost with the machine.
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
            raise unkept(str(self.path), error.strerror or "it cannot be written", _MEND) from None
        finally:
            os.close(handle)

    def _handle(self) -> int:
        check_regular(self.path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise unkept(str(self.path), error.strerror or "it cannot be opened", _MEND) from None
        if os.fstat(handle).st_mode & 0o077:
            os.close(handle)
            raise unkept(str(self.path), "Others may read it.", f"Run: chmod 600 {shlex.quote(str(self.path))}")
        return handle


def check_regular(path: Path) -> None:
    """Nothing but a regular file may be there; looked at from outside, for opening a pipe waits and a device may act.

    Raises:
        SinkError: there is something else.
    """
    try:
        kind = stat.S_IFMT(path.lstat().st_mode)
    except OSError:
        return  # nothing is there; or why nobody can tell is said by whoever goes on to make it
    if kind == stat.S_IFLNK:
        why = "It is a symbolic link, and links are not followed: they may lead to where others read."
        hint = "Name the file that it leads to under 'passwords:' of the environment, or remove the link."
        raise unkept(str(path), why, hint)
    if kind != stat.S_IFREG:
        why = f"It is {_NO_FILES.get(kind, 'something else')}, and only a regular file keeps what is written to it."
        hint = "Name a regular file under 'passwords:' of the environment, or a path where nothing is yet."
        raise unkept(str(path), why, hint)


def _line_end(handle: int) -> bytes:
    """What ends a line that an earlier write left cut off, so that the next one can be read."""
    size = os.fstat(handle).st_size
    return b"\n" if size and os.pread(handle, 1, size - 1) != b"\n" else b""


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
