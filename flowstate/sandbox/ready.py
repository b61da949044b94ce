"""The ready file: where the sandbox is and how to get in, for whoever starts it as a program."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypedDict

from flowstate.sandbox.errors import SandboxError


class Ready(TypedDict):
    """What a client needs to use the sandbox."""

    accounts: str
    gateway: str
    client_id: str
    client_secret: str
    team: str
    pid: int


@contextmanager
def announced(path: Path | None, ready: Ready) -> Iterator[None]:
    """The file is there while this lasts."""
    if path is None:
        yield
        return
    text = json.dumps(ready, indent=2) + "\n"
    _write(path, text)
    try:
        yield
    finally:
        # A sandbox started later may have put its own in this place.
        if path.exists() and path.read_text() == text:
            path.unlink()


def _write(path: Path, text: str) -> None:
    """All at once, so that nobody reads half of it; mkstemp makes it private from the start."""
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w") as file:
            file.write(text)
        _put_in_place(Path(draft), path)
    except OSError as error:
        raise SandboxError(f"The ready file {path} cannot be written: {error.strerror}") from error


def _put_in_place(draft: Path, path: Path) -> None:
    try:
        draft.replace(path)
    except OSError:
        draft.unlink()
        raise
