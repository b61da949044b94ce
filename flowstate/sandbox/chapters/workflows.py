"""Chapter 14: workflows that exist; their files are not served here yet."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from flowstate.sandbox.answers import answer, done, now, unique_id
from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.bodies import Document, Name, Text
from flowstate.sandbox.deletion import deleted, refuse_in_use, undeleted
from flowstate.sandbox.lists import listed
from flowstate.sandbox.operations import Behaves, Chapter, Team
from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.rules import current, known, refuse_unknown
from flowstate.sandbox.store import Body, Store

chapter = Chapter("14 Workflows")

_WORKFLOW = "/workflows/v2/{workflow_id}"


class Metadata(Document):
    """14.3: what is left out takes its default, also in the place of what was there."""

    name: Name
    """What people pick the workflow by."""
    description: str = ""
    """What it is for."""
    tags: list[Text] = Field(default_factory=list)
    """What triggers pick it by; written here and shown by no call."""
    live_object_ids: list[Text] | None = None
    """Ids of the users and groups it is for; none means everybody."""


def new_workflow(team_name: str, author: Body, name: str, description: str, versions: int) -> Body:
    """A workflow as kept, for everybody, its first version active."""
    uploaded = [_version(author, number) for number in range(1, versions + 1)]
    moment = now()
    return {
        "workflowId": unique_id(),
        "created": moment,
        "lastUpdated": moment,
        "teamName": team_name,
        "activeVersionId": uploaded[0]["versionId"],
        "name": name,
        "description": description,
        "tags": [],
        "isArchived": False,
        "liveObjectIds": [],
        "versions": uploaded,
    }


def _version(author: Body, number: int) -> dict[str, Any]:
    return {
        "versionId": unique_id(),
        "fileReference": unique_id(),
        "fileSize": 20_480 + 512 * number,
        "uploaded": now(),
        "authorId": author["userId"],
        "authorName": author["username"],
        "version": number,
        "isArchived": False,
    }


@chapter.serves("get-workflows", "GET /workflows/v2", policy="Workflow_Read")
async def get_workflows(team: Team, behaves: Behaves) -> Response:
    """14.1: without deleted ones, unless ``workflow-delete`` lists them."""
    found = undeleted(listed(team, "workflow", behaves), behaves["workflow-delete"])
    return answer([_shown(workflow, behaves) for workflow in found])


@chapter.serves("get-workflow", f"POST {_WORKFLOW}", f"GET {_WORKFLOW}", policy="Workflow_Read")
async def get_workflow(request: Request, workflow_id: str, team: Team, behaves: Behaves) -> Response:
    """14.2: documented as a POST, and yet a read."""
    verb = behaves["workflow-get"].upper()
    if verb not in {"BOTH", request.method}:
        others = f"DELETE, {verb}, PUT"
        raise Refusal(405, f"This path answers to {others} only.", {"Allow": others})
    return answer(_shown(known(team, "workflow", workflow_id), behaves))


@chapter.serves("update-workflow-metadata", f"PUT {_WORKFLOW}", policy="Workflow_Modify")
async def update_workflow_metadata(workflow_id: str, body: Metadata, team: Team, behaves: Behaves) -> Response:
    """14.3: an empty audience is everybody; whom it named before may stay, whatever became of them."""
    before = current(team, "workflow", workflow_id)
    workflow = {**before, **body.put_over(before, behaves["workflow-put"]), "lastUpdated": now()}
    workflow["liveObjectIds"] = list(dict.fromkeys(workflow["liveObjectIds"] or []))
    if behaves["audience-refs"] == "checked":
        known_ids = (team.ids("user"), team.ids("group"), before["liveObjectIds"])
        refuse_unknown("liveObjectIds", workflow["liveObjectIds"], *known_ids)
    team.put("workflow", workflow_id, workflow)
    return done(_shown(workflow, behaves))


@chapter.serves(
    "set-active-workflow-version", "POST /workflows/v2/{workflow_version_id}/activate", policy="Workflow_Modify"
)
async def set_active_workflow_version(workflow_version_id: str, team: Team, behaves: Behaves) -> Response:
    """14.5: the version alone is named, whichever workflow it is of."""
    workflow, version = _owner(team, workflow_version_id)
    if workflow["isArchived"] or (version["isArchived"] and behaves["activate-archived"] == "refuse"):
        raise Refusal(409, f"The version {workflow_version_id} is archived.")
    return _changed(team, workflow["workflowId"], behaves, activeVersionId=workflow_version_id)


@chapter.serves("delete-workflow-version", f"DELETE {_WORKFLOW}/{{workflow_version_id}}", policy="Workflow_Delete")
async def delete_workflow_version(workflow_id: str, workflow_version_id: str, team: Team, behaves: Behaves) -> Response:
    """14.6: the version stays listed as archived."""
    workflow = current(team, "workflow", workflow_id)
    versions = workflow["versions"]
    if not any(each["versionId"] == workflow_version_id and not each["isArchived"] for each in versions):
        raise Refusal(404, f"The workflow {workflow_id} has no version {workflow_version_id}.")
    if workflow["activeVersionId"] == workflow_version_id:
        raise Refusal(409, f"The version {workflow_version_id} is the active one.")
    archived = [{**each, "isArchived": True} if each["versionId"] == workflow_version_id else each for each in versions]
    return _changed(team, workflow_id, behaves, versions=archived)


@chapter.serves("delete-workflow", f"DELETE {_WORKFLOW}", policy="Workflow_Delete")
async def delete_workflow(workflow_id: str, team: Team, behaves: Behaves) -> Response:
    """14.7."""
    how = behaves["workflow-delete"]
    workflow = {**current(team, "workflow", workflow_id), "lastUpdated": now()}
    refuse_in_use(team, "workflow", workflow_id, how)
    team.write([deleted("workflow", workflow_id, workflow, how)])
    return done(_shown({**workflow, "isArchived": True}, behaves))


def _changed(team: Store, workflow_id: str, behaves: Behaviours, **fields: object) -> Response:
    team.update("workflow", workflow_id, **fields, lastUpdated=now())
    return done(_shown(known(team, "workflow", workflow_id), behaves))


def _shown(workflow: Body, behaves: Behaviours) -> dict[str, Any]:
    """Tags are written and never shown."""
    shown = {key: value for key, value in workflow.items() if key != "tags"}
    if behaves["audience-none"] == "null" and not shown["liveObjectIds"]:
        shown["liveObjectIds"] = None
    return shown


def _owner(team: Store, version_id: str) -> tuple[Body, Body]:
    for workflow in team.all("workflow"):
        for version in workflow["versions"]:
            if version["versionId"] == version_id:
                return workflow, version
    raise Refusal(404, f"There is no workflow version {version_id}.")
