"""A sandbox that does not listen, a project folder in memory, and the command line beside them."""

from __future__ import annotations

import io
import json
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID

import obstore
from e2e.bench import KINDS
from obstore.store import MemoryStore

from flowstate import text
from flowstate.cli import run
from flowstate.sandbox.server import Sandbox

from .disk import Disk
from .hours import free_waits
from .inside import Killed, Line, Trouble, on

MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
_ENVIRONMENT = """\
environments:
  sandbox:
    provider: onsight-flow
    sandbox: .sandbox.json
    passwords: {file: .flowstate/passwords.jsonl}
"""
_ALLOWED = [
    {"limit": limit, "kind": kind, "count": 10_000, "reason": "what is tried here is not the limits"}
    for limit in ("destructive", "updates", "emptying", "deletes")
    for kind in KINDS
]


def settings(state: str = "") -> str:
    """A flowstate.yaml that keeps state there, and lets through however much changes at once."""
    kept = f"    state: {state}\n" if state else ""
    return f"{_ENVIRONMENT}{kept}allow: {json.dumps(_ALLOWED)}\n"


@dataclass(frozen=True)
class Ran:
    """How one command ended; ``code`` is None when its process was killed."""

    code: int | None
    out: str
    err: str
    requests: tuple[tuple[str, str], ...] = ()

    @property
    def said(self) -> str:
        """Everything, as one line."""
        return " ".join(f"{self.out}\n{self.err}".split())

    @property
    def resume(self) -> list[str] | None:
        """The words of the line that goes on, when one was printed."""
        _, found, rest = self.out.partition("What is left is planned anew and done by:\n")
        import shlex

        return shlex.split(rest.split("\n", 1)[0]) if found else None


Files = dict[str, bytes]


class Bucket:
    """An object store in memory, in the place of S3."""

    def __init__(self) -> None:
        self.keep({})

    def files(self) -> Files:
        """What is in it now."""
        names = [each["path"] for page in obstore.list(self.store) for each in page]
        return {name: bytes(obstore.get(self.store, name).bytes()) for name in names}

    def keep(self, files: Files) -> None:
        """Hold these and nothing else."""
        self.store = MemoryStore()
        for name, data in files.items():
            obstore.put(self.store, name, data)


@dataclass
class Desk:
    """One project folder; ``seed`` decides everything that is left to chance.

    ``bucket`` is where state is kept; None for the folder itself.
    """

    sandbox: Sandbox
    folder: Path
    chance: Random
    bucket: Bucket | None = None
    lines: list[Line] = field(default_factory=list)
    _meanwhile: tuple[int, Callable[[], None]] = (0, lambda: None)

    def hosts(self, manifest: Any) -> None:
        """An environment without a ready file: its credentials are in the variables CANARY_ID and CANARY_SECRET."""
        self.write(manifest)
        (self.folder / ".sandbox.json").unlink()
        ready = self.sandbox.ready
        (self.folder / "flowstate.yaml").write_text(
            "environments:\n  here:\n    provider: onsight-flow\n"
            f"    hosts: {{accounts: '{ready['accounts']}', gateway: '{ready['gateway']}'}}\n"
            f"    team: {ready['team']}\n    credentials: {{idEnv: CANARY_ID, secretEnv: CANARY_SECRET}}\n"
            "    passwords: {file: .flowstate/passwords.jsonl}\n"
        )

    def meanwhile(self, at: int, act: Callable[[], None]) -> None:
        """What a colleague does just before request ``at`` of the next commands; 0 is never."""
        self._meanwhile = (at, act)

    def forget(self) -> None:
        """Everything is lost that flowstate keeps in the folder."""
        shutil.rmtree(self.folder / ".flowstate", ignore_errors=True)

    def kept(self) -> Files:
        """State and runs, by their names in the place where state is kept."""
        return self.bucket.files() if self.bucket else kept_in(self.folder)

    def keep(self, files: Files) -> None:
        """Put such files where state is kept."""
        if self.bucket:
            self.bucket.keep(files)
            return
        for name, content in files.items():
            path = self.folder / ".flowstate" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def write(self, manifest: Any) -> None:
        (self.folder / "manifests").mkdir(exist_ok=True)
        (self.folder / "flowstate.yaml").write_text(settings("s3://desk" if self.bucket else ""))
        (self.folder / ".sandbox.json").write_text(json.dumps(self.sandbox.ready))
        (self.folder / "manifests" / "team.yaml").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")

    def flowstate(
        self, *arguments: str, trouble: Trouble | None = None, disk: Disk | None = None, late: bool = True
    ) -> Ran:
        """One command line in this process; what the service held back is done before this returns."""
        text._known.clear()  # a command is a process of its own, and knows no secrets of others
        image = Image(self)
        line = Line(self.sandbox, self.chance, trouble, dying=image.take, meanwhile=self._meanwhile)
        self.lines.append(line)
        out, err = io.StringIO(), io.StringIO()
        code: int | None = None
        with ExitStack() as around:
            for each in (free_waits(self.chance), on(line), redirect_stdout(out), redirect_stderr(err)):
                around.enter_context(each)
            if disk is not None:
                around.enter_context(disk.watched())
            if bucket := self.bucket:
                around.enter_context(patch("obstore.store.from_url", lambda *_, **__: bucket.store))
            try:
                code = run([*arguments, "-C", str(self.folder)])
            except BaseException:
                if not line.dead:
                    raise
        if line.dead:  # what the process did on its way out never happened
            image.restore()
            code = None
        if late:
            self.settle(line)
        return Ran(code, out.getvalue(), err.getvalue(), tuple(line.requests))

    def settle(self, line: Line) -> None:
        """What was held back is done."""
        if line.held:
            import asyncio

            with free_waits(self.chance):
                asyncio.run(line.release())


class Image:
    """What was kept when a process was killed."""

    def __init__(self, here: Desk) -> None:
        self._here = here
        self._folder = here.folder.with_name(f"{here.folder.name}.image")
        self._files: Files = {}

    def take(self) -> None:
        """As it is now."""
        _copy(self._here.folder, self._folder)
        self._files = self._here.bucket.files() if self._here.bucket else {}

    def restore(self) -> None:
        """As it was then."""
        _copy(self._folder, self._here.folder)
        shutil.rmtree(self._folder)
        if self._here.bucket:
            self._here.bucket.keep(self._files)


def kept_in(folder: Path) -> Files:
    """State and runs of a project folder whose state is kept in it."""
    place = folder / ".flowstate"
    found = [*place.glob("*.state.json"), *(place / "runs").glob("*.jsonl")]
    return {str(path.relative_to(place)): path.read_bytes() for path in found}


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        shutil.rmtree(target)
    shutil.copytree(source, target)


@contextmanager
def desk(sandbox: Sandbox, chance: Random, bucket: Bucket | None = None) -> Iterator[Desk]:
    """A folder that is gone afterwards, and a chance that also makes ids."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as outside, seeded(chance):
        folder = Path(outside) / "project"
        folder.mkdir()
        yield Desk(sandbox, folder, chance, bucket)


@contextmanager
def seeded(chance: Random) -> Iterator[None]:
    """Ids and waits come from ``chance``, so that a seed tells all of a run."""

    def hexes(size: int = 12) -> str:
        return chance.randbytes(size).hex()

    with (
        patch.object(secrets, "token_hex", hexes),
        patch.object(secrets, "token_urlsafe", hexes),
        patch("flowstate.sandbox.answers.uuid4", lambda: UUID(bytes=chance.randbytes(16), version=4)),
        patch("flowstate.client.retry.random.uniform", chance.uniform),
    ):
        yield


__all__ = ["Bucket", "Desk", "Files", "Killed", "Ran", "desk", "kept_in", "seeded"]
