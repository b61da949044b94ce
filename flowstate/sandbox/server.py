"""The sandbox on three loopback ports: accounts, gateway and files; one process, one team."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import uvicorn

from flowstate.sandbox.app import build
from flowstate.sandbox.behaviours import NONE_CHOSEN, Behaviours, Conduct
from flowstate.sandbox.chapters import CHAPTERS
from flowstate.sandbox.clock import Clock, serve_by
from flowstate.sandbox.disk import Disk
from flowstate.sandbox.downloads import Downloads, Leak
from flowstate.sandbox.errors import SandboxError
from flowstate.sandbox.faults import Faults
from flowstate.sandbox.files import content
from flowstate.sandbox.hosts import Hosts
from flowstate.sandbox.log import Log
from flowstate.sandbox.parts import Parts
from flowstate.sandbox.protocol import Connection
from flowstate.sandbox.ready import Ready, announced
from flowstate.sandbox.seed import TeamSize, first_client, furnish
from flowstate.sandbox.snapshots import Snapshots
from flowstate.sandbox.store import Snapshot, Store
from flowstate.sandbox.tokens import Tokens, key_of

LOOPBACK = "127.0.0.1"
_PATIENCE = 10.0


class Sandbox:
    """A running service: ``with Sandbox() as sandbox: ...``.

    ``accounts`` and ``gateway`` are base URLs. ``store`` is the team itself: what a colleague does in the dashboard is
    a ``put``, ``update`` or ``remove`` there. ``log`` is what was asked, ``faults`` what shall go wrong,
    ``clock`` what time it is, ``tokens`` who is let in, ``leaks`` which credentials went astray to ``files``. ``port``
    0 picks free ports. ``team`` is how much a new team holds. ``profile`` and ``behaviours`` say how the service
    behaves.
    """

    def __init__(
        self,
        port: int = 0,
        data: Path | None = None,
        team: TeamSize | None = None,
        profile: str = "documented",
        behaviours: Mapping[str, str] = NONE_CHOSEN,
    ) -> None:
        conduct = Conduct(Behaviours(profile, behaviours))
        self.clock = Clock()
        self._sockets = _listen(port)
        with ExitStack() as undo:
            undo.callback(self._close_sockets)
            self.store = Store(Disk(data) if data else None, self.clock)
            undo.callback(self.store.close)
            furnish(self.store, team)
            self.store.settle()
            hosts = Hosts(*(each.getsockname()[1] for each in self._sockets))
            self.accounts, self.gateway, self.files = hosts.accounts, hosts.gateway, hosts.files
            self._parts = _parts(self.store, hosts, self.clock, conduct)
            self.tokens, self.log, self.faults = self._parts.tokens, self._parts.log, self._parts.faults
            self.app = build(self._parts)
            undo.pop_all()
        self._server = uvicorn.Server(_config(self.app))
        self._thread = threading.Thread(target=self._run, daemon=True, name="sandbox")

    @property
    def client_id(self) -> str:
        return str(first_client(self.store)["clientId"])

    @property
    def client_secret(self) -> str:
        return str(first_client(self.store)["secret"])

    @property
    def team(self) -> str:
        return str(self.store.find("team")["name"])

    @property
    def pid(self) -> int:
        return os.getpid()

    @property
    def ready(self) -> Ready:
        return Ready(
            accounts=self.accounts,
            gateway=self.gateway,
            client_id=self.client_id,
            client_secret=self.client_secret,
            team=self.team,
            pid=self.pid,
        )

    @property
    def leaks(self) -> list[Leak]:
        """Requests that brought credentials to the host of files; good clients leave this empty."""
        return list(self._parts.downloads.leaks)

    def file(self, version_id: str) -> bytes:
        """What was uploaded as this version of a workflow; KeyError when nothing was."""
        return content(self.store, version_id)

    def snapshot(self) -> Snapshot:
        return self.store.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        self.store.restore(snapshot)

    @property
    def behaviours(self) -> Behaviours:
        return self._parts.conduct.now

    def set(self, name: str, value: str) -> None:
        """One behaviour, from the next call on."""
        self._parts.conduct.set({name: value})

    def reset(self) -> None:
        """Team and behaviours as when this sandbox was made, real time, no faults, an empty log; tokens stay good."""
        self._parts.reset()

    def start(self) -> None:
        """Return once both ports answer."""
        self._thread.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise SandboxError("The sandbox did not start.")
            time.sleep(0.002)

    def stop(self) -> None:
        # Calls that are held back would hold this up too.
        self.faults.clear()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._close_sockets()
        self.store.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        serve_by(self.clock)
        self._server.run(self._sockets)

    def _close_sockets(self) -> None:
        for each in self._sockets:
            each.close()


def _parts(store: Store, hosts: Hosts, clock: Clock, conduct: Conduct) -> Parts:
    return Parts(
        hosts=hosts,
        store=store,
        clock=clock,
        tokens=Tokens(key_of(store), hosts.accounts, clock),
        log=Log(),
        faults=Faults({operation.id for chapter in CHAPTERS for operation in chapter.operations}),
        downloads=Downloads(hosts.files, store, clock),
        snapshots=Snapshots(store),
        conduct=conduct,
    )


def serve(
    port: int = 0,
    data: Path | None = None,
    ready_file: Path | None = None,
    announce: Callable[[Ready], None] = lambda _: None,
    team: TeamSize | None = None,
    profile: str = "documented",
    behaviours: Mapping[str, str] = NONE_CHOSEN,
) -> None:
    """Serve until SIGINT or SIGTERM; the main thread only."""
    with _until_told() as wait:
        sandbox = Sandbox(port, data, team, profile, behaviours)
        with sandbox, announced(ready_file, sandbox.ready):
            announce(sandbox.ready)
            wait()


@contextmanager
def _until_told() -> Iterator[Callable[[], object]]:
    """Signals stop the wait in place of the process, so that everything is closed and the ready file removed."""
    told = threading.Event()

    def tell(_: int, __: FrameType | None) -> None:
        told.set()

    before = {each: signal.signal(each, tell) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield told.wait
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _listen(port: int) -> list[socket.socket]:
    """Accounts on the port, gateway on the next; 0 takes what is free for each. Files are wherever there is room."""
    sockets: list[socket.socket] = []
    try:
        for number in (port, port and port + 1, 0):
            # asyncio turns Nagle's delay of 40 ms off only where the protocol is spelled out.
            sockets.append(socket.socket(proto=socket.IPPROTO_TCP))
            sockets[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sockets[-1].bind((LOOPBACK, number))
            # Bound and not listening, two sandboxes could both believe that the port is theirs.
            sockets[-1].listen(2048)
    except (OSError, OverflowError) as error:
        for each in sockets:
            each.close()
        reason = getattr(error, "strerror", None) or error
        raise SandboxError(f"Port {number} on {LOOPBACK} cannot be used: {reason}") from error
    return sockets


def _config(app: object) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=Connection,
        proxy_headers=False,
        log_level="warning",
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        # Longer than clients keep idle connections, or they would write into one that was just closed.
        timeout_keep_alive=120,
        timeout_graceful_shutdown=2,
    )
