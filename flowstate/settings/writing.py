"""Where a command may write what somebody asked for: where that can be done, and over nothing of the project."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from flowstate.errors import Problem, ProjectError
from flowstate.settings.load import FILE
from flowstate.settings.record import Settings


def unwritable(path: Path, why: str, what: str, hint: str = "Choose another path.") -> ProjectError:
    """The error of a file that cannot be written; ``what`` is how messages call the file."""
    return ProjectError(Problem(f"{what.replace(' ', '')}-io", f"The {what} {path} cannot be written", why, hint))


def check_place(path: Path, what: str) -> None:
    """Refuse a place where no file can be written; nothing is made there.

    Raises:
        ProjectError: with what to do.
    """
    folder = path.parent
    if not folder.is_dir():
        hint = f"Make it first: mkdir -p {shlex.quote(str(folder))}"
        raise unwritable(path, f"There is no folder {folder}.", what, hint)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise unwritable(path, f"Nothing may be written in the folder {folder.resolve()}.", what)
    try:
        taken = path.exists() and not path.is_file()
    except OSError as error:  # such as a name that is too long
        raise unwritable(path, error.strerror or str(error), what) from None
    if taken:
        raise unwritable(path, "Something stands there that is not a regular file.", what)


def check_free(path: Path, settings: Settings, what: str) -> None:
    """check_place(), and refuse what the project consists of.

    Raises:
        ProjectError: with what to do.
    """
    check_place(path, what)
    if why := _why_taken(settings, path):
        raise unwritable(path, why, what)


def check_apart(path: Path, settings: Settings, what: str) -> None:
    """check_free(), and refuse flowstate's own folder.

    Raises:
        ProjectError: with what to do.
    """
    check_free(path, settings, what)
    if _real(path).is_relative_to(_real(settings.root / ".flowstate")):
        raise unwritable(path, "In .flowstate is what only flowstate itself may write.", what)


def _why_taken(settings: Settings, path: Path) -> str:
    """What would be lost of the project, or come among it; empty where nothing is."""
    root, file = _real(settings.root), _real(path)
    sink = settings.password_sink
    known = {
        "the settings": root / FILE,
        "the ready file of the sandbox": settings.sandbox,
        "the state": root / settings.state,
        "the one-time passwords": sink.file if sink else None,
    }
    for words, place in known.items():
        if place and _real(place) == file:
            return f"It would take the place of {words}."
    among = any(_among(file, _real(root / entry), root) for entry in settings.manifests)
    return "It would stand among the manifests." if among else ""


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))  # Path.resolve() raises where links lead in a circle


def _among(file: Path, place: Path, root: Path) -> bool:
    """Where the whole project is searched for manifests, only YAML is taken for one."""
    return file.is_relative_to(place) and (place != root or file.suffix in {".yaml", ".yml"})
