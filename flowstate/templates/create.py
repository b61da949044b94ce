"""A new folder from a template: whole and valid, or not at all."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flowstate.errors import Problem, Severity, TemplateError
from flowstate.settings import FILE
from flowstate.templates.faults import understood
from flowstate.templates.record import Asked, Made
from flowstate.templates.worker import ANSWERS, check_answers, check_trust, fetch, programs, worker_for

Check = Callable[[Path], None]


def create(template: str, folder: Path, asked: Asked, check: Check) -> Made:
    """Render ``template`` (see :func:`source`) to ``folder``, which must be absent or empty.

    ``check`` gets the rendered folder before it is where it was wanted, and raises to refuse it.

    Raises:
        TemplateError: the folder is in the way; the template is none, wants to run programs, cannot be rendered, or was
            given answers that it does not take. Nothing is left behind.
    """
    _check_place(folder)
    with _beside(folder) as place:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            with understood(template):
                version = _render(template, place, asked)
        if not (place / FILE).is_file():
            hint = f"Its files must include {FILE} and the manifests."
            raise TemplateError(Problem("no-project", f"{template} makes no flowstate project", hint=hint))
        check(place)
        notes = (*_notes(said), *(() if version and (place / ANSWERS).exists() else (_no_update(template),)))
        files = tuple(sorted(str(path.relative_to(place)) for path in place.rglob("*") if not path.is_dir()))
        _move(place, folder)
    return Made(version, files, notes=notes)


def _render(template: str, place: Path, asked: Asked) -> str:
    with worker_for(template, place, asked) as worker:
        found = fetch(worker, template)
        check_trust(template, list(programs(found)), asked)
        check_answers(worker, asked)
        worker.run_copy()
        return found.commit or ""


def _notes(said: list[warnings.WarningMessage]) -> Iterator[Problem]:
    """What copier warned of, such as changes in a template that are not committed."""
    for one in said:
        if one.category.__module__.startswith("copier"):
            yield Problem("template-warning", str(one.message).rstrip("."), severity=Severity.WARNING)


def _no_update(template: str) -> Problem:
    summary = f"{template} is no Git repository with a {ANSWERS}, so 'flowstate new --update' will not find its changes"
    hint = "Use a Git repository with tags to be able to update."
    return Problem("template-unversioned", summary, hint=hint, severity=Severity.NOTE)


def _check_place(folder: Path) -> None:
    in_the_way = [path for path in folder.parents if path.exists() and not path.is_dir()]
    if in_the_way or folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        why = f"{in_the_way[0] if in_the_way else 'it'} is not a folder"
    elif folder.is_dir() and any(folder.iterdir()):
        why = "it is not empty"
    else:
        return
    hint = "Name a folder that is absent or empty; 'flowstate new --update DIR' brings changes into one that is there."
    raise TemplateError(Problem("folder-taken", f"{folder} cannot be used: {why}", "Nothing was written.", hint))


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A place on the same disk, with the same last name; gone afterwards, however it ends."""
    home = next(path for path in (folder, *folder.parents) if path.is_dir())
    try:
        around = Path(tempfile.mkdtemp(prefix=".flowstate-new-", dir=home))
    except OSError as error:
        raise _unwritable(folder, error) from None
    place = around / (folder.resolve().name or "team")
    place.mkdir(mode=0o755)
    try:
        yield place
    finally:
        shutil.rmtree(around, ignore_errors=True)


def _move(place: Path, folder: Path) -> None:
    """Put the rendered folder where it was wanted: in one step, or, where a folder is there, entry by entry."""
    moved: list[str] = []
    try:
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            place.rename(folder)
            return
        for entry in sorted(place.iterdir()):
            entry.rename(folder / entry.name)
            moved.append(entry.name)
    except OSError as error:
        for name in moved:
            (folder / name).rename(place / name)
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> TemplateError:
    why = error.strerror or str(error)
    return TemplateError(Problem("folder-taken", f"{folder} cannot be written", why, "Name another folder."))
