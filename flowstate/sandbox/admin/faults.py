"""What shall go wrong."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body
from pydantic import Field
from starlette.responses import JSONResponse, Response

from flowstate.sandbox.admin.route import Inside, router
from flowstate.sandbox.faults.effects import (
    Bomb,
    Delay,
    Drop,
    Garbage,
    LateCommit,
    Listing,
    Oversized,
    Redirect,
    Status,
    Trickle,
    Truncate,
)
from flowstate.sandbox.problems import Refusal, invalid

routes = router("Faults")

AnyEffect = Annotated[
    Status | Redirect | Delay | Drop | LateCommit | Truncate | Garbage | Trickle | Oversized | Bomb | Listing,
    Field(discriminator="do"),
    Body(),
]


@routes.get("/faults")
async def list_faults(inside: Inside) -> Response:
    """In the order in which they were added, with how many calls each has seen and how many it was applied to."""
    return JSONResponse([fault.shown() for fault in inside.faults.all()])


@routes.post("/faults", status_code=201)
async def add_fault(body: AnyEffect, inside: Inside) -> Response:
    """From now on."""
    try:
        fault = inside.faults.add(body)
    except ValueError as error:
        raise invalid("operation", str(error)) from error
    return JSONResponse(fault.shown(), 201)


@routes.delete("/faults")
async def clear_faults(inside: Inside) -> Response:
    """All of them, and what they still hold back."""
    inside.faults.clear()
    return Response()


@routes.delete("/faults/{fault_id}")
async def remove_fault(fault_id: str, inside: Inside) -> Response:
    """This one; what it holds back still comes."""
    try:
        inside.faults.remove(fault_id)
    except KeyError as error:
        raise Refusal(404, f"There is no fault {fault_id}.") from error
    return Response()
