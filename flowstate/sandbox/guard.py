"""Who is calling, and may they: chapter 2.2 and the policies."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from flowstate.sandbox.answers import told
from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.bodies import Document, StrictRequest
from flowstate.sandbox.group_routes import elsewhere, is_group_route
from flowstate.sandbox.policies import NO_TOKEN, POLICIES, Policy
from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.tokens import Grant

POLICY, EARLIER_POLICY, GUARDED_POLICY = "x-policy", "x-policy-earlier-brand", "x-policy-guarded"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The policy of a call for each value of the behaviour that decides it."""

    behaviour: str
    policies: Mapping[str, Policy]

    def now(self, behaves: Behaviours) -> Policy:
        return self.policies[behaves[self.behaviour]]


class GuardedRoute(APIRoute):
    """A route that asks its policy before it looks at the body."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        asked = _asked(self.openapi_extra or {})
        model = self._model()
        wanders = is_group_route(self.path)

        async def guarded(request: Request) -> Response:
            behaves: Behaviours = request.app.state.conduct.now
            if wanders and (nothing := _elsewhere(request, self.path, behaves)):
                return nothing
            request.scope["operation"] = self.operation_id
            if asked:
                request.state.client_id = _admit(request, asked.now(behaves))
            return told(await handle(StrictRequest(request, model)), behaves)

        return guarded

    def _model(self) -> type[Document] | None:
        wanted = self.body_field.field_info.annotation if self.body_field else None
        return wanted if isinstance(wanted, type) and issubclass(wanted, Document) else None


def _asked(extra: dict[str, Any]) -> _Asked | None:
    """The guide's policy may be a misprint for that of the earlier brand, or too open to be true."""
    if extra[POLICY] == NO_TOKEN:
        return None
    policy = POLICIES[extra[POLICY]]
    if GUARDED_POLICY in extra:
        return _Asked("open-calls", {"documented": policy, "guarded": POLICIES[extra[GUARDED_POLICY]]})
    earlier = POLICIES[extra.get(EARLIER_POLICY, extra[POLICY])]
    return _Asked("user-policy", {"either": policy | earlier, "guide": policy, "earlier": earlier})


def _elsewhere(request: Request, path: str, behaves: Behaviours) -> Response | None:
    host = request.app.state.hosts.name(request.scope["server"][1])
    return elsewhere(behaves["group-routes"], host, path, request.method)


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
