"""How the service behaves where the guide leaves a choice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Body
from starlette.responses import JSONResponse, Response

from flowstate.sandbox.admin.route import Inside, Order, router
from flowstate.sandbox.behaviours import BEHAVIOURS, PROFILES, BehaviourError, Behaviours
from flowstate.sandbox.bodies import Text
from flowstate.sandbox.problems import Refusal

routes = router("Behaviours")

Chosen = Annotated[dict[str, Text], Body(description="Values by the name of their behaviour.")]


class Profile(Order):
    """A value for every behaviour."""

    profile: Text
    """documented, hostile or clean."""


@routes.get("/behaviours")
async def read_behaviours(inside: Inside) -> Response:
    """All of them: current value, values to choose from, what they mean."""
    return JSONResponse(_described(inside.conduct.now))


@routes.put("/behaviours")
async def set_behaviours(body: Chosen, inside: Inside) -> Response:
    """These take effect with the next call; all of them or, when one is unknown, none."""
    _refusing_unknown(lambda: inside.conduct.set(body))
    return JSONResponse(_described(inside.conduct.now))


@routes.get("/profile")
async def read_profile(inside: Inside) -> Response:
    """The profile that was chosen, and what was set besides."""
    return JSONResponse(_profile(inside.conduct.now))


@routes.put("/profile")
async def set_profile(body: Profile, inside: Inside) -> Response:
    """Every behaviour as in this profile; what was set before is forgotten."""
    _refusing_unknown(lambda: inside.conduct.take(body.profile))
    return JSONResponse(_profile(inside.conduct.now))


def _described(now: Behaviours) -> dict[str, Any]:
    return {
        name: {"current": now[name], "values": each.values, "hostile": each.hostile, "help": each.help}
        for name, each in BEHAVIOURS.items()
    }


def _profile(now: Behaviours) -> dict[str, Any]:
    return {"profile": now.profile, "changed": now.changed, "profiles": list(PROFILES)}


def _refusing_unknown(choose: Callable[[], None]) -> None:
    try:
        choose()
    except BehaviourError as error:
        raise Refusal(400, str(error)) from error
