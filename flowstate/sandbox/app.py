"""The documented calls as one ASGI application that both hosts share."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from flowstate.sandbox.admin import admin
from flowstate.sandbox.chapters import CHAPTERS
from flowstate.sandbox.doorway import OWN, Doorway
from flowstate.sandbox.downloads import Origin
from flowstate.sandbox.faults import Gate
from flowstate.sandbox.guard import EARLIER_POLICY, GUARDED_POLICY, POLICY, GuardedRoute
from flowstate.sandbox.openapi.document import document
from flowstate.sandbox.operations import Operation
from flowstate.sandbox.pages.routes import add_pages
from flowstate.sandbox.parts import Parts
from flowstate.sandbox.problems import add_handlers


def routes() -> dict[tuple[str, str], str]:
    """Every method and path that is served, on both hosts, with and without a final slash: the operation behind it."""
    return {
        (spelling.method, path): operation.id
        for chapter in CHAPTERS
        for operation in chapter.operations
        for spelling in operation.spellings
        for path in (spelling.path, f"{spelling.path}/")
    }


def build(parts: Parts) -> FastAPI:
    app = Described(
        title="Onsight Flow, as documented",
        redirect_slashes=False,
        strict_content_type=False,
        # Theirs load scripts from the network.
        docs_url=None,
        redoc_url=None,
    )
    app.state.store, app.state.tokens = parts.store, parts.tokens
    app.state.hosts, app.state.downloads = parts.hosts, parts.downloads
    app.state.conduct = parts.conduct
    for chapter in CHAPTERS:
        for operation in chapter.operations:
            _add(app, operation, chapter.title)
    app.mount(OWN, admin(parts))
    add_pages(app, parts)
    add_handlers(app)
    # The last one is the outermost: what a fault tells a client is logged.
    app.add_middleware(Origin, downloads=parts.downloads, port=parts.hosts.files_port)
    app.add_middleware(Gate, faults=parts.faults, hosts=parts.hosts)
    app.add_middleware(Doorway, log=parts.log, hosts=parts.hosts)
    return app


class Described(FastAPI):
    """An application that describes itself as the guide does."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            self.openapi_schema = document(self, (each for chapter in CHAPTERS for each in chapter.operations))
        return self.openapi_schema


def _add(app: FastAPI, operation: Operation, chapter: str) -> None:
    for spelling in operation.spellings:
        app.router.add_api_route(
            spelling.path,
            operation.handler,
            methods=[spelling.method],
            operation_id=operation.id,
            tags=[chapter],
            openapi_extra=_policies(operation),
            # One operation is described once, as the guide spells it.
            include_in_schema=spelling is operation.spellings[0],
            route_class_override=GuardedRoute,
        )


def _policies(operation: Operation) -> dict[str, Any]:
    named = {
        POLICY: operation.policy,
        EARLIER_POLICY: operation.earlier_policy,
        GUARDED_POLICY: operation.guarded_policy,
    }
    return {name: policy for name, policy in named.items() if policy}
