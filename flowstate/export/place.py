"""The folder that an export goes to: not there before, and there whole or not at all."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from flowstate.errors import Problem, ProjectError


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written, or that holds something; nothing is made there.

    Raises:
        ProjectError: with what to do.
    """
    target, parent = folder.resolve(), folder.resolve().parent
    if target.exists() and not target.is_dir():
        raise _refused(folder, "Something stands there that is not a folder.")
    if target.exists() and (target == Path.cwd() or target == parent):
        raise _refused(folder, "It is the folder this runs in.")
    if not parent.is_dir():
        raise _refused(folder, f"There is no folder {parent}.", f"Make it first: mkdir -p {shlex.quote(str(parent))}")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise _refused(folder, f"Nothing may be written in the folder {parent}.")
    if target.exists() and not os.access(target, os.R_OK | os.W_OK | os.X_OK):
        raise _refused(folder, "It may not be read and written.")
    if target.exists() and any(target.iterdir()):
        raise _refused(folder, "It holds something, and an export replaces nothing.")


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files into a temporary folder beside ``folder``, and put it in place in one step.

    Raises:
        ProjectError: it cannot be written; nothing is left behind.
    """
    check_folder(folder)
    target = folder.resolve()
    try:
        made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    except OSError as error:
        raise _refused(folder, error.strerror or str(error)) from None
    try:
        for name, data in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        made.chmod(0o777 & ~_mask())
        made.replace(target)
    except OSError as error:
        raise _refused(folder, error.strerror or str(error)) from None
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _refused(folder: Path, why: str, hint: str = "Name a folder that does not exist yet.") -> ProjectError:
    return ProjectError(Problem("export-folder", f"Nothing can be exported to {folder}", why, hint))
