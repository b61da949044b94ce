"""The team as it was."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from flowstate.sandbox.admin.route import Inside, router
from flowstate.sandbox.problems import Refusal

routes = router("Snapshots")


@routes.get("/snapshots")
async def list_snapshots(inside: Inside) -> Response:
    """Their ids, oldest first."""
    return JSONResponse(inside.snapshots.ids())


@routes.post("/snapshots", status_code=201)
async def take_snapshot(inside: Inside) -> Response:
    """The team as it is now; a thousand are kept."""
    return JSONResponse({"id": inside.snapshots.take()}, 201)


@routes.post("/snapshots/{snapshot_id}/restore")
async def restore_snapshot(snapshot_id: str, inside: Inside) -> Response:
    """The team as it was then; faults, clock and log stay as they are."""
    try:
        inside.snapshots.restore(snapshot_id)
    except KeyError as error:
        raise _unknown(snapshot_id) from error
    return Response()


@routes.delete("/snapshots/{snapshot_id}")
async def drop_snapshot(snapshot_id: str, inside: Inside) -> Response:
    """It cannot be restored any more."""
    try:
        inside.snapshots.drop(snapshot_id)
    except KeyError as error:
        raise _unknown(snapshot_id) from error
    return Response()


@routes.post("/reset")
async def reset(inside: Inside) -> Response:
    """As when the sandbox was made: the first team, real time, nothing going wrong, an empty log; tokens stay good."""
    inside.reset()
    return Response()


def _unknown(snapshot_id: str) -> Refusal:
    return Refusal(404, f"There is no snapshot {snapshot_id}.")
