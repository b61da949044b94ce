"""From what flowstate.yaml says about state to the parts that keep it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flowstate.errors import Problem, Severity
from flowstate.files import led_to
from flowstate.state.backend import Backend, unusable
from flowstate.state.folder import Folder
from flowstate.state.lock import KernelLock, Lock
from flowstate.state.runs import RunFiles
from flowstate.state.store import StateStore


@dataclass(frozen=True)
class Location:
    """Where the state, the lock and the runs of one environment are; ``state`` is the name of its blob.

    Runs are the blobs ``runs/<run>.jsonl`` of ``backend``; all environments of one place share that folder.
    """

    backend: Backend
    state: str
    lock: Lock
    runs: RunFiles

    @property
    def local(self) -> bool:
        """Whether it is on this machine only."""
        return isinstance(self.backend, Folder)

    def store(self, provider: str) -> StateStore:
        """What loads and saves the state."""
        return StateStore(self.backend, self.state, provider)

    def warnings(self, ci: bool) -> tuple[Problem, ...]:
        """Local state on a build machine is gone with it; said once."""
        if not (ci and self.local):
            return ()
        summary = "the state is kept on this build machine only, and ends with it"
        hint = "Set 'state: git:flowstate-state' (or s3://…, gs://…, az://…) for this environment."
        return (Problem("local-state-in-ci", summary, hint=hint, severity=Severity.WARNING),)


def locate(root: Path, environment: str, state: str) -> Location:
    """The place that ``state`` names: a path relative to ``root``, git:BRANCH or a URL; empty for the default.

    Raises:
        StateError: an extra is not installed, or the place cannot be used.
    """
    if state.startswith("git:"):
        from flowstate.state.branch import Branch
        from flowstate.state.git import Git

        return _remote(Branch(state.removeprefix("git:"), Git(root)), root, environment)
    if state.startswith(("s3:", "gs:", "az:")):
        from flowstate.state.objects import open_objects

        return _remote(open_objects(state), root, environment)
    path = root / (state or f".flowstate/{environment}.state.json")
    with suppress(OSError):  # a path that cannot be looked at is said when it is read or saved
        path = led_to(path)  # projects whose links lead to one state have one lock and one record of runs, beside it
        if path.is_dir():
            hint = f"Name a file in it, such as {Path(state) / environment}.state.json."
            raise unusable(f"State cannot be kept in {path}", "It is a folder.", hint)
    folder = Folder(path.parent)
    stem = path.name.removesuffix(".json").removesuffix(".state")
    return Location(folder, path.name, KernelLock(folder, stem), RunFiles(folder, folder, environment))


def _remote(backend: Backend, root: Path, environment: str) -> Location:
    from flowstate.state.lease import LeaseLock

    runs = RunFiles(backend, Folder(root / ".flowstate"), environment)
    return Location(backend, f"{environment}.state.json", LeaseLock(backend, f"{environment}.lock"), runs)
