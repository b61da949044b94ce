"""The application with no socket between, for tests that make thousands of calls."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from flowstate.sandbox.server import Sandbox


def application(sandbox: Sandbox) -> ASGIApp:
    """What the accounts host would serve to this machine."""
    server = urlsplit(sandbox.accounts)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            other = [(name, value) for name, value in scope["headers"] if name != b"host"]
            headers = [(b"host", server.netloc.encode()), *other]
            here = (server.hostname, server.port)
            scope = {**scope, "server": here, "client": ("127.0.0.1", 50_000), "headers": headers}
        await sandbox.app(scope, receive, send)

    return served
