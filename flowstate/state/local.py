"""State in a local file, replaced whole and never half-written."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from flowstate.errors import Problem, StateError
from flowstate.state.record import State, parse


def replace_file(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write ``text`` to a temporary file beside ``path``, sync it, and put it in place in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class LocalState:
    """The state of one environment in one file."""

    path: Path
    provider: str

    def load(self) -> State:
        """The saved state, or a new one when there is none.

        Raises:
            StateError: the file cannot be read, is no state, or belongs to another provider.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return State.new(self.provider)
        except (OSError, ValueError) as error:
            raise self._unusable("cannot be read", error) from error
        state = parse(text, str(self.path))
        if state.provider != self.provider:
            detail = f"It was written for {state.provider!r}, this environment uses {self.provider!r}."
            hint = "Check 'state:' and 'provider:' of the environment in flowstate.yaml."
            raise StateError(
                Problem("state-foreign", f"The state {self.path} is of another provider", detail=detail, hint=hint)
            )
        return state

    def save(self, state: State) -> State:
        """Save with the next serial; the state as saved.

        Raises:
            StateError: the file cannot be written; the old one is as it was.
        """
        saved = replace(state, serial=state.serial + 1)
        try:
            protect_folder(self.path.parent)
            replace_file(self.path, saved.dump(), mode=0o600)
        except OSError as error:
            raise self._unusable("cannot be written", error) from error
        return saved

    def _unusable(self, what: str, error: Exception) -> StateError:
        hint = "Check the path, its permissions and the free space; what was saved before is unchanged."
        return StateError(Problem("state-io", f"The state {self.path} {what}", detail=str(error), hint=hint))


def protect_folder(folder: Path) -> None:
    """Create flowstate's own folder with a .gitignore that keeps all of it out of Git; leave other folders alone."""
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if folder.name == ".flowstate" and not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
