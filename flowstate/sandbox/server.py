"""The sandbox on two loopback ports: accounts and gateway, one process, one team."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import uvicorn

from flowstate.sandbox.app import Hosts, build
from flowstate.sandbox.disk import Disk
from flowstate.sandbox.errors import SandboxError
from flowstate.sandbox.log import Log
from flowstate.sandbox.ready import Ready, announced
from flowstate.sandbox.seed import first_client, furnish
from flowstate.sandbox.store import Snapshot, Store
from flowstate.sandbox.tokens import Tokens, key_of

LOOPBACK = "127.0.0.1"
_PATIENCE = 10.0


class Sandbox:
    """A running service: ``with Sandbox() as sandbox: ...``.

    ``accounts`` and ``gateway`` are base URLs. ``store`` is the team itself: what a colleague does in the dashboard is
    a ``put``, ``update`` or ``remove`` there. ``log`` is what was asked. ``port`` 0 picks free ports.
    """

    def __init__(self, port: int = 0, data: Path | None = None) -> None:
        self._sockets = _listen(port)
        with ExitStack() as undo:
            undo.callback(self._close_sockets)
            self.store = Store(Disk(data) if data else None)
            undo.callback(self.store.close)
            furnish(self.store)
            hosts = Hosts(*(each.getsockname()[1] for each in self._sockets))
            self.accounts, self.gateway = hosts.accounts, hosts.gateway
            self.tokens = Tokens(key_of(self.store), issuer=hosts.accounts)
            self.log = Log()
            self.app = build(self.store, self.tokens, self.log, hosts)
            undo.pop_all()
        self._server = uvicorn.Server(_config(self.app))
        self._thread = threading.Thread(target=self._server.run, args=(self._sockets,), daemon=True, name="sandbox")
        self._fresh = self.snapshot()

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

    def snapshot(self) -> Snapshot:
        return self.store.snapshot()

    def restore(self, snapshot: Snapshot) -> None:
        self.store.restore(snapshot)

    def reset(self) -> None:
        """The team as it was when this sandbox was made, and an empty log; tokens stay good."""
        self.restore(self._fresh)
        self.log.clear()

    def start(self) -> None:
        """Return once both ports answer."""
        self._thread.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise SandboxError("The sandbox did not start.")
            time.sleep(0.002)

    def stop(self) -> None:
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

    def _close_sockets(self) -> None:
        for each in self._sockets:
            each.close()


def serve(
    port: int = 0,
    data: Path | None = None,
    ready_file: Path | None = None,
    announce: Callable[[Ready], None] = lambda _: None,
) -> None:
    """Serve until SIGINT or SIGTERM; the main thread only."""
    with _until_told() as wait:
        sandbox = Sandbox(port, data)
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
    """Accounts on the port, gateway on the next; 0 takes what is free for each."""
    sockets: list[socket.socket] = []
    try:
        for number in (port, port and port + 1):
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
        log_level="warning",
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        # Longer than clients keep idle connections, or they would write into one that was just closed.
        timeout_keep_alive=120,
        timeout_graceful_shutdown=2,
    )
