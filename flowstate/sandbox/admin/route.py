"""What the routes of the sandbox itself have in common."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from fastapi.routing import APIRoute
from pydantic import ConfigDict
from starlette.responses import Response

from flowstate.sandbox.bodies import Document, StrictRequest
from flowstate.sandbox.parts import Parts

_REFUSALS: dict[int | str, dict[str, Any]] = {
    "default": {"description": "Refused", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
}


class Order(Document):
    """A body for the sandbox itself: an unknown field is a mistake and said to be one."""

    model_config = ConfigDict(extra="forbid")


class StrictRoute(APIRoute):
    """Takes JSON as the service does, only that no behaviour makes it more lenient."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(StrictRequest(request, None))

        return strict


async def _parts(request: Request) -> Parts:
    return cast(Parts, request.app.state.parts)


Inside = Annotated[Parts, Depends(_parts)]


def router(subject: str) -> APIRouter:
    return APIRouter(tags=[subject], route_class=StrictRoute, responses=_REFUSALS)
