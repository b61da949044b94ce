"""What time it is."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from starlette.responses import JSONResponse, Response

from flowstate.sandbox.admin.route import Inside, Order, router
from flowstate.sandbox.clock import Clock
from flowstate.sandbox.problems import invalid

routes = router("Clock")

Seconds = Annotated[float, Field(allow_inf_nan=False)]


class Offset(Order):
    """How far ahead of real time."""

    offset: Seconds


class Move(Order):
    """How far to go; back when negative."""

    seconds: Seconds


@routes.get("/clock")
async def read_clock(inside: Inside) -> Response:
    """The time of the service, and how far it is ahead of real time."""
    return JSONResponse(_shown(inside.clock))


@routes.put("/clock")
async def set_clock(body: Offset, inside: Inside) -> Response:
    """So many seconds ahead of real time; 0 is real time."""
    try:
        inside.clock.set(body.offset)
    except ValueError as error:
        raise invalid("offset", str(error)) from error
    return JSONResponse(_shown(inside.clock))


@routes.post("/clock/move")
async def move_clock(body: Move, inside: Inside) -> Response:
    """On from where it is."""
    try:
        inside.clock.move(body.seconds)
    except ValueError as error:
        raise invalid("seconds", str(error)) from error
    return JSONResponse(_shown(inside.clock))


def _shown(clock: Clock) -> dict[str, Any]:
    return {"now": clock.moment().isoformat().replace("+00:00", "Z"), "offset": clock.offset}
