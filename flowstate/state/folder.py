"""Blobs as files of a folder."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flowstate.errors import StateError
from flowstate.files import protect_folder, replace_file
from flowstate.state.backend import Blob, conflict, unusable


@dataclass(frozen=True)
class Folder:
    """Files that only their owner can read, replaced whole; the version of one is the digest of its contents."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def read(self, name: str) -> Blob | None:
        """The contents of the file, or None when there is none."""
        try:
            data = (self.path / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(name, "read", error) from error
        return Blob(data, hashlib.sha256(data).hexdigest())

    def write(self, name: str, data: bytes, expected: str | None) -> str:
        """Put the file in place while no other process of this machine compares or writes here."""
        try:
            protect_folder(self.path)
            with self._alone():
                found = self.read(name)
                if (found.version if found else None) != expected:
                    raise conflict(str(self.path / name))
                replace_file(self.path / name, data, mode=0o600)
        except OSError as error:
            raise self._unusable(name, "written", error) from error
        return hashlib.sha256(data).hexdigest()

    def names(self, prefix: str) -> list[str]:
        """The files below this folder, hidden ones left out."""
        folder = self.path / prefix.rpartition("/")[0]  # beside a local state may stand a whole project
        try:
            files = (Path(at, name) for at, _, names in os.walk(folder, onerror=_unlisted) for name in names)
            found = [path for path in files if path.is_file() and not path.name.startswith(".")]
        except OSError as error:
            raise self._unusable(prefix, "listed", error) from error
        names = (path.relative_to(self.path).as_posix() for path in found)
        return sorted(name for name in names if name.startswith(prefix))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The folder itself is what is locked, so that no further file lies about."""
        handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _unusable(self, name: str, what: str, error: OSError) -> StateError:
        hint = "Check the path, its permissions and the free space; what was saved before is unchanged."
        return unusable(f"{self.path / name} cannot be {what}", error.strerror or str(error), hint)


def _unlisted(error: OSError) -> None:
    """A folder that is not there holds nothing; one that cannot be listed may hold runs that did not end."""
    if not isinstance(error, FileNotFoundError):
        raise error
