"""Files that are replaced whole, and flowstate's own folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, text: str | bytes, *, mode: int = 0o644) -> None:
    """Write ``text`` to a temporary file beside ``path``, sync it, and put it in place in one step."""
    made = write_beside(path, text.encode() if isinstance(text, str) else text, mode)
    try:
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_beside(path: Path, data: bytes, mode: int) -> Path:
    """A synced temporary file beside ``path``, for its place; nobody else can read it before it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def sync_folder(folder: Path) -> None:
    """Make names of files that were just made or replaced in the folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def protect_folder(folder: Path) -> None:
    """Create flowstate's own folder with a .gitignore that keeps all of it out of Git; leave other folders alone."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if folder.name == ".flowstate" and not ignore.exists():
        replace_file(ignore, "*\n")  # whole or not at all: one that is there and empty would keep nothing out
