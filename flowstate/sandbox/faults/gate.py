"""Where calls meet faults."""

from __future__ import annotations

from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from flowstate.sandbox.doorway import is_own
from flowstate.sandbox.faults.call import Call
from flowstate.sandbox.faults.registry import Asked, Fault, Faults
from flowstate.sandbox.hosts import FILES, Hosts


class Gate:
    """In front of the service; without faults it is open and costs nothing."""

    def __init__(self, app: ASGIApp, faults: Faults, hosts: Hosts) -> None:
        self._app = app
        self._faults = faults
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._due(scope) if self._faults.active else None
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._go_wrong(fault, scope, receive, send)

    def _due(self, scope: Scope) -> Fault | None:
        if scope["type"] != "http" or is_own(scope["path"]):
            return None
        host = self._hosts.name(scope["server"][1])
        operation = None if host == FILES else _operation(scope)
        fault = self._faults.due(Asked(scope["method"], host, scope["path"], operation))
        if fault:
            scope["fault"] = fault.effect.do
            # A call that goes wrong may never reach the route that names it.
            scope["operation"] = operation
        return fault

    async def _go_wrong(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        epoch = self._faults.epoch
        call = Call(self._app, scope, receive, send, lambda: self._faults.epoch == epoch)
        await call.read()
        try:
            await fault.effect.act(call)
        finally:
            call.close()


def _operation(scope: Scope) -> str | None:
    for route in scope["app"].routes:
        if route.matches(scope)[0] is Match.FULL:
            operation: str | None = getattr(route, "operation_id", None)
            return operation
    return None
