"""Whether the manifests at hand are at least as new as those that were applied last."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from flowstate.errors import Problem, Severity
from flowstate.settings import FILE
from flowstate.state import Git, State

UNCOMMITTED: Final = "uncommitted"
_ANYWAY: Final = "If these manifests are meant all the same, say --allow-behind."
_SHORT: Final = 12


def behind(state: State, git: Git) -> Problem | None:
    """Why something may be missing from the manifests only because they are older than the last apply."""
    if not state.commit or git.contains(state.commit):
        return None
    here = git.commit()
    summary = "these manifests may be older than what was applied last, so nothing is removed for not being in them"
    detail = f"The last apply was made from commit {state.commit[:_SHORT]}, which is not part of {_named(here)}."
    return Problem("behind", summary, detail, f"{_way_out(state, git, here)}\n{_ANYWAY}", severity=Severity.WARNING)


def _named(here: str) -> str:
    return f"what is checked out ({here[:_SHORT]})" if here else "this folder: it is no Git checkout"


def _way_out(state: State, git: Git, here: str) -> str:
    if not here:
        return "Run it in a clone of the repository."
    if git.is_shallow():
        return "This clone is shallow, so it may have it and not know: git fetch --unshallow"
    return f"Bring it in first: git fetch && git merge {shlex.quote(state.commit[:_SHORT])}"


def commit_after(state: State, git: Git, *, allow_behind: bool) -> str:
    """The commit that state names after an apply; it goes back only where that was asked for.

    Otherwise a second run of an older checkout would remove what the first one spared.
    """
    here = git.commit()
    moves = here and (allow_behind or not state.commit or git.contains(state.commit))
    return here if moves else state.commit


def uncommitted(commit: str, git: Git, manifests: Sequence[str]) -> Problem | None:
    """What a checkout of ``commit``, which state is to name, would not have of flowstate.yaml and the ``manifests``."""
    if not commit or commit != git.commit() or not git.differs((FILE, *manifests)):
        return None
    parts = {FILE: git.differs([FILE]), "the manifests": git.differs(manifests)}
    what = " and ".join(name for name, differs in parts.items() if differs)
    summary = f"{what} ha{'ve' if parts['the manifests'] else 's'} changes that are in no commit; "
    summary += f"state will name {commit[:_SHORT]} as if they were"
    detail = "Whoever plans from that commit would remove what only these changes declare."
    if not parts["the manifests"]:
        detail = "Whoever plans from that commit would plan by other settings."
    return Problem(UNCOMMITTED, summary, detail, "Commit them, and then apply.", severity=Severity.NOTE)
