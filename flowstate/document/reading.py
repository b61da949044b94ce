"""Opening files that a project names: regular files only, never waiting, never more than a limit."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

Read = Callable[[Path, int], bytes]
"""What gives the bytes of a file of at most so many, as read() does."""


class Unreadable(Exception):  # noqa: N818
    """The file cannot be used; the text says why, without its contents."""


def read(path: Path, limit: int) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes.

    Raises:
        Unreadable: missing, forbidden, a folder, a device or a pipe, or too large.
    """
    try:
        with open(path, "rb", opener=_open) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise Unreadable("it is not a regular file")
            data = stream.read(limit + 1)
    except OSError as error:
        raise Unreadable(_reason(error)) from error
    except ValueError as error:  # a NUL character in the name
        raise Unreadable("there is no such file") from error
    if len(data) > limit:
        raise Unreadable(f"it is larger than {limit:,} bytes")
    return data


def _open(path: str, flags: int) -> int:
    """Open without waiting: a named pipe would otherwise block until somebody writes to it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _reason(error: OSError) -> str:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return "there is no such file"
        case PermissionError():
            return "permission denied"
        case IsADirectoryError():
            return "it is a folder"
    return (error.strerror or "it cannot be opened").lower()
