"""How long tokens are good."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from starlette.responses import JSONResponse, Response

from flowstate.sandbox.admin.route import Inside, Order, router
from flowstate.sandbox.bodies import Text
from flowstate.sandbox.rules import refuse_unknown

routes = router("Tokens")


class Lifetime(Order):
    """Of tokens to come."""

    lifetime: Annotated[int, Field(ge=1, le=10 * 365 * 86_400)]


class Revocation(Order):
    """Whose tokens; everybody's without a client."""

    client_id: Text | None = None


@routes.get("/tokens")
async def read_lifetime(inside: Inside) -> Response:
    """For how many seconds a token is good."""
    return JSONResponse({"lifetime": inside.tokens.lifetime})


@routes.put("/tokens")
async def set_lifetime(body: Lifetime, inside: Inside) -> Response:
    """Tokens that were issued keep theirs."""
    inside.tokens.lifetime = body.lifetime
    return JSONResponse({"lifetime": inside.tokens.lifetime})


@routes.post("/tokens/revoke")
async def revoke_tokens(inside: Inside, body: Revocation | None = None) -> Response:
    """All tokens issued so far, or those of one client, are good no longer."""
    client_id = body.client_id if body else None
    if client_id is not None:
        refuse_unknown("clientId", [client_id], inside.store.ids("client"))
    inside.tokens.revoke(client_id)
    return Response()
