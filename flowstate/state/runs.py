"""Where the runs of one environment are kept, and which of them a command must look at.

Lines are appended on this machine: in the folder ``runs`` beside local state, else in ``.flowstate/runs``. Where state
is elsewhere, two writes go there for each run: the header before the first call, and the whole file at its end. More
would be calls that nothing needs: each entry is in a state save at once, so after the loss of a disk the header's
creations tell which passwords may be lost. State names the youngest run that needs no more attention (``settled``), and
a run's name tells its age and its environment: one listing of names finds all that are to be read, as a rule none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from flowstate.errors import Problem, UsageError, did_you_mean
from flowstate.state.backend import Backend, settle
from flowstate.state.folder import Folder
from flowstate.state.holder import now
from flowstate.state.naming import environment_of
from flowstate.state.run import Run, line_of, parse_run
from flowstate.state.run_file import RunFile

RUNS: Final = "runs/"
_END: Final = ".jsonl"


@dataclass(frozen=True)
class RunFiles:
    """The runs of ``environment`` among those of ``backend``; ``disk`` is where this machine writes the lines."""

    backend: Backend
    disk: Folder
    environment: str

    @property
    def local(self) -> bool:
        """Whether what this machine writes is all there is."""
        return self.backend == self.disk

    def names(self, after: str = "") -> list[str]:
        """The names of the runs that are younger than ``after``, oldest first; one listing, nothing is read."""
        found = (name.removeprefix(RUNS) for name in self.backend.names(RUNS))
        names = (name.removesuffix(_END) for name in found if name.endswith(_END) and "/" not in name)
        return [name for name in names if name > after and environment_of(name) == self.environment]

    def read(self, name: str) -> Run | None:
        """The run of this name as far as it is known here; None when there is none, or it is another environment's.

        Raises:
            StateError: its file cannot be read, or is broken.
        """
        here = self._read(self.disk, name)
        run = here if self.local else self._remote(name, here)
        return run if run is not None and run.header.environment == self.environment else None

    def young(self, after: str) -> list[Run]:
        """The runs that are younger than ``after``, oldest first."""
        return [run for name in self.names(after) if (run := self.read(name)) is not None]

    def find(self, beginning: str) -> Run:
        """The run whose name this is, or begins so.

        Raises:
            UsageError: there is none, or there are several.
            StateError: it cannot be read.
        """
        names = self.names()
        found = [name for name in names if name == beginning] or [name for name in names if name.startswith(beginning)]
        run = self.read(found[0]) if len(found) == 1 else None
        if run is None:
            raise _unknown(beginning, found, names)
        return run

    def file(self, run: str) -> RunFile:
        """The file of a run that is about to begin."""
        return RunFile(self.disk.path / f"{RUNS}{run}{_END}", None if self.local else self.backend)

    def mark(self, run: Run, by: str) -> None:
        """Note in the file of a run that ``by`` has settled it; cut off lines are left out.

        Raises:
            StateError: the file cannot be written.
        """
        name = f"{RUNS}{run.name}{_END}"
        lines = [run.header.as_json(), *run.lines, {"settled": by, "time": now()}]
        data = b"".join(map(line_of, lines))
        for place in [self.backend] if self.local else [self.backend, self.disk]:
            found = place.read(name)
            if found is not None:
                settle(place, name, data, found.version)

    def _remote(self, name: str, here: Run | None) -> Run | None:
        """What was written on this disk is more than what went up, until another machine has settled it."""
        there = self._read(self.backend, name)
        if there is None or there.closed or here is None:
            return replace(there, whole=bool(there.lines)) if there else None
        return here

    def _read(self, place: Backend, name: str) -> Run | None:
        blob = place.read(f"{RUNS}{name}{_END}")
        return parse_run(blob.data, f"{place}/{RUNS}{name}{_END}") if blob else None


def _unknown(beginning: str, found: list[str], names: list[str]) -> UsageError:
    latest = ", ".join(reversed((found or names)[-5:]))
    if found:
        summary = f"{len(found)} runs begin with {beginning!r}"
        return UsageError(Problem("run-ambiguous", summary, hint=f"Say more of its name. The latest: {latest}"))
    near = did_you_mean(beginning, names)
    hint = f"{near} The latest runs: {latest}." if names else "This environment has no runs yet: apply makes them."
    return UsageError(Problem("run-unknown", f"There is no run {beginning!r}", hint=hint.strip()))
