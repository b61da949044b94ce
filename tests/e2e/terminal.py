"""A person at a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from .bench import Bench


@contextmanager
def asked(bench: Bench, *command: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A command in a process of its own whose stdin is a terminal, and the person's end of it."""
    ours, theirs = pty.openpty()
    line = [sys.executable, "-m", "flowstate", "-C", str(bench.folder), *command]
    try:
        with subprocess.Popen(line, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            yield process, ours
    finally:
        os.close(ours)
        os.close(theirs)


def until(stream: IO[bytes] | None, words: str) -> str:
    """What is said up to these words."""
    assert stream is not None
    said = b""
    while words.encode() not in said:
        part = os.read(stream.fileno(), 1)
        assert part, said
        said += part
    return said.decode()
