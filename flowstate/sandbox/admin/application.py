"""The routes of the sandbox itself as one application, mounted beside the service."""

from __future__ import annotations

from fastapi import FastAPI

from flowstate.sandbox.admin import behaviours, clock, faults, files, log, snapshots, tokens
from flowstate.sandbox.behaviours import Conduct
from flowstate.sandbox.parts import Parts
from flowstate.sandbox.problems import add_handlers

_ABOUT = """What the sandbox has beside the service: for tests of clients, on this machine, without a token.

Nothing here is part of Onsight Flow, and no call to it is logged as a call of the service.
"""

ROUTERS = (behaviours.routes, faults.routes, clock.routes, tokens.routes, snapshots.routes, log.routes, files.routes)


def admin(parts: Parts) -> FastAPI:
    app = FastAPI(
        title="The sandbox itself",
        description=_ABOUT,
        redirect_slashes=False,
        strict_content_type=False,
        # Theirs load scripts from the network.
        docs_url=None,
        redoc_url=None,
    )
    # Strict, however the service behaves.
    app.state.parts, app.state.conduct = parts, Conduct()
    for each in ROUTERS:
        app.router.routes.extend(each.routes)
    add_handlers(app)
    return app
