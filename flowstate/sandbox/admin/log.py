"""What was asked of the service, and whether it is well."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from flowstate.sandbox.admin.route import Inside, router

routes = router("Log")


@routes.get("/log")
async def read_log(inside: Inside) -> Response:
    """The latest requests: method, host, path and status, never a query, a header or a body."""
    return JSONResponse([entry.shown() for entry in inside.log.entries()])


@routes.delete("/log")
async def clear_log(inside: Inside) -> Response:
    """Entries and counts."""
    inside.log.clear()
    return Response()


@routes.get("/counts")
async def count_requests(inside: Inside) -> Response:
    """How many requests, by documented call and status; status 0 is no answer, no name is no documented call."""
    return JSONResponse(inside.log.counts())


@routes.get("/health")
async def health() -> Response:
    """Answers, and so it is well."""
    return JSONResponse({"status": "ok"})
