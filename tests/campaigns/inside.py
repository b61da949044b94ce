"""The service without sockets, and a line to it on which one request goes wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final
from unittest.mock import patch

import httpx

from flowstate.sandbox.server import Sandbox

FAULTS: Final = (
    *("before send", "after commit", "401", "429", "500 uncommitted", "500 committed", "timeout committed"),
    *("late commit", "killed before", "killed after"),
)
HOSTILE: Final = ("echo", "crash")  # the service says back what it was told; the program fails with it in hand
KILLS: Final = frozenset({"killed before", "killed after"})
SPANS: Final = ("once", "call", "all")
_TRAVEL = 0.02  # seconds that a message is on its way at most
_FOREVER = 1000.0


class Killed(BaseException):
    """The process is no more; BaseException, so that nothing takes it for a failed call."""


@dataclass(frozen=True)
class Trouble:
    """What goes wrong with request ``at``, 1 being the first, and for how long.

    ``span``: only this one, this call whenever it is made again, or every request from there on.
    """

    at: int
    fault: str
    span: str = "once"


@dataclass
class Line:
    """An httpx transport into a sandbox that does not listen; messages take their time, by chance.

    ``requests`` are method and path of what was sent. ``dying`` is called when the process is killed.
    """

    sandbox: Sandbox
    chance: Random
    trouble: Trouble | None = None
    dying: Callable[[], None] = lambda: None
    meanwhile: tuple[int, Callable[[], None]] = (0, lambda: None)  # what somebody else does before which request
    requests: list[tuple[str, str]] = field(default_factory=list)
    held: list[httpx.Request] = field(default_factory=list)  # what the service does after its answer
    heard: list[bytes] = field(default_factory=list)  # the bodies of what the service answered
    dead: bool = False
    _again: tuple[str, str] | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.dead:
            raise Killed
        call = (request.method, request.url.path)
        self.requests.append(call)
        if len(self.requests) == self.meanwhile[0]:
            self.meanwhile[1]()
        wrong = self._wrong(call)
        await self._travel()
        if wrong is None:
            response = await self._answer(request)
        else:
            response = await self._go_wrong(wrong.fault, request)
        if request.method == "GET":
            await self.release()
        await self._travel()
        return response

    async def aclose(self) -> None:
        """There is nothing to close."""

    async def release(self) -> None:
        """What was held back happens now."""
        while self.held:
            await self._answer(self.held.pop(0))

    def _wrong(self, call: tuple[str, str]) -> Trouble | None:
        """The trouble, where it meets this call."""
        found = self.trouble
        if found is None or len(self.requests) < found.at:
            return None
        if len(self.requests) == found.at:
            self._again = call
            return found
        return found if found.span == "all" or (found.span == "call" and call == self._again) else None

    async def _go_wrong(self, fault: str, request: httpx.Request) -> httpx.Response:
        if fault == "before send":
            raise httpx.ConnectError("Connection refused", request=request)
        if fault == "killed before":
            self._die()
        if fault in {"401", "429", "500 uncommitted"}:
            wait = {"retry-after": str(self.chance.randint(0, 2))} if fault == "429" else {}
            return _response(int(fault[:3]), list(wait.items()))
        if fault == "late commit":
            return self._hold(request)
        if fault in HOSTILE:
            return _repeat(fault, request)
        await self._answer(request)
        if fault == "killed after":
            self._die()
        if fault == "after commit":
            raise httpx.ReadError("Connection reset by peer", request=request)
        if fault == "timeout committed":
            await asyncio.sleep(_FOREVER)
        return _response(500)

    def _hold(self, request: httpx.Request) -> httpx.Response:
        """Refused or unanswered now, done after the next read, or when all is over."""
        self.held.append(request)
        if self.chance.random() < 0.5:
            raise httpx.ReadTimeout("timed out", request=request)
        return _response(503)

    def _die(self) -> None:
        self.dead = True
        self.dying()
        raise Killed

    async def _travel(self) -> None:
        await asyncio.sleep(self.chance.uniform(0, _TRAVEL))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await ask(self.sandbox, request)
        assert isinstance(response.stream, httpx.ByteStream)
        self.heard += response.stream
        return response


async def ask(sandbox: Sandbox, request: httpx.Request) -> httpx.Response:
    """What the service says, as a server would hand the request to it."""
    url, body = request.url, request.content
    told: dict[str, Any] = {"headers": [], "body": b""}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.split(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (url.host, url.port),
        "client": ("127.0.0.1", 50000),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.update(status=message["status"], headers=message.get("headers", []))
        elif message["type"] == "http.response.body":
            told["body"] += message.get("body", b"")

    await sandbox.app(scope, receive, send)
    return _response(told["status"], told["headers"], told["body"])


def _repeat(fault: str, request: httpx.Request) -> httpx.Response:
    said = f"{request.headers.get('authorization')} {request.content.decode()}"
    if fault == "crash":
        raise RuntimeError(f"broken while sending {said}")
    body = json.dumps({"title": said, "detail": said, "errors": {"x": [said]}}).encode()
    return _response(400, [("content-type", "application/problem+json")], body)


def _response(status: int, headers: Any = (), body: bytes = b"") -> httpx.Response:
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(body))


@contextmanager
def on(line: Line) -> Iterator[Line]:
    """Every client that is made meanwhile uses this line."""
    with patch("flowstate.client.wire.connect", lambda *_: line):
        yield line
