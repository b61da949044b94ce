"""Files: who brought credentials to where they are fetched from, and what was uploaded."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from flowstate.sandbox.admin.route import Inside, router
from flowstate.sandbox.files import content, described
from flowstate.sandbox.problems import Refusal

routes = router("Files")


@routes.get("/leaks")
async def list_leaks(inside: Inside) -> Response:
    """Requests to the host of files that carried credentials; good clients leave this empty."""
    leaks = [leak._asdict() for leak in inside.downloads.leaks]
    return JSONResponse({"origin": inside.downloads.origin, "leaks": leaks})


@routes.get("/files")
async def list_files(inside: Inside) -> Response:
    """The workflow files that were uploaded and finalised."""
    return JSONResponse(described(inside.store))


@routes.get("/files/{version_id}")
async def read_file(version_id: str, inside: Inside) -> Response:
    """The bytes of one version of a workflow, which no documented call shows."""
    try:
        found = content(inside.store, version_id)
    except KeyError as error:
        raise Refusal(404, f"No file was uploaded as version {version_id}.") from error
    return Response(found, media_type="application/octet-stream")
