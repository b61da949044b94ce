"""Where pages are served, and what browsers may do with them: nothing but show them."""

from __future__ import annotations

import base64
import hashlib

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from flowstate.sandbox.pages.reference import reference_page
from flowstate.sandbox.pages.style import STYLE
from flowstate.sandbox.pages.team import Manners, team_page
from flowstate.sandbox.pages.view import View
from flowstate.sandbox.parts import Parts

_SHEET = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_RULES = (
    "default-src 'none'",
    f"style-src 'sha256-{_SHEET}'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
_HEADERS = {
    "Content-Security-Policy": "; ".join(_RULES),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def add_pages(app: FastAPI, parts: Parts) -> None:
    async def team(request: Request) -> Response:
        view = View(parts.store.snapshot(), everything="all" in request.query_params)
        manners = Manners(parts.conduct.now, len(parts.faults.all()))
        content = team_page(view, parts.log, manners, _seconds(request))
        return HTMLResponse(content, headers=_HEADERS)

    async def reference(_: Request) -> Response:
        return HTMLResponse(reference_page(app.openapi()), headers=_HEADERS)

    app.add_route("/", team, ["GET"], include_in_schema=False)
    app.add_route("/docs", reference, ["GET"], include_in_schema=False)


def _seconds(request: Request) -> int | None:
    """How often to load again; nothing that would keep the sandbox busy."""
    given = request.query_params.get("refresh", "")
    return min(max(int(given), 1), 3600) if given.isdecimal() and len(given) < 5 else None
