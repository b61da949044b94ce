"""Chapter 2: clients and tokens. OAuth2 client credentials with the secret in the form (RFC 6749, 4.4)."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.responses import JSONResponse, Response

from flowstate.sandbox.answers import answer, object_id, unique_id
from flowstate.sandbox.bodies import Document, Name
from flowstate.sandbox.operations import Behaves, Chapter, Team
from flowstate.sandbox.policies import ALL_SCOPES, NO_TOKEN, canonical, is_misspelled, printed
from flowstate.sandbox.rules import name_of, refuse_unknown
from flowstate.sandbox.store import Body
from flowstate.sandbox.tokens import Tokens

chapter = Chapter("2 Access")

_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_FORM = "application/x-www-form-urlencoded"


class NewClient(Document):
    """2.3.3."""

    name: Name
    """What people call the client."""
    scopes: list[str]
    """What its tokens may be for, as full scope URLs."""
    permissions: list[str]
    """What it is in the team, such as admin; no regard to case."""


def new_client(team: str, name: str, scopes: list[str], permissions: list[str]) -> Body:
    """A client as it is kept; the secret is handed out once, by whoever makes the client."""
    return {
        "clientId": unique_id(),
        "secretId": object_id(),
        "secret": secrets.token_urlsafe(32),
        "teamName": team,
        "displayName": name,
        "scopes": list(dict.fromkeys(map(canonical, scopes))),
        "permissions": permissions,
    }


@chapter.serves("create-client", "POST /api/client", policy="Client_Admin")
async def create_client(body: NewClient, team: Team) -> Response:
    """2.3.3."""
    refuse_unknown("scopes", map(canonical, body.scopes), ALL_SCOPES)
    client = new_client(name_of(team), body.name, body.scopes, body.permissions)
    team.put("client", client["clientId"], client)
    return answer({"client": _shown(client), "newSecret": client["secret"]})


def _shown(client: Body) -> dict[str, Any]:
    return {
        "clientId": client["clientId"],
        "grantTypes": ["client_credentials"],
        "secrets": [{"secretId": client["secretId"]}],
        "teamName": client["teamName"],
        "displayName": client["displayName"],
        "scopes": client["scopes"],
        "allowAccessTokensViaBrowser": False,
        "clientPermissions": client["permissions"],
    }


@chapter.serves("request-token", "POST /connect/token", policy=NO_TOKEN)
async def request_token(request: Request, team: Team, behaves: Behaves) -> Response:
    """2.3.4: no scope asked for means every scope of the client."""
    form = await _form(request)
    if "grant_type" not in form:
        return _error("invalid_request", "A form with grant_type, client_id and client_secret, each once, is needed.")
    if form["grant_type"] != "client_credentials":
        return _error("unsupported_grant_type", "Only client_credentials is served.")
    client = team.get("client", form.get("client_id", ""))
    if client is None or not _same(client["secret"], form.get("client_secret", "")):
        return _error("invalid_client", "The client or its secret is wrong.", 401)
    asked = form.get("scope", "").split()
    if any(is_misspelled(scope, behaves["scope-slashes"]) for scope in asked):
        return _error("invalid_scope", "A scope was asked for in a spelling that is not known here.")
    scopes = [canonical(scope) for scope in asked] or client["scopes"]
    if not set(scopes) <= set(client["scopes"]):
        return _error("invalid_scope", "The client does not hold every scope that was asked for.")
    tokens: Tokens = request.app.state.tokens
    shown = list(map(printed, scopes)) if behaves["scope-slashes"] == "double" else scopes
    token = tokens.issue(client["clientId"], client["teamName"], shown)
    granted = {"access_token": token, "expires_in": tokens.lifetime, "token_type": "Bearer"}
    return JSONResponse(granted, headers=_NOT_KEPT)


@chapter.serves("get-keys", "GET /.well-known/openid-configuration/jwks", policy=NO_TOKEN)
async def get_keys(request: Request) -> Response:
    """The public half of the key that signs tokens; not in the guide, but where its issuer has it."""
    return answer(request.app.state.tokens.key_set())


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; nothing of what is no form or names a field twice."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return {}
    pairs = parse_qsl((await request.body()).decode("latin-1"), errors="replace")
    return dict(pairs) if len(dict(pairs)) == len(pairs) else {}


def _same(secret: str, given: str) -> bool:
    return secrets.compare_digest(secret.encode(), given.encode(errors="replace"))


def _error(code: str, description: str, status: int = 400) -> Response:
    return JSONResponse({"error": code, "error_description": description}, status, _NOT_KEPT)
