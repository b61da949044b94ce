"""Accepting what was changed on the service: read, edit in memory, prove, write."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from flowstate import accept as accepting
from flowstate import desired as desiring
from flowstate import manifest
from flowstate.accept import Acceptance, Inputs, Page, Sources
from flowstate.client import Client
from flowstate.desired import Desired
from flowstate.errors import ManifestError, Problem, Severity, UsageError, did_you_mean
from flowstate.live import Observed, Snapshot, each, observe
from flowstate.manifest import Found, Manifests
from flowstate.model import Kind, Live
from flowstate.project import Project
from flowstate.project.checks import check_state_team, keep_secret
from flowstate.project.reading import snapshot_of
from flowstate.project.selection import Selection, check_globs
from flowstate.settings import Settings
from flowstate.state import State
from flowstate.text import fold

_ENDINGS = (".yaml", ".yml")


async def accept(
    project: Project, globs: Sequence[str], *, fields: Iterable[str] = (), into: str = "", exclude: Sequence[str] = ()
) -> Acceptance:
    """What the manifests must say so that nothing that ``globs`` name differs from the service; nothing is written.

    ``fields`` are the only fields that count, all if there are none; ``into`` is the file, relative to the project,
    that live resources go to which no manifest names. ``write`` of flowstate.accept puts the result in place.

    Raises:
        UsageError: a glob or a field fits nothing, or ``into`` is no place for manifests.
        ManifestError: the manifests cannot be read, or the edit would not do what it should.
    """
    project = replace(project, selected=Selection(tuple(globs), tuple(exclude)))
    only, page, sources = _fields(project, fields), _target(project.settings, into) if into else None, Sources()
    manifests, desired = await asyncio.to_thread(_load, project, sources)
    state, snapshot, found = await _read(project, desired, _kinds(project, globs), details=page is not None)
    pages = _pages(project.settings, sources, manifests)
    if page is not None:
        page = pages.get(page.name) or next((one for one in pages.values() if one.path == page.path), page)
    inputs = Inputs(
        settings=project.settings,
        kinds=project.provider.kinds,
        pages=pages,
        files=sources.files,
        desired=desired,
        snapshot=snapshot,
        state=state,
        chosen=tuple(one for one in (*desired.resources, *desired.removals) if project.selected(one)),
        fields=only,
        found=found,
        into=page,
        tables=manifests.tables,
    )
    check_globs(project.selected, (*desired.resources, *desired.removals, *(seen.address for seen in found)))
    accepting.keep_written(desired, pages)
    made = accepting.propose(inputs)
    if made.revisions:
        accepting.verified(inputs, made, await asyncio.to_thread(_reload, project, made, sources))
    return made


async def _read(
    project: Project, desired: Desired, kinds: Iterable[str], *, details: bool
) -> tuple[State, Snapshot, tuple[Observed, ...]]:
    """What was last applied, what is live, and what of it no manifest names and somebody does, if need be in detail."""
    state = project.memory().state
    async with project.client() as client:
        team, _ = await project.team(client)
        check_state_team(state, team)
        snapshot = await snapshot_of(client, project.provider.kinds, desired, state, project.selected, kinds)
        found = await _unmanaged(client, snapshot, project.selected, details=details)
    keep_secret(desired, snapshot)
    return state, snapshot, found


def _load(project: Project, sources: Sources) -> tuple[Manifests, Desired]:
    kinds = project.provider.kinds
    manifests = manifest.load(project.settings, kinds, sources)
    sources.check(project.settings.root)
    return manifests, desiring.build(manifests, kinds)


def _reload(project: Project, made: Acceptance, sources: Sources) -> Desired:
    """What the manifests mean once they are edited.

    Raises:
        ManifestError: they would not be valid.
    """
    kinds, settings = project.provider.kinds, project.settings
    edited = Sources({**sources.files, **{one.path: one.after for one in made.revisions}})
    new = [Found(one.path, one.name) for one in made.revisions if one.before is None]
    try:
        return desiring.build(manifest.load(settings, kinds, edited, new), kinds)
    except ManifestError as error:
        raise ManifestError(*(_invalid(one) for one in error.problems if one.severity is Severity.ERROR)) from error


def _invalid(problem: Problem) -> Problem:
    detail = f"In the edited file, {problem.place} would be wrong. Nothing was written." if problem.place else ""
    hint = "Leave the address out with --exclude, or edit by hand."
    summary = f"the edit would not be valid: {problem.summary}"
    return Problem("accept-failed", summary, detail, hint, None, problem.address)


def _pages(settings: Settings, sources: Sources, manifests: Manifests) -> dict[str, Page]:
    """The manifest files by name, as they were read; a file may hold several documents, or none."""
    files = dict.fromkeys(document.file for document in manifests.documents)
    pages = {}
    for name in files:
        path = (settings.root / name).resolve()
        pages[name] = Page(name, path, sources.files[path])
    return pages


def _kinds(project: Project, globs: Iterable[str]) -> list[str]:
    """The kinds that a glob may mean."""
    heads = [fold(glob.partition("/")[0]) for glob in globs]
    return [name for name in project.provider.kinds if any(fnmatchcase(fold(name), head) for head in heads)]


async def _unmanaged(client: Client, snapshot: Snapshot, chosen: Selection, *, details: bool) -> tuple[Observed, ...]:
    """Live resources that no manifest names and somebody does."""

    async def one(item: tuple[Kind, Live]) -> Observed:
        kind, live = item
        wanted = frozenset(kind.fields) if details else frozenset()
        return await observe(client, kind, kind.address(live.key), live.raw, wanted, snapshot.names)

    named = [(kind, live) for kind, live in snapshot.unmanaged if chosen(kind.address(live.key))]
    return tuple(await each(named, one))


def _fields(project: Project, fields: Iterable[str]) -> frozenset[str]:
    known = {name for kind in project.provider.kinds.values() for name in kind.fields}
    for name in fields:
        if name not in known:
            hint = did_you_mean(name, known) or "Fields are called as manifests call them."
            raise UsageError(Problem("no-such-field", f"no kind has a field {name!r}", hint=hint))
    return frozenset(fields)


def _target(settings: Settings, into: str) -> Page:
    """The file for what is new; one that exists is read with the manifests."""
    path = settings.root / into
    try:
        real = path.resolve()
        name = real.relative_to(settings.root).as_posix()
    except (OSError, ValueError, RuntimeError):
        raise _unfit(into, "it is not inside the project") from None
    if real.suffix not in _ENDINGS or any(part.startswith(".") for part in Path(name).parts):
        raise _unfit(into, "manifests end in .yaml, and hidden files are not read")
    roots = [(settings.root / entry).resolve() for entry in settings.manifests]
    if not any(real.is_relative_to(root) for root in roots):
        raise _unfit(into, f"this environment reads {', '.join(settings.manifests)} only")
    try:
        if real.exists() and not real.is_file():
            raise _unfit(into, "it is not a file")
        return Page(name, real, real.read_bytes() if real.exists() else None)
    except OSError as error:
        raise _unfit(into, (error.strerror or "it cannot be read").lower()) from error


def _unfit(into: str, why: str) -> UsageError:
    hint = "Name a file such as manifests/found.yaml."
    return UsageError(Problem("unfit-file", f"{into} cannot take what is new: {why}", "", hint))
