"""Changes of a template brought into a folder that came from it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from copier._main import Worker

from flowstate.document import Unreadable, read
from flowstate.errors import Place, Problem, TemplateError
from flowstate.state import Git
from flowstate.templates.faults import understood
from flowstate.templates.record import Asked, Made
from flowstate.templates.source import source
from flowstate.templates.worker import ANSWERS, check_answers, check_trust, fetch, programs, spelled, worker_for

_MARKER = b"<<<<<<< "
_LARGEST = 64 * 1024 * 1024


def update(folder: Path, asked: Asked) -> Made:
    """Merge what the template changed since ``folder`` came from it, or was last updated, into what it is today.

    What both sides changed differently gets conflict markers and is named. The folder must be all committed, so that
    ``git diff`` shows the update and nothing else; when the update fails the folder is put back as it was.

    Raises:
        TemplateError: the folder does not come from a template, is not all committed, or the template cannot be used.
    """
    git = Git(folder)
    _check_folder(folder, git)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with understood(f"the template of {folder}"), worker_for(None, folder, asked) as worker:
            before = _prepare(worker, folder, asked)
            version = worker.template.commit or ""
            if version == before and not asked.data:
                return Made(version, (), before)
            with _undone_on_failure(git):
                worker.run_update()
    return Made(version, tuple(_changed(git)), before, tuple(_conflicts(folder, git)))


def _prepare(worker: Worker, folder: Path, asked: Asked) -> str:
    """Everything that may speak against the update, before anything is written; the version until now."""
    old = worker.subproject.template
    if old is None or not old.ref:
        hint = "Only a folder made from a template in Git can be updated."
        raise TemplateError(Problem("not-from-template", f"{ANSWERS} of {folder} names no version", hint=hint))
    name = source(old.url, folder).removeprefix("git+")
    new = fetch(worker, name)
    migrations = [task for stage in ("before", "after") for task in new.migration_tasks(stage, old)]
    runs = [*programs(old), *programs(new), *(f"the migration {spelled(task)}" for task in migrations)]
    check_trust(name, list(dict.fromkeys(runs)), asked)
    check_answers(worker, asked)
    return str(old.ref)


def _check_folder(folder: Path, git: Git) -> None:
    if not (folder / ANSWERS).is_file():
        hint = f"Name a folder that 'flowstate new TEMPLATE DIR' made; {ANSWERS} in it says where it came from."
        raise TemplateError(Problem("not-from-template", f"{folder} does not come from a template", hint=hint))
    status = git.run("status", "--porcelain", "--untracked-files=all", "--", ".")
    if status.code or git.run("rev-parse", "--verify", "--quiet", "HEAD").code:
        hint = f"Put it under Git first: cd {folder} && git init && git add . && git commit"
        raise TemplateError(Problem("not-in-git", f"{folder} is not committed in a Git repository", hint=hint))
    if open_files := [line[3:] for line in status.out.decode("utf-8", "replace").splitlines()]:
        named = ", ".join(open_files[:5]) + (" and more" if len(open_files) > 5 else "")
        why = "An update merges into what is committed, so that git diff then shows it and nothing else."
        hint = "Commit or stash these files, and run the command again."
        raise TemplateError(Problem("not-clean", f"Not everything in {folder} is committed: {named}", why, hint))


@contextmanager
def _undone_on_failure(git: Git) -> Iterator[None]:
    """All was committed before, so what HEAD does not hold was written meanwhile."""
    try:
        yield
    except BaseException:
        for call in (("reset", "-q", "--", "."), ("checkout", "-q", "HEAD", "--", "."), ("clean", "-fdq", "--", ".")):
            git.run(*call)
        raise


def _changed(git: Git) -> Iterator[str]:
    lines = git.run("status", "--porcelain", "--untracked-files=all", "--", ".").out.decode("utf-8", "replace")
    yield from (line[3:] for line in lines.splitlines())


def _conflicts(folder: Path, git: Git) -> Iterator[Problem]:
    """A problem for each file that was left with conflict markers, at the first of them."""
    listed = git.run("diff", "--name-only", "--relative", "--diff-filter=U", "-z", "--", ".").out.decode(
        "utf-8", "replace"
    )
    for name in sorted(set(filter(None, listed.split("\0")))):
        hint = "Choose between the two sides there, remove the markers, and commit."
        place = Place(name, _first_marker(folder / name), 1)
        yield Problem("update-conflict", f"{name} was changed here and in the template", "", hint, place)


def _first_marker(path: Path) -> int:
    try:
        lines = read(path, _LARGEST).splitlines()
    except Unreadable:
        return 1
    return next((number for number, line in enumerate(lines, 1) if line.startswith(_MARKER)), 1)
