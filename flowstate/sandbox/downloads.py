"""The third host: files behind signed links, as storage services have them. It must never see a bearer token."""

from __future__ import annotations

import hmac
import secrets
from collections import deque
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from flowstate.sandbox.behaviours import Conduct
from flowstate.sandbox.clock import Clock
from flowstate.sandbox.problems import Refusal, add_handlers
from flowstate.sandbox.store import Store

LIFETIME = 900
_KEPT = 10_000
_LONGEST_PATH = 500


class Leak(NamedTuple):
    """A request that brought credentials to where they do not belong; the credentials are not kept."""

    method: str
    path: str
    header: str


class Downloads:
    """``leaks`` is what a test wants to be empty. Links are good for a while and differ from one to the next."""

    def __init__(self, origin: str, store: Store, clock: Clock) -> None:
        self.origin = origin
        self.leaks: deque[Leak] = deque(maxlen=_KEPT)
        self._store = store
        self._clock = clock
        self._key = secrets.token_bytes(32)

    def link(self, uri: str) -> str:
        expires = str(int(self._clock.now()) + LIFETIME)
        salt = secrets.token_urlsafe(12)
        query = {"expires": expires, "salt": salt, "sig": self._signature(uri, expires, salt)}
        return f"{self.origin}/{uri}?{urlencode(query)}"

    def read(self, request: Request) -> str:
        """What the link in this request is for; refused like any link that was tampered with or is too old."""
        uri = request.path_params["uri"]
        expires, salt, sig = (request.query_params.get(name, "") for name in ("expires", "salt", "sig"))
        if not hmac.compare_digest(sig.encode(), self._signature(uri, expires, salt).encode()):
            raise Refusal(403, "The signature of this link is wrong.")
        if self._clock.now() >= int(expires):
            raise Refusal(403, "This link has expired.")
        return self._html(uri)

    def note(self, scope: Scope) -> None:
        for name in (b"authorization", b"cookie", b"proxy-authorization"):
            if any(header == name for header, _ in scope["headers"]):
                self.leaks.append(Leak(scope["method"], scope["path"][:_LONGEST_PATH], name.decode()))

    def _html(self, uri: str) -> str:
        for template in self._store.all("reportTemplate"):
            contents = {"bodyUri": "bodyContent", "headerUri": "headerContent"}
            for name, content in contents.items():
                if template["files"][name] == uri:
                    return str(template[content])
        raise Refusal(404, f"There is no file {uri}.")

    def _signature(self, *signed: str) -> str:
        return hmac.new(self._key, "\n".join(signed).encode(errors="replace"), "sha256").hexdigest()


class Origin:
    """Sends what comes in on the port of files to them and nowhere else."""

    def __init__(self, app: ASGIApp, downloads: Downloads, port: int) -> None:
        self._app = app
        self._downloads = downloads
        self._port = port
        self._files = _files(downloads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["server"][1] == self._port:
            self._downloads.note(scope)
            await self._files(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _files(downloads: Downloads) -> FastAPI:
    async def fetch(request: Request) -> Response:
        return HTMLResponse(downloads.read(request), headers={"Cache-Control": "no-store"})

    files = FastAPI(openapi_url=None, redirect_slashes=False)
    files.state.conduct = Conduct()
    files.add_route("/{uri}", fetch, ["GET"])
    add_handlers(files)
    return files
