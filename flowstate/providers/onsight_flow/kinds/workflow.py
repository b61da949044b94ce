"""Workflows (chapter 14): they exist on the service; managed are their words, their audience and their version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field

from flowstate.errors import GuardError
from flowstate.model import (
    EmptyMeansEveryone,
    Fields,
    Grants,
    Kind,
    Live,
    MisfitError,
    Mixed,
    Ref,
    Spec,
    Touched,
    Verb,
    WriteOnly,
)
from flowstate.operations import Api, Operation
from flowstate.providers.onsight_flow import operations as call
from flowstate.providers.onsight_flow.answers import (
    Raw,
    Raws,
    Reader,
    flag,
    moment,
    objects,
    text,
    text_or_none,
    texts,
    truth,
    with_id,
)
from flowstate.providers.onsight_flow.specs import ABSENT, Audience

_WIRE: Final = {"name": "name", "description": "description", "audience": "liveObjectIds"}
_READERS: Final[Mapping[str, Reader]] = {
    "name": text_or_none,
    "description": text,
    "audience": texts,
}
_METADATA: Final = frozenset({"name", "description", "tags", "audience"})


class WorkflowSpec(Spec):
    """A workflow of the dashboard: its words, its audience and its active version."""

    name: Annotated[str, Field(min_length=1, description="The name of the workflow.")]
    description: Annotated[str, Field(description="What it is for.")] = ABSENT
    tags: Annotated[
        list[str],
        Field(
            description="Labels that triggers may choose workflows by; the service never shows them.",
            examples=[["Panel", "Repair"]],
        ),
        WriteOnly(sent_with=("name", "description", "audience")),
    ] = ABSENT
    audience: Annotated[
        Audience,
        Field(
            description="Who sees the workflow: everyone, or the people and groups named.",
            examples=[{"groups": ["Inspectors"]}],
        ),
        Mixed(users=Ref("user"), groups=Ref("group")),
        EmptyMeansEveryone(),
        Grants(),
    ] = ABSENT
    active_version: Annotated[
        Annotated[int, Field(ge=1)] | Literal["latest"],
        Field(description="The number of the version that people get, or latest."),
    ] = ABSENT


class Workflow(Kind):
    """A workflow: its metadata is one call, its active version another."""

    name = "workflow"
    section = "workflows"
    spec = WorkflowSpec
    key = "name"
    must_exist = (
        "Upload or make the workflow in the team's dashboard first, under exactly this name; "
        "flowstate manages workflows that exist."
    )
    nouns = ("workflow", "workflows")
    unreadable = "The steps of a workflow are made in the dashboard; a new team needs the workflows before an apply."
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {
        "list": (call.GET_WORKFLOWS,),
        "one": (call.GET_WORKFLOWS,),
        "update": (call.UPDATE_WORKFLOW_METADATA, call.SET_ACTIVE_WORKFLOW_VERSION),
        "delete": (call.DELETE_WORKFLOW,),
    }
    written_by: ClassVar[Mapping[str, tuple[Operation, ...]]] = {
        **dict.fromkeys(_METADATA, (call.UPDATE_WORKFLOW_METADATA,)),
        "activeVersion": (call.SET_ACTIVE_WORKFLOW_VERSION,),
    }

    async def list(self, api: Api) -> Raws:
        """14.1 without archived workflows, which nothing brings back."""
        items = (await api.call(call.GET_WORKFLOWS)).objects()
        return [item for item in items if not truth(item.get("isArchived"))]

    async def one(self, api: Api, id: str) -> Raw | None:
        """14.1 as well: which verb 14.2 takes is in doubt."""
        return with_id(await self.list(api), "workflowId", id)

    def read(self, raw: Mapping[str, Any]) -> Live:
        """A workflow of 14.1; its tags are never shown."""
        fields = {name: _READERS[name](raw, key) for name, key in _WIRE.items() if key in raw}
        fields |= _active(raw)
        return Live(text(raw, "workflowId"), text(raw, "name"), fields, raw=dict(raw))

    def settle(self, live: Live | None, wanted: Fields) -> Fields:
        """``latest`` is the highest version that is not archived; where there is none, what is active stays."""
        if live is None or wanted.get("activeVersion") != "latest":
            return wanted
        latest = max(_usable(live.raw), default=live.fields.get("activeVersion"))
        return {**wanted, "activeVersion": latest}

    def objection(self, live: Live, wanted: Fields) -> str:
        """A version that is not there, or that is archived, cannot be activated."""
        number, usable = wanted.get("activeVersion"), sorted(_usable(live.raw))
        if number is None or number in usable or number == live.fields.get("activeVersion"):
            return ""
        has = f"it has {', '.join(map(str, usable))}" if usable else "it has none that can be activated"
        return f"there is no version {number} that is not archived; {has}"

    def touched(self, live: Live, name: str) -> Touched:
        """When it was saved last; of the active version, also whose it is: nobody tells who made it active."""
        when, active = moment(live.raw, "lastUpdated"), live.raw.get("activeVersionId")
        versions = objects(live.raw, "versions") if name == "activeVersion" and active else []
        author = next((item.get("authorName") for item in versions if item.get("versionId") == active), None)
        if not isinstance(author, str):
            return Touched(when=when)
        return Touched(author, when, whose=f"version {live.fields.get('activeVersion')} is by")

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        """14.3 the metadata, 14.5 the version, which is looked up before anything is written."""
        target = self.settle(live, target)
        version = _version_id(live, target["activeVersion"]) if "activeVersion" in names else ""
        if names & _METADATA:
            await api.call(call.UPDATE_WORKFLOW_METADATA, _metadata(live, target, names), id=live.id)
        if version:
            await api.call(call.SET_ACTIVE_WORKFLOW_VERSION, id=version)

    async def delete(self, api: Api, live: Live) -> None:
        """14.7."""
        await api.call(call.DELETE_WORKFLOW, id=live.id)


def _metadata(live: Live, target: Fields, names: frozenset[str]) -> Raw:
    """The four fields of 14.3: what is not to change as read, tags only when somebody knows them."""
    current = {"description": "", "audience": []} | dict(live.fields)
    merged = current | {name: target[name] for name in names & _METADATA}
    body = {"name": merged["name"], "description": merged["description"], "liveObjectIds": merged["audience"]}
    return body if target.get("tags") is None else body | {"tags": target["tags"]}


def _active(raw: Mapping[str, Any]) -> Raw:
    """The number of the active version, unless an unlisted one is active."""
    active = text(raw, "activeVersionId")
    numbers = [number for number, id, _ in _versions(raw) if id == active]
    if not active:
        return {"activeVersion": None} if "activeVersionId" in raw else {}
    return {"activeVersion": numbers[0]} if numbers else {}


def _usable(raw: Mapping[str, Any]) -> dict[int, str]:
    """The versions that may be activated: number → id."""
    return {number: id for number, id, archived in _versions(raw) if not archived}


def _versions(raw: Mapping[str, Any]) -> list[tuple[int, str, bool]]:
    """Number, id, and whether it is archived, of every version that tells the first two."""
    versions = objects(raw, "versions")
    if not all(isinstance(item.get("version"), int | None) for item in versions):
        raise MisfitError("versions holds a version whose number is none")
    told = [(item.get("version"), text(item, "versionId"), flag(item, "isArchived")) for item in versions]
    return [(number, id, archived) for number, id, archived in told if number is not None and id]


def _version_id(live: Live, number: Any) -> str:
    usable = _usable(live.raw)
    if number not in usable:
        hint = f"It has {', '.join(map(str, sorted(usable)))}." if usable else "It has none that can be activated."
        summary = f"workflow {live.key!r} has no version {number} that is not archived"
        raise GuardError(call.SET_ACTIVE_WORKFLOW_VERSION.name, summary, hint=hint)
    return usable[number]
