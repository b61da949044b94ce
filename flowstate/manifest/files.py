"""Which files hold manifests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final

from flowstate.errors import Place, Problem
from flowstate.settings import Settings

_ENDINGS: Final = (".yaml", ".yml")


@dataclass(frozen=True)
class Found:
    """A file with manifests; ``name`` is how messages call it, relative to the project.

    ``layer`` is the number of the entry of 'manifests:' that leads to it.
    """

    path: Path
    name: str
    layer: int = 0


@dataclass
class _Search:
    """One walk; a folder or file that two names lead to counts once, under its first name."""

    root: Path
    files: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seen: set[Path] = field(default_factory=set)
    layer: int = 0


def find(settings: Settings) -> tuple[list[Found], list[Problem]]:
    """Files of the environment's manifests in a fixed order, and what is wrong with its list."""
    search = _Search(settings.root)
    for number, entry in enumerate(settings.manifests):
        search.layer = number
        _start(search, entry, _place(settings, number))
    return search.files, search.problems


def _place(settings: Settings, number: int) -> Place:
    section = settings.document.data["environments"][settings.environment]
    if section.get("manifests") is not None:
        return settings.document.places.value("environments", settings.environment, "manifests", number)
    if "manifests" in settings.document.data:
        return settings.document.places.value("manifests", number)
    return settings.place()


def _start(search: _Search, entry: str, place: Place) -> None:
    path = search.root / entry
    try:
        real = path.resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        hint = "Create it, or correct 'manifests:' in flowstate.yaml."
        search.problems.append(Problem("manifests-missing", f"{entry} does not exist", "", hint, place))
        return
    if not real.is_relative_to(search.root):
        search.problems.append(_outside(entry, place))
        return
    _visit(search, path, PurePosixPath(Path(entry).as_posix()), real)


def _visit(search: _Search, path: Path, name: PurePosixPath, real: Path) -> None:
    if real in search.seen:
        return
    search.seen.add(real)
    if not real.is_dir():
        search.files.append(Found(path, str(name), search.layer))
        return
    for child in _children(search, path, name):
        _enter(search, path / child, name / child)


def _enter(search: _Search, path: Path, name: PurePosixPath) -> None:
    if not (path.is_dir() or name.suffix in _ENDINGS):
        return
    try:
        real = path.resolve(strict=True)
    except (OSError, RuntimeError):
        hint = "Remove the link, or let it lead to a file."
        summary = f"{name} leads to nothing"
        search.problems.append(Problem("manifest-unreadable", summary, "", hint, Place(str(name), 1, 1)))
        return
    if not real.is_relative_to(search.root):
        search.problems.append(_outside(str(name), Place(str(name), 1, 1)))
        return
    _visit(search, path, name, real)


def _children(search: _Search, folder: Path, name: PurePosixPath) -> Iterator[str]:
    """Names in a folder, sorted, without hidden ones."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names are all that is needed
    except OSError as error:
        summary = f"the folder {name} cannot be read: {(error.strerror or 'unknown').lower()}"
        hint = "Give yourself the right to list it."
        search.problems.append(Problem("manifest-unreadable", summary, "", hint, Place(str(name), 1, 1)))
        return
    yield from (child for child in names if not child.startswith("."))


def _outside(name: str, place: Place) -> Problem:
    detail = "Manifests are read from the project's folder only, so that a review sees all of them."
    hint = "Copy the files into the project."
    return Problem("outside-project", f"{name} leads out of the project", detail, hint, place)
