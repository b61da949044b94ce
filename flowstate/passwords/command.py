"""One-time passwords handed to a program, which gets each as one JSON line on its input."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flowstate.errors import Problem, Severity, SinkError
from flowstate.passwords.file import FileSink
from flowstate.passwords.sink import OF_CALLS, line_of, unkept
from flowstate.text import Secret

PATIENCE: Final = 30.0


@dataclass(frozen=True)
class CommandSink:
    """Runs ``command`` in ``folder`` for each password; what it does not take goes to the file ``fallback``.

    What the program prints is shown nowhere: it may hold the password. ``patience`` is in seconds. ``vanishing``: the
    fallback ends with this build machine.
    """

    command: tuple[str, ...]
    folder: Path
    fallback: Path
    patience: float = PATIENCE
    vanishing: bool = False

    def open(self) -> None:
        """Prove that the program is there, and that the fallback can be written.

        Raises:
            SinkError: either is not so.
        """
        if self._program() is None:
            hint = "Install it, make it executable, or correct 'passwords: {command: […]}' of the environment."
            raise unkept(f"the command {self.command[0]!r}", "There is no such program here.", hint)
        file = FileSink(self.fallback)
        file.open()
        if self.fallback.stat().st_size == 0:
            self.fallback.unlink()  # an empty one would look as if something had gone wrong

    def deliver(self, record: Mapping[str, str], password: Secret) -> Problem | None:
        """Run the program once; a warning that names the file when the program failed.

        Raises:
            SinkError: the program failed, and so did the fallback.
        """
        why = self._run(line_of(record, password))
        if not why:
            return None
        try:
            FileSink(self.fallback).deliver(record, password)
        except SinkError as error:
            hint = "Reset the password in the dashboard once the command works."
            both = f"It did not take it: {why}. {self.fallback} in its place: {error.problems[0].detail}."
            raise unkept(f"the command {self.command[0]!r}", both, hint) from None
        return self._elsewhere(record, why)

    def _elsewhere(self, record: Mapping[str, str], why: str) -> Problem:
        address = record.get("address", "")
        summary = f"{self.command[0]!r} did not take the password of {record.get('username', 'somebody')}: {why}"
        detail = f"It is in {self.fallback}, in clear text."
        hint = "Deliver it from there, then delete the file."
        if self.vanishing:
            detail += " CI is set: the file ends with this build machine."
            person = not address.startswith(f"{OF_CALLS}/")
            again = f": flowstate reset-password {shlex.quote(address)}" if person else "."
            hint = f"Deliver it from there within this job, or make a new one later{again}"
        return Problem("password-undelivered", summary, detail, hint, address=address, severity=Severity.WARNING)

    def _program(self) -> str | None:
        """The program's path; one that is written with a slash is relative to the folder."""
        name = self.command[0]
        return shutil.which(str(self.folder / name) if "/" in name else name)

    def _run(self, line: bytes) -> str:
        """Why the program did not take the line; empty when it did."""
        try:
            process = subprocess.Popen(  # noqa: S603  a list of arguments from the settings, no shell
                [self._program() or self.command[0], *self.command[1:]],
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            return error.strerror or "it cannot be run"
        try:
            process.communicate(line, timeout=self.patience)
        except BaseException as error:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            return f"it did not end within {self.patience:.0f} s"
        return f"it ended with {process.returncode}" if process.returncode else ""
