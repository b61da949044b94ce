"""One request in the hands of a fault."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flowstate.sandbox.protocol import HANG_UP

_SLICE = 0.05
_ENOUGH = 16 * 1024 * 1024
_LENGTHS = {b"content-length", b"transfer-encoding"}

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a whole."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def having(self, body: bytes) -> Answer:
        """The same with another body."""
        return replace(self, headers=self.described(len(body)), body=body)

    def described(self, length: int) -> Headers:
        """The headers with this length."""
        others = (each for each in self.headers if each[0] not in _LENGTHS)
        return (*others, (b"content-length", str(length).encode()))


class Call:
    """What can be done with it: commit it, tell the client something, keep the client waiting, hang up."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, wanted: Callable[[], bool]) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._send = send
        self._wanted = wanted
        self._sent: list[Message] = []

    async def read(self) -> None:
        """The whole request, as a client that is still sending would not see what becomes of it."""
        body, more = bytearray(), True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._sent = [message]
                break
            # No call takes as much as this, so what follows makes no difference.
            body.extend(message["body"][: _ENOUGH - len(body)])
            more = message.get("more_body", False)
        else:
            self._sent = [{"type": "http.request", "body": bytes(body), "more_body": False}]
        self._gone = asyncio.ensure_future(self._receive())

    async def commit(self) -> Answer:
        """Do what was asked for, and keep the answer."""
        sent = iter(self._sent)
        status, headers, body = 500, Headers(), bytearray()

        async def receive() -> Message:
            message = next(sent, None)
            return await asyncio.shield(self._gone) if message is None else message

        async def keep(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], tuple(message["headers"])
            body.extend(message.get("body", b""))

        await self._app(self._scope, receive, keep)
        return Answer(status, headers, bytes(body))

    async def tell(self, answer: Answer) -> None:
        await self.start(answer.status, answer.headers)
        await self.go_on(answer.body, more=False)

    async def start(self, status: int, headers: Headers) -> None:
        await self._send({"type": "http.response.start", "status": status, "headers": list(headers)})

    async def go_on(self, body: bytes, more: bool = True) -> bool:
        """A part of the answer; False once the client is gone and nobody needs the rest."""
        await self._send({"type": "http.response.body", "body": body, "more_body": more})
        return not self._gone.done()

    async def hang_up(self) -> None:
        """Close the connection; what was told so far arrives."""
        await self._send({"type": HANG_UP})
        # The server takes an application that returns without an answer for broken, unless nobody is there any more.
        await asyncio.shield(self._gone)

    async def wait(self, seconds: float) -> bool:
        """False when faults were cleared meanwhile: a call held back must not reach what comes after."""
        deadline = time.monotonic() + seconds
        while self._wanted():
            left = deadline - time.monotonic()
            await asyncio.sleep(max(0, min(_SLICE, left)))
            if left <= _SLICE:
                break
        return self._wanted()

    def close(self) -> None:
        self._gone.cancel()
