"""The documented calls as one ASGI application that both hosts share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flowstate.sandbox.answers import answer, done
from flowstate.sandbox.chapters import CHAPTERS
from flowstate.sandbox.guard import EARLIER_POLICY, POLICY, GuardedRoute
from flowstate.sandbox.log import Log
from flowstate.sandbox.operations import Operation
from flowstate.sandbox.problems import add_handlers
from flowstate.sandbox.store import Store
from flowstate.sandbox.tokens import Tokens

_OWN = "/_sandbox"
_REFUSALS: dict[int | str, dict[str, Any]] = {
    "default": {"description": "Refused", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
}


@dataclass(frozen=True, slots=True)
class Hosts:
    """The two hosts of the guide, told apart by port."""

    accounts_port: int
    gateway_port: int

    @property
    def accounts(self) -> str:
        return f"http://127.0.0.1:{self.accounts_port}"

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    def name(self, port: int) -> str:
        return "gateway" if port == self.gateway_port else "accounts"


def routes() -> dict[tuple[str, str], str]:
    """Every method and path that is served, on both hosts, with and without a final slash: the operation behind it."""
    return {
        (spelling.method, path): operation.id
        for chapter in CHAPTERS
        for operation in chapter.operations
        for spelling in operation.spellings
        for path in (spelling.path, f"{spelling.path}/")
    }


def build(store: Store, tokens: Tokens, log: Log, hosts: Hosts) -> FastAPI:
    app = FastAPI(title="Onsight Flow, as documented", redirect_slashes=False, strict_content_type=False)
    app.state.store, app.state.tokens, app.state.log = store, tokens, log
    for chapter in CHAPTERS:
        for operation in chapter.operations:
            _add(app, operation, chapter.title)
    _add_own(app, log)
    add_handlers(app)
    app.add_middleware(Doorway, log=log, hosts=hosts)
    return app


def _add(app: FastAPI, operation: Operation, chapter: str) -> None:
    for spelling in operation.spellings:
        app.router.add_api_route(
            spelling.path,
            operation.handler,
            methods=[spelling.method],
            operation_id=operation.id,
            tags=[chapter],
            openapi_extra=_policies(operation),
            responses=_REFUSALS,
            # One operation is described once, as the guide spells it.
            include_in_schema=spelling is operation.spellings[0],
            route_class_override=GuardedRoute,
        )


def _policies(operation: Operation) -> dict[str, Any]:
    earlier = {EARLIER_POLICY: operation.earlier_policy} if operation.earlier_policy else {}
    return {POLICY: operation.policy, **earlier}


def _add_own(app: FastAPI, log: Log) -> None:
    """What the service does not have: a look at what was asked."""

    async def read(_: Request) -> Response:
        return answer([entry._asdict() for entry in log.entries()])

    async def clear(_: Request) -> Response:
        log.clear()
        return done()

    async def health(_: Request) -> Response:
        return answer({"status": "ok"})

    app.add_route(f"{_OWN}/log", read, ["GET"], include_in_schema=False)
    app.add_route(f"{_OWN}/log", clear, ["DELETE"], include_in_schema=False)
    app.add_route(f"{_OWN}/health", health, ["GET"], include_in_schema=False)


class Doorway:
    """Every request passes here: a final slash is dropped, and what was answered is logged."""

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

        async def logged(message: Message) -> None:
            # Ahead of the answer, so that whoever has the answer finds it in the log.
            if message["type"] == "http.response.start" and not path.startswith(_OWN):
                self._note(scope, path, message["status"])
            await send(message)

        await self._app(scope, receive, logged)

    def _note(self, scope: Scope, path: str, status: int) -> None:
        host = self._hosts.name(scope["server"][1])
        self._log.add(scope["method"], host, path, status, scope.get("operation"))
