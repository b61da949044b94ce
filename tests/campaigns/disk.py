"""A disk that takes no more: what is written below a folder passes here, and fails at one place, or from there on."""

from __future__ import annotations

import errno
import io
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Final
from unittest.mock import patch

CODES: Final = {"full": errno.ENOSPC, "read-only": errno.EROFS}
_FREEING: Final = frozenset({"open", "remove", "mode"})  # what a full disk does all the same
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_FILES: Final = {
    "/runs/": "run",
    ".state.json": "state",
    "passwords.jsonl": "passwords",
    ".holder.json": "note",
    ".lock": "lock",
    ".gitignore": "ignore",
    "plan.json": "plan",
}


@dataclass(frozen=True)
class Failure:
    """``write`` is what fails, such as "sync run", ``at`` which of them, 1 being the first; ``span`` once or all."""

    write: str
    at: int
    fault: str
    span: str


def refuses(fault: str, write: str) -> bool:
    """Whether a disk in this condition can refuse this."""
    return fault == "read-only" or write.split(maxsplit=1)[0] not in _FREEING


@dataclass
class Disk:
    """Everything below ``folder``; ``counts`` are the writes by what they are, ``synced`` what lasts of each file."""

    folder: Path
    failure: Failure | None = None
    counts: Counter[str] = field(default_factory=Counter)
    synced: dict[Path, bytes] = field(default_factory=dict)
    failed: bool = False
    _open: dict[int, Path] = field(default_factory=dict)
    _rest: OSError | None = None

    def meets(self, verb: str, path: Path) -> None:
        """OSError where this is what fails."""
        write = f"{verb} {_called(path)}"
        self.counts[write] += 1
        wrong = self.failure
        if wrong is None:
            return
        here = (write, self.counts[write]) == (wrong.write, wrong.at)
        if here or (self.failed and wrong.span == "all" and refuses(wrong.fault, write)):
            self.failed = True
            raise OSError(CODES[wrong.fault], os.strerror(CODES[wrong.fault]), str(path))

    def write(self, path: Path, data: Any, done: Any) -> int:
        """``done`` writes; a disk that gets full by it takes half of it, and refuses the rest."""
        if (rest := self._rest) is not None:
            self._rest = None
            raise rest
        try:
            self.meets("write", path)
        except OSError as error:
            if error.errno != errno.ENOSPC or len(data) < 2:
                raise
            self._rest = error
            return int(done(bytes(data)[: len(data) // 2]))
        return int(done(data))

    def ours(self, path: Any) -> Path | None:
        """The path, where it is below the folder."""
        if isinstance(path, int):
            return self._open.get(path)
        return Path(path) if str(path).startswith(f"{self.folder}/") else None

    @contextmanager
    def watched(self) -> Iterator[None]:
        """As long as this lasts."""
        with ExitStack() as around:
            for name, wrapped in _hooks(self, {name: getattr(os, name) for name in _NAMES}).items():
                around.enter_context(patch.object(os, name, wrapped))
            around.enter_context(patch.object(io, "open", _opening(self, io.open)))
            yield

    def opened(self, path: Any, handle: int) -> None:
        """A descriptor stands for this path from now on."""
        found = self.ours(path)
        self._open.pop(handle, None)
        if found is not None:
            self._open[handle] = found


_NAMES: Final = ("open", "write", "fsync", "replace", "unlink", "mkdir", "fchmod", "ftruncate")


def _called(path: Path) -> str:
    return next((name for part, name in _FILES.items() if part in str(path)), "folder")


def _hooks(disk: Disk, real: dict[str, Any]) -> dict[str, Any]:
    """What stands in the place of the functions of os."""

    def open_(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        ours = disk.ours(path)
        if ours is not None and flags & _WRITING:
            disk.meets("open" if ours.exists() else "create", ours)
        handle: int = real["open"](path, flags, *rest, **named)
        disk.opened(path, handle)
        return handle

    def write(handle: int, data: Any) -> int:
        ours = disk.ours(handle)
        done = partial(real["write"], handle)
        return disk.write(ours, data, done) if ours is not None else int(done(data))

    def fsync(handle: int) -> None:
        ours = disk.ours(handle)
        if ours is not None:
            disk.meets("sync", ours)
            if ours.is_file():
                disk.synced[ours] = ours.read_bytes()
        real["fsync"](handle)

    def changing(name: str, verb: str, *, there: bool) -> Any:
        def changed(path: Any, *rest: Any, **named: Any) -> None:
            ours = disk.ours(path)
            if ours is not None and ours.exists() is there:
                disk.meets(verb, ours)
            real[name](path, *rest, **named)

        return changed

    verbs = {"replace": "replace", "unlink": "remove", "fchmod": "mode", "ftruncate": "mode"}
    changes = {name: changing(name, verb, there=True) for name, verb in verbs.items()}
    return {"open": open_, "write": write, "fsync": fsync, "mkdir": changing("mkdir", "make", there=False), **changes}


def _opening(disk: Disk, real: Any) -> Any:
    """What stands in the place of io.open, which writes past os."""

    def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> IO[Any]:
        ours = disk.ours(file) if {*mode} & {*"wax+"} else None
        if ours is None:
            found: IO[Any] = real(file, mode, *rest, **named)
            return found
        if not isinstance(file, int):
            disk.meets("open" if ours.exists() else "create", ours)
        raw = _Raw(file, mode.replace("b", ""))
        raw.disk, raw.path = disk, ours
        written = io.BufferedWriter(raw)
        return written if "b" in mode else io.TextIOWrapper(written, named.get("encoding"))

    return opened


class _Raw(io.FileIO):
    """A file of the disk."""

    disk: Disk
    path: Path

    def write(self, data: Any) -> int:
        return self.disk.write(self.path, data, super().write)
