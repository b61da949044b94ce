"""A server on loopback that does exactly what a test says, and remembers what reached it."""

from __future__ import annotations

import asyncio
import base64
import json
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from flowstate.client import Client, Connection, Deliver
from flowstate.operations import Form, Operation, OperationClass
from flowstate.text import Secret

DEADLINE = 20.0
CLIENT_SECRET = "s3cr3t-of-the-client"


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


Act = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


def answer(status: int = 200, body: object = None, content_type: str = "application/json", **headers: str) -> Act:
    """An act that answers; ``body`` is sent as JSON, bytes as they are."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()

    async def act(seen: Seen, out: asyncio.StreamWriter) -> None:
        extra = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(data)}\r\n{extra}\r\n"
        out.write(head.encode() + data)
        await out.drain()

    return act


async def drop(seen: Seen, out: asyncio.StreamWriter) -> None:
    """Take the request and hang up."""
    out.close()


async def reset(seen: Seen, out: asyncio.StreamWriter) -> None:
    """Take the request and reset the connection."""
    out.transport.abort()


def skip(seconds: float) -> None:
    """Let time pass at once for all that the running loop waits for."""
    loop = asyncio.get_running_loop()
    now = loop.time
    vars(loop)["time"] = lambda: now() + seconds


async def silence(seen: Seen, out: asyncio.StreamWriter) -> None:
    """Take the request and let the deadline pass."""
    skip(DEADLINE + 1)
    await hold(seen, out)


async def hold(seen: Seen, out: asyncio.StreamWriter) -> None:
    """Take the request and stay busy with it."""
    await asyncio.Event().wait()


async def half(seen: Seen, out: asyncio.StreamWriter) -> None:
    """Promise more than comes, then hang up."""
    out.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"id": ')
    await out.drain()
    out.close()


async def endless(seen: Seen, out: asyncio.StreamWriter) -> None:
    """A body without an end, as fast as it is taken."""
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not out.transport.is_closing():
        out.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        await out.drain()


async def trickle(seen: Seen, out: asyncio.StreamWriter) -> None:
    """A body that never pauses long enough for a read timeout."""
    out.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not out.transport.is_closing():
        out.write(b"1\r\n \r\n")
        await out.drain()
        await moment()
        skip(DEADLINE / 10)


async def moment() -> None:
    """A short while, in which the client reads what came."""
    done = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(0.02, done.set_result, None)
    await done


def script(*acts: Act) -> Act:
    """One act after the other; the last one stays."""
    left = list(acts)

    async def act(seen: Seen, out: asyncio.StreamWriter) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(seen, out)

    return act


def jwt(**claims: Any) -> str:
    """A token in the shape of a JWT."""
    parts = ({"alg": "none"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts) + ".x"


def grants(life: float = 3600) -> Act:
    """An act of the token path: a new token each time."""
    number = 0

    async def act(seen: Seen, out: asyncio.StreamWriter) -> None:
        nonlocal number
        number += 1
        await answer(200, {"access_token": f"token-number-{number}", "expires_in": life, "token_type": "Bearer"})(
            seen, out
        )

    return act


@dataclass
class Service:
    """The server; ``act`` answers calls, ``token`` the token call; ``seen`` and ``tokens`` are what arrived."""

    act: Act
    token: Act = field(default_factory=grants)
    seen: list[Seen] = field(default_factory=list)
    tokens: list[Seen] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    connections: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    async def _serve(self, reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while not out.transport.is_closing():
                seen = await _request(reader)
                mine = seen.target.endswith("/connect/token")
                (self.tokens if mine else self.seen).append(seen)
                await (self.token if mine else self.act)(seen, out)
        except (OSError, asyncio.IncompleteReadError):
            pass
        except asyncio.CancelledError:
            pass  # the end of the test
        finally:
            self._tasks.discard(task)
            out.close()


async def _request(reader: asyncio.StreamReader) -> Seen:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.rstrip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return Seen(method, target, headers, await reader.readexactly(int(headers.get("content-length", 0))))


def operation(kind: OperationClass = OperationClass.READ, **changes: Any) -> Operation:
    """An operation of a class, with the method such calls usually have."""
    method = {"READ": "GET", "SET": "PUT", "DROP": "DELETE"}.get(kind.value, "POST")
    base = Operation(f"{kind.value.lower()} thing", kind, method, (Form("gateway", "/things"),), "any", "1")
    return replace(base, **changes)


def read_error(operation: Operation, status: int, body: bytes) -> tuple[str, str]:
    """What a provider would do: the message of a JSON error, else the text."""
    try:
        return json.loads(body)["message"], ""
    except (ValueError, KeyError, TypeError):
        return body.decode("utf-8", "replace"), ""


def connection(url: str, **changes: Any) -> Connection:
    """A connection to one URL for every role, with limits that suit tests."""
    base = Connection(
        hosts={"accounts": url, "gateway": url},
        credentials=lambda: (Secret("the-client"), Secret(CLIENT_SECRET)),
        token=Form("accounts", "/connect/token"),
        read_error=read_error,
        deadline=DEADLINE,
    )
    return replace(base, **changes)


def client(
    service: Service | str, *, read_only: bool = False, deliver: Deliver | None = None, **changes: Any
) -> Client:
    """A client of a service (or of a URL)."""
    url = service if isinstance(service, str) else service.url
    return Client(connection(url, **changes), read_only=read_only, deliver=deliver)
