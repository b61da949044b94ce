"""Files replaced together: all of them, or none."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from flowstate.accept.result import Revision
from flowstate.errors import ManifestError, Place, Problem
from flowstate.files import write_beside


def write(revisions: Sequence[Revision]) -> None:
    """Put every revision in place, each file with the mode it had.

    Raises:
        ManifestError: a file is not as it was read, or cannot be written; all files are as they were.
    """
    ready: list[tuple[Revision, Path]] = []
    try:
        for revision in revisions:
            ready.append((revision, _beside(revision)))  # noqa: PERF401 - what was made goes when the next one fails
        _unmoved(revisions)
        _swap(ready)
    except OSError as error:
        where = Path(error.filename or "").name
        summary = f"the edit cannot be written: {(error.strerror or 'unknown').lower()}"
        hint = "Give yourself the right to write there, and run the command again."
        detail = f"The trouble is with {where}. Nothing was changed." if where else "Nothing was changed."
        raise ManifestError(Problem("accept-unwritten", summary, detail, hint)) from error
    finally:
        for _, file in ready:
            file.unlink(missing_ok=True)


def _beside(revision: Revision) -> Path:
    """The new contents in a file beside the old one."""
    path = revision.path
    if revision.before is not None and not os.access(path, os.W_OK):
        raise PermissionError(13, "permission denied", str(path))
    mode = stat.S_IMODE(path.stat().st_mode) if revision.before is not None else 0o644
    return write_beside(path, revision.after, mode)


def _unmoved(revisions: Sequence[Revision]) -> None:
    moved = [revision for revision in revisions if _now(revision.path) != revision.before]
    if moved:
        hint = "Run the command again; it reads the files anew."
        raise ManifestError(
            *(
                Problem(
                    "file-moved",
                    f"{one.name} changed while the service was read",
                    "Nothing was written.",
                    hint,
                    Place(one.name, 1, 1),
                )
                for one in moved
            )
        )


def _now(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _swap(ready: Sequence[tuple[Revision, Path]]) -> None:
    done: list[Revision] = []
    try:
        for revision, file in ready:
            file.replace(revision.path)
            done.append(revision)
    except BaseException:
        for revision in reversed(done):
            if revision.before is None:
                revision.path.unlink(missing_ok=True)
            else:
                revision.path.write_bytes(revision.before)
        raise
