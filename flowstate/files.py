"""Files that are replaced whole, and flowstate's own folder."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path


def replace_file(path: Path, text: str | bytes, *, mode: int = 0o644, through: bool = True) -> None:
    """Write ``text`` to a temporary file beside ``path``, sync it, and put it in place in one step.

    A link stays, and what it leads to is replaced, unless ``through`` is False.
    """
    path = led_to(path) if through else path
    made = write_beside(path, text.encode() if isinstance(text, str) else text, mode)
    try:
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def led_to(path: Path) -> Path:
    """Where a link leads; in a folder of many only one of our own, or of the folder's owner, as the kernel does.

    Raises:
        FileNotFoundError: it leads into a folder that is not there.
    """
    if not path.is_symlink():
        return path
    if path.lstat().st_uid not in {os.geteuid(), path.parent.stat().st_uid}:
        return path
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "the link leads into a folder that is not there", str(path))
    return target


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
