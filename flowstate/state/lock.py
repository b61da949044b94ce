"""The lock of an environment whose state is on this machine: the kernel's, which ends with its process."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from flowstate.errors import LockedError, Problem, StateError
from flowstate.files import protect_folder, replace_file
from flowstate.state.folder import Folder
from flowstate.state.holder import Holder, locked, parse_holder

if TYPE_CHECKING:
    from filelock import BaseFileLock

Check = Callable[[], None]
"""Raises LockedError once the lock is somebody else's; to be called before each write to the service."""


Stopped = Callable[[], bool]
"""Whether whoever waits is to wait no longer."""


def going_on() -> bool:
    """Nobody stops it."""
    return False


class Lock(Protocol):
    """At most one holder at a time, over all processes that use the same place."""

    def hold(self, holder: Holder, timeout: float, stopped: Stopped = going_on) -> AbstractContextManager[Check]:
        """Hold the lock, having waited up to ``timeout`` seconds for it, or until ``stopped`` says true.

        Raises:
            LockedError: another run had it all that time, or until the stop; it is named.
            StateError: the place cannot be used.
        """
        ...

    def holder(self) -> Holder | None:
        """Who has it now; None when nobody does."""
        ...

    def working(self) -> Holder | None:
        """Who has it now and is, as far as can be told, alive."""
        ...

    def release(self, holder: Holder) -> None:
        """Take it from this holder, who is no longer alive.

        Raises:
            ConflictError: another has it by now.
            LockedError: it cannot be taken from a living process.
        """
        ...


def _acquire(lock: BaseFileLock, timeout: float, stopped: Stopped) -> None:
    """Raises filelock's Timeout once there is nothing more to wait for."""
    from filelock import Timeout

    deadline = time.monotonic() + timeout
    while True:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if stopped() or time.monotonic() >= deadline:
                raise
            time.sleep(0.1)
        else:
            return


@dataclass(frozen=True)
class KernelLock:
    """A locked file of ``folder``; a note beside it names the holder."""

    folder: Folder
    name: str

    @contextmanager
    def hold(self, holder: Holder, timeout: float, stopped: Stopped = going_on) -> Iterator[Check]:
        """As Lock.hold; the check never fails, for nobody can take this lock from a living process."""
        from filelock import FileLock, Timeout

        try:
            protect_folder(self.folder.path)
            lock = FileLock(self.folder.path / f"{self.name}.lock", thread_local=False)
            _acquire(lock, timeout, stopped)
        except Timeout as error:
            hint = "Wait for it with --lock-timeout SECONDS. The lock ends with its process: no unlock is needed."
            raise locked(str(self.folder), self._noted(), hint) from error
        except OSError as error:
            raise self._unusable(error) from error
        try:
            self._note(holder)
            yield lambda: None
        finally:
            with suppress(OSError):  # a disk that takes nothing any more; the note alone says nothing
                self._path.unlink(missing_ok=True)
            lock.release()

    def holder(self) -> Holder | None:
        """Who noted the name last, while the lock is held."""
        from filelock import FileLock, Timeout

        path = self.folder.path / f"{self.name}.lock"
        if not path.exists():
            return None
        try:
            with FileLock(path, thread_local=False, timeout=0):
                return None
        except Timeout:
            return self._noted() or Holder("somebody", "this machine", 0, "no run", "just now")
        except OSError as error:
            raise self._unusable(error) from error

    def working(self) -> Holder | None:
        """Who has it now: this lock ends with its process."""
        return self.holder()

    def release(self, holder: Holder) -> None:
        """LockedError: only its process can give it back."""
        hint = f"It is {holder}. End that process; the lock ends with it."
        raise LockedError(Problem("local-lock", "a local lock is held by a living process", hint=hint))

    def _note(self, holder: Holder) -> None:
        try:
            replace_file(self._path, json.dumps(holder.as_json()) + "\n", mode=0o600)
        except OSError as error:
            raise self._unusable(error) from error

    def _noted(self) -> Holder | None:
        found = self.folder.read(self._path.name)
        return parse_holder(found.data) if found else None

    @property
    def _path(self) -> Path:
        return self.folder.path / f"{self.name}.holder.json"

    def _unusable(self, error: OSError) -> StateError:
        hint = "Check the folder, its permissions and the free space; nothing was changed."
        why = error.strerror or str(error)
        return StateError(Problem("lock-io", f"The lock of {self.folder} cannot be taken", why, hint))
