"""The sandbox as a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx


@contextmanager
def program(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The process, and what its ready file says."""
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "flowstate.sandbox", "--ready-file", str(ready), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env) as process:
        try:
            deadline = time.monotonic() + 15
            while not ready.exists():
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield process, json.loads(ready.read_text())
        finally:
            process.kill()


def token_of(ready: Any) -> str:
    """A token for everything, of the sandbox with this ready file."""
    form = {
        "grant_type": "client_credentials",
        "client_id": ready["client_id"],
        "client_secret": ready["client_secret"],
    }
    answer = httpx.post(f"{ready['accounts']}/connect/token", data=form)
    return str(answer.json()["access_token"])
