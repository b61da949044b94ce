"""A process that is killed in the middle of everything leaves a file that opens, with all that was answered in it."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest

from flowstate.sandbox.chapters.workflow_files import LARGEST_BLOCK
from flowstate.sandbox.server import Sandbox

from .programs import program, token_of


class Storm:
    """Clients that write until nobody answers any more, and what they were told was done."""

    def __init__(self, ready: dict[str, Any]) -> None:
        self._ready = ready
        self._headers = {"Authorization": f"Bearer {token_of(ready)}"}
        self.users: list[str] = []
        self.blocks: list[tuple[str, int]] = []
        self.files: dict[str, bytes] = {}

    def people(self, http: httpx.Client, number: int) -> None:
        name = f"u{number}@x.example"
        self._post(http, "/api/team/user", json={"username": name, "emailAddress": name, "name": name})
        self.users.append(name)

    def uploads(self, http: httpx.Client, number: int) -> None:
        content = random.Random(number).randbytes(250_000)
        body = {"blockSize": LARGEST_BLOCK, "fileSize": len(content), "friendlyFileName": str(number)}
        upload = self._post(http, "/workflows/v2/upload", json=body).json()["id"]
        for start in range(0, len(content), LARGEST_BLOCK):
            block = content[start : start + LARGEST_BLOCK]
            where = {"Content-Range": f"bytes {start}-{start + len(block) - 1}/{len(content)}"}
            self._post(http, f"/workflows/v2/upload/{upload}", content=block, headers=where)
            self.blocks.append((upload, start))
        made = self._post(http, "/workflows/v2", json={"uploadId": upload, "name": "W"}).json()["workflowId"]
        self.files[made] = content

    def rage(self, work: Callable[[httpx.Client, int], None], first: int) -> None:
        with httpx.Client() as http:
            try:
                for number in range(first, first + 100_000):
                    work(http, number)
            except httpx.TransportError:
                return

    def _post(self, http: httpx.Client, path: str, **options: Any) -> httpx.Response:
        headers = {**self._headers, **options.pop("headers", {})}
        return http.post(self._ready["accounts"] + path, headers=headers, **options).raise_for_status()


@pytest.mark.parametrize("writes", [5, 60])
def test_a_process_killed_in_a_storm_of_writes_and_uploads_loses_nothing_that_was_answered(
    tmp_path: Path, writes: int
) -> None:
    data = tmp_path / "team.sqlite"
    with program(tmp_path, "--data", str(data)) as (process, ready):
        storm = Storm(ready)
        works = [(storm.people, 0), (storm.people, 1_000_000), (storm.uploads, 0), (storm.uploads, 1_000_000)]
        threads = [Thread(target=storm.rage, args=work) for work in works]
        for thread in threads:
            thread.start()
        while len(storm.users) + len(storm.blocks) < writes:
            time.sleep(0.001)
        os.kill(process.pid, signal.SIGKILL)
        for thread in threads:
            thread.join()
    with Sandbox(data=data) as again:
        _holds_all(again, storm)


def _holds_all(again: Sandbox, storm: Storm) -> None:
    assert {user["username"] for user in again.store.all("user")} >= set(storm.users)
    assert {f"{upload}/{start}" for upload, start in storm.blocks} <= set(again.store.ids("block"))
    for workflow_id, content in storm.files.items():
        (version,) = (again.store.get("workflow", workflow_id) or {})["versions"]
        assert again.file(version["versionId"]) == content
    for block in again.store.all("block"):
        assert len(again.store.kept(block["digest"])) == block["length"]
