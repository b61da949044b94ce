"""Who is calling, and may they: chapter 2.2 and the policies."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from flowstate.sandbox.bodies import StrictRequest
from flowstate.sandbox.policies import NO_TOKEN, POLICIES, Policy
from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.tokens import Grant

POLICY, EARLIER_POLICY = "x-policy", "x-policy-earlier-brand"


class GuardedRoute(APIRoute):
    """A route that asks its policy before it looks at the body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        policy = _policy(self.openapi_extra or {})

        async def guarded(request: Request) -> Response:
            request.scope["operation"] = self.operation_id
            if policy:
                request.state.client_id = _admit(request, policy)
            return await handle(StrictRequest(request.scope, request.receive))

        return guarded


def _policy(extra: dict[str, Any]) -> Policy | None:
    """The documented policy, or the one that the earlier brand documents: the guide's may be a misprint."""
    if extra[POLICY] == NO_TOKEN:
        return None
    policy = POLICIES[extra[POLICY]]
    return policy | POLICIES[extra[EARLIER_POLICY]] if EARLIER_POLICY in extra else policy


def _admit(request: Request, policy: Policy) -> str:
    grant = _grant(request)
    client = request.app.state.store.get("client", grant.client_id)
    if client is None:
        raise _unauthorized("The client of this token does not exist.", 'Bearer error="invalid_token"')
    if policy.lacks_scope(grant.scopes):
        raise _lacking("scope", sorted(policy.scopes))
    if policy.lacks_permission(held.upper() for held in client["permissions"]):
        raise _lacking("permission", sorted(policy.permissions))
    return grant.client_id


def _grant(request: Request) -> Grant:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise _unauthorized("The call needs a bearer token.", "Bearer")
    grant: Grant | None = request.app.state.tokens.read(token.strip())
    if grant is None:
        raise _unauthorized("The token is expired or not valid.", 'Bearer error="invalid_token"')
    return grant


def _unauthorized(detail: str, challenge: str) -> Refusal:
    return Refusal(401, detail, {"WWW-Authenticate": challenge})


def _lacking(what: str, needed: list[str]) -> Refusal:
    challenge = {"WWW-Authenticate": 'Bearer error="insufficient_scope"'}
    return Refusal(403, f"The call needs the {what} {' or '.join(needed)}.", challenge, missing=what, needed=needed)
