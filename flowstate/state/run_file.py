"""The file of a run that is going on."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from flowstate.errors import Problem, Severity, StateError
from flowstate.files import protect_folder, sync_folder
from flowstate.state.backend import Backend, settle, unusable
from flowstate.state.run import Header, line_of

_HINT: Final = "Check the folder, its permissions and the free space. Nothing more is sent."


class RunFile:
    """Lines are appended whole, and on disk when append() returns; ``remote`` gets the header, and the file at its end.

    After the first failure it takes no more: what is torn then must stay the last line.
    """

    def __init__(self, path: Path, remote: Backend | None) -> None:
        self.path = path
        self._remote = remote
        self._name = f"{path.parent.name}/{path.name}"
        self._version = ""
        self._handle: int | None = None
        self._turn = threading.Lock()

    @property
    def run(self) -> str:
        """The name of the run."""
        return self.path.name.removesuffix(".jsonl")

    @property
    def begun(self) -> bool:
        """Whether its header is where it has to be."""
        return bool(self._version)

    def begin(self, header: Header) -> None:
        """Make it: the header is on this disk, and where state is kept, once this returns.

        Raises:
            StateError: it cannot be written there; nothing may be sent.
        """
        line = line_of(header.as_json())
        try:
            protect_folder(self.path.parent.parent)
            self.path.parent.mkdir(exist_ok=True)
            self._handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            self.append(line)
            sync_folder(self.path.parent)
            self._version = settle(self._remote, self._name, line, None) if self._remote else "here"
        except OSError as error:
            raise self._unusable(error) from error
        finally:
            if not self.begun:
                self._forget()

    def _forget(self) -> None:
        """Nobody need hear of a run that sent nothing; but a header may have arrived although its answer was lost."""
        self._close()
        if self._remote is None:
            with suppress(OSError):  # a disk that takes nothing any more; what it then tells of is a run without calls
                self.path.unlink(missing_ok=True)

    def append(self, data: bytes) -> None:
        """Write whole lines.

        Raises:
            StateError: they are not on disk, or only in part.
        """
        with self._turn:
            if self._handle is None:
                raise self._unusable(OSError("an earlier line could not be written"))
            try:
                while data:
                    data = data[os.write(self._handle, data) :]
                os.fsync(self._handle)
            except OSError as error:
                os.close(self._handle)
                self._handle = None
                raise self._unusable(error) from error

    def finish(self) -> Problem | None:
        """Close it, and put it where state is kept; a warning when that failed: the file is still here then."""
        self._close()
        remote, self._remote = self._remote, None  # once is enough
        if remote is None or not self.begun:
            return None
        try:
            settle(remote, self._name, self.path.read_bytes(), self._version)
        except (OSError, StateError) as error:
            why = error.problems[0].told() if isinstance(error, StateError) else str(error)
            summary = "the file of this run could not be put where the state is kept"
            hint = f"It is in {self.path}. Keep it: the next apply on this machine reads it."
            return Problem("run-not-uploaded", summary, why, hint, severity=Severity.WARNING)
        return None

    def _close(self) -> None:
        with self._turn:
            if self._handle is not None:
                os.close(self._handle)
                self._handle = None

    def _unusable(self, error: OSError) -> StateError:
        return unusable(f"The run file {self.path} cannot be written", error.strerror or str(error), _HINT)
