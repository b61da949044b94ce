"""HTTP as uvicorn speaks it, with one thing that ASGI lacks: the application may hang up."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

HANG_UP = "sandbox.hang_up"


class Connection(H11Protocol):
    """``scope[HANG_UP]()`` sends what was written and closes: without an answer when nothing was."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app = _hanging_up(self.app, transport)


def _hanging_up(app: ASGIApp, transport: asyncio.Transport) -> ASGIApp:
    def able(scope: Scope, receive: Receive, send: Send) -> object:
        scope[HANG_UP] = transport.close
        return app(scope, receive, send)

    return able  # type: ignore[return-value]
