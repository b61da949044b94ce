"""Where every request enters: a final slash is dropped, and what its client was told is logged."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flowstate.sandbox.hosts import Hosts
from flowstate.sandbox.log import NO_ANSWER, Log
from flowstate.sandbox.pages import PAGES
from flowstate.sandbox.protocol import HANG_UP

OWN = "/_sandbox"

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_FOR_OTHERS = JSONResponse(
    {"title": "Forbidden", "status": 403, "detail": "The sandbox itself is for callers on this machine only."},
    403,
    media_type="application/problem+json",
)


def is_own(path: str) -> bool:
    """What the service does not have; never logged as a call of the service."""
    return path == OWN or path.startswith(f"{OWN}/") or (path.removesuffix("/") or "/") in PAGES


def _is_local(scope: Scope) -> bool:
    """No token is asked for there, so nobody but this machine may call, and no page of others in its browser.

    A name that leads here by trickery shows in Host, a page of somebody else in Origin.
    """
    asked = Request(scope)
    named = [asked.url.hostname, asked.client.host if asked.client else None]
    if origin := asked.headers.get("origin"):
        named.append(urlsplit(origin).hostname)
    return _LOOPBACK.issuperset(named)


class Doorway:
    """The outermost part of the application."""

    def __init__(self, app: ASGIApp, log: Log, hosts: Hosts) -> None:
        self._app = app
        self._log = log
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        scope["path"] = path.removesuffix("/") or "/"
        told = is_own(path)
        if told and not _is_local(scope):
            await _FOR_OTHERS(scope, receive, send)
            return

        async def logged(message: Message) -> None:
            nonlocal told
            # Ahead of the answer, so that whoever has the answer finds it in the log.
            if not told:
                told = True
                self._note(scope, path, message.get("status", NO_ANSWER))
            if message["type"] == HANG_UP:
                scope[HANG_UP]()
            else:
                await send(message)

        await self._app(scope, receive, logged)

    def _note(self, scope: Scope, path: str, status: int) -> None:
        host = self._hosts.name(scope["server"][1])
        self._log.add(scope["method"], host, path, status, scope.get("operation"), scope.get("fault"))
