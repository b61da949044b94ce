"""Chapters 14.4.3 to 14.4.5: the file of a new workflow, in blocks. A file for a workflow that exists has no call."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header, Request
from pydantic import Field
from starlette.responses import Response

from flowstate.sandbox.answers import answer, created, unique_id
from flowstate.sandbox.bodies import Document, Name, Text
from flowstate.sandbox.chapters.workflows import new_workflow
from flowstate.sandbox.files import block_key, missing, stored
from flowstate.sandbox.operations import Behaves, Chapter, Team
from flowstate.sandbox.problems import Refusal, invalid
from flowstate.sandbox.rules import known, name_of
from flowstate.sandbox.store import Body, Store

chapter = Chapter("14.4 Workflow files")

LARGEST_BLOCK = 102_400
LARGEST_FILE = 200 * 1024 * 1024
_RANGE = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})", re.ASCII)


class Session(Document):
    """14.4.3."""

    block_size: Annotated[int, Field(ge=1, le=LARGEST_BLOCK)]
    """How many bytes every block has but the last."""
    file_size: Annotated[int, Field(ge=1)]
    """How many bytes the file has."""
    friendly_file_name: Name
    """What people call the file."""


class Finalisation(Document):
    """14.4.5."""

    upload_id: Name
    """The upload that has all its blocks."""
    name: Name
    """What people pick the workflow by."""
    description: str = ""
    """What it is for."""
    tags: list[Text] = Field(default_factory=list)
    """What triggers pick it by; written here and shown by no call."""
    version_notes: str | None = None
    """What is new; shown by no call."""


@chapter.serves("create-workflow-upload-session", "POST /workflows/v2/upload", policy="Workflow_Create")
async def create_workflow_upload_session(body: Session, team: Team) -> Response:
    """14.4.3."""
    if body.file_size > LARGEST_FILE:
        raise Refusal(413, f"fileSize: a file has no more than {LARGEST_FILE} bytes.")
    upload = {"uploadId": unique_id(), **body.wire(), "received": 0, "versionId": None}
    team.put("upload", upload["uploadId"], upload)
    return answer({"id": upload["uploadId"]})


@chapter.serves("upload-workflow-block", "POST /workflows/v2/upload/{upload_id}", policy="Workflow_Create")
async def upload_workflow_block(
    upload_id: str, request: Request, team: Team, content_range: Annotated[str, Header()] = ""
) -> Response:
    """14.4.4: in any order; 204 once all blocks are there, whichever came last."""
    known(team, "upload", upload_id)
    block = await request.body()
    # Read again, as other blocks came in while this one did.
    upload = known(team, "upload", upload_id)
    if len(block) > upload["blockSize"]:
        raise Refusal(413, f"A block of this upload has no more than {upload['blockSize']} bytes.")
    start = _start(content_range, upload, len(block))
    before = team.get("block", block_key(upload_id, start))
    change = stored(team, upload, start, block)
    if before is None:
        upload = {**upload, "received": upload["received"] + len(block)}
        team.write([change, ("upload", upload_id, upload)])
    elif before != change[2]:
        raise Refusal(409, f"The block at {start} is there already, with other bytes.")
    return Response(status_code=204 if upload["received"] == upload["fileSize"] else 202)


@chapter.serves("finalize-workflow-upload", "POST /workflows/v2", policy="Workflow_Create")
async def finalize_workflow_upload(body: Finalisation, request: Request, team: Team, behaves: Behaves) -> Response:
    """14.4.5: a new workflow for everybody, whose only version waits to be activated."""
    upload = team.get("upload", body.upload_id)
    if upload is None:
        raise invalid("uploadId", f"unknown ids {body.upload_id}")
    if upload["versionId"]:
        raise Refusal(409, f"The upload {body.upload_id} was finalised before, as {upload['workflowId']}.")
    if gaps := missing(team, upload):
        raise Refusal(409, f"The upload {body.upload_id} lacks the bytes {', '.join(gaps)}.", missing=gaps)
    workflow = _workflow(team, _author(team, request), upload, body)
    made = {"workflowId": workflow["workflowId"], "versionId": workflow["versions"][0]["versionId"]}
    team.write(
        [
            ("workflow", workflow["workflowId"], workflow),
            ("upload", body.upload_id, {**upload, **made, "versionNotes": body.version_notes}),
        ]
    )
    return created({"workflowId": workflow["workflowId"]}, behaves)


def _start(content_range: str, upload: Body, length: int) -> int:
    """Where a block belongs. The guide ends ranges with the last byte in one place and after it in another."""
    found = _RANGE.fullmatch(content_range.strip())
    if not found:
        raise invalid("Content-Range", "must be bytes FIRST-LAST/SIZE")
    start, end, size = map(int, found.groups())
    if size != upload["fileSize"]:
        raise invalid("Content-Range", f"the file has {upload['fileSize']} bytes, not {size}")
    # A range that ends after its last byte is told by its block, as the other reading would be one byte short.
    end += length != end - start
    if start >= size or end > size:
        unsatisfiable = {"Content-Range": f"bytes */{size}"}
        raise Refusal(416, f"Content-Range: {content_range} leaves the file of {size} bytes.", unsatisfiable)
    if start % upload["blockSize"] or end != min(start + upload["blockSize"], size):
        raise invalid("Content-Range", f"is no block of {upload['blockSize']} bytes; it would overlap with others")
    if length != end - start:
        raise invalid("Content-Range", f"says {end - start} bytes, the body has {length}")
    return start


def _workflow(team: Store, author: Body, upload: Body, body: Finalisation) -> Body:
    made = new_workflow(name_of(team), author, body.name, body.description, versions=1)
    version = {**made["versions"][0], "fileReference": upload["uploadId"], "fileSize": upload["fileSize"]}
    return {**made, "tags": body.tags, "versions": [version], "activeVersionId": None}


def _author(team: Store, request: Request) -> Body:
    """No person signs in here; the client stands for whoever runs it."""
    client = known(team, "client", request.state.client_id)
    return {"userId": client["clientId"], "username": client["displayName"]}
