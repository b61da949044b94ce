"""Triggers: what is sent when a job ends (chapter 12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from flowstate.errors import RejectedError, ThrottledError
from flowstate.model import (
    Always,
    EmptyMeansEveryone,
    EmptyTogether,
    Fields,
    Grants,
    Kind,
    Live,
    Mixed,
    Names,
    Ref,
    Seen,
    Sensitive,
    Spec,
    Strings,
    SwitchesOn,
    Touched,
    Verb,
)
from flowstate.operations import Api, Operation
from flowstate.providers.onsight_flow import operations as call
from flowstate.providers.onsight_flow.answers import (
    Raw,
    Raws,
    Reader,
    created_id,
    flag,
    get_one,
    inner,
    mapping,
    moment,
    text,
    text_or_none,
    texts,
)
from flowstate.providers.onsight_flow.specs import ABSENT, Audience

_WIRE: Final = {
    "name": "name",
    "description": "description",
    "triggerType": "triggerType",
    "triggerOptions": "triggerOptions",
    "workflows": "templateIds",
    "workflowTags": "templateTags",
    "audience": "objectIds",
    "reportTemplate": "reportTemplateId",
    "pdfRequirement": "pdfRequirement",
    "disabled": "disabled",
}
_SERVERS: Final = frozenset({"triggerId", "created", "updated", "archived"})
# What 12.3 answers to the smallest trigger: a key that the service left out is sent as this.
_BLANK: Final[Mapping[str, Any]] = {
    "description": None,
    "templateTags": [],
    "objectIds": [],
    "templateIds": [],
    "triggerOptions": {},
    "reportTemplateId": None,
    "pdfRequirement": "NotRequired",
    "disabled": False,
}


class TriggerSpec(Spec):
    """What is sent when a job ends, such as an e-mail with the report."""

    name: Annotated[str, Field(min_length=1, description="The name of the trigger.")]
    description: Annotated[str | None, Field(description="What it is for; null clears it.")] = ABSENT
    trigger_type: Annotated[
        str, Field(description="What the trigger does, such as Email; needed to create it."), Seen(("Email",))
    ] = ABSENT
    trigger_options: Annotated[
        dict[str, str | bool | int | float | None],
        Field(
            description="What the type needs, such as recipients; key by key, null removes a key.",
            examples=[{"recipients": "quality@acme.example", "sendCopyToUser": True}],
        ),
        Strings(),
        Sensitive(shown=("recipients", "sendCopyToUser"), when=("triggerType", "Email")),
    ] = ABSENT
    workflows: Annotated[
        Names,
        Field(description="Names of the workflows whose jobs it answers to.", examples=[["Panel Repair"]]),
        Ref("workflow"),
        EmptyTogether(("workflowTags",)),
    ] = ABSENT
    workflow_tags: Annotated[
        Names,
        Field(description="Tags of the workflows whose jobs it answers to.", examples=[["Warranty"]]),
        EmptyTogether(("workflows",)),
    ] = ABSENT
    audience: Annotated[
        Audience,
        Field(
            description="Whose jobs it answers to: everyone's, or those of the people and groups named.",
            examples=[{"groups": ["Inspectors"]}],
        ),
        Mixed(users=Ref("user"), groups=Ref("group")),
        EmptyMeansEveryone(),
        Grants(),
    ] = ABSENT
    report_template: Annotated[
        str | None,
        Field(
            description="The name of the report template it renders; null: the default.",
            examples=["Inspection report"],
        ),
        Ref("reportTemplate"),
    ] = ABSENT
    pdf_requirement: Annotated[
        str,
        Field(description="Whether a PDF goes along, such as NotRequired or FullImages."),
        Seen(("NotRequired", "FullImages")),
    ] = ABSENT
    disabled: Annotated[
        bool, Field(description="Whether it is switched off; left out: it is on."), Always(False), SwitchesOn(False)
    ] = ABSENT
    archived: Annotated[bool, Field(description="Whether it is put away, out of use.")] = ABSENT


class Trigger(Kind):
    """A trigger: replaced as a whole, created disabled, retired by archiving."""

    name = "trigger"
    section = "triggers"
    spec = TriggerSpec
    key = "name"
    retire = "archived"
    on_remove = "archive"
    required_to_create = ("triggerType",)
    nouns = ("trigger", "triggers")
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {
        "list": (call.GET_ALL_TRIGGERS,),
        "one": (call.GET_TRIGGER,),
        "create": (call.CREATE_TRIGGER, call.GET_ALL_TRIGGERS),
        "update": (call.UPDATE_TRIGGER, call.ARCHIVE_TRIGGER, call.UNARCHIVE_TRIGGER),
        "archive": (call.ARCHIVE_TRIGGER,),
        "restore": (call.UPDATE_TRIGGER, call.UNARCHIVE_TRIGGER),
    }
    written_by: ClassVar[Mapping[str, tuple[Operation, ...]]] = dict.fromkeys(_WIRE, (call.UPDATE_TRIGGER,))

    async def list(self, api: Api) -> Raws:
        """12.1; whether it holds archived triggers is unknown."""
        return (await api.call(call.GET_ALL_TRIGGERS)).objects()

    async def one(self, api: Api, id: str) -> Raw | None:
        """12.2, documented as a list of one."""
        return await get_one(api, call.GET_TRIGGER, "triggerId", id)

    def read(self, raw: Mapping[str, Any]) -> Live:
        """A trigger of 12.1 or 12.2."""
        fields = {name: _READERS[name](raw, key) for name, key in _WIRE.items() if key in raw}
        archived = flag(raw, "archived")
        if "archived" in raw:
            fields["archived"] = archived
        extra = {key: value for key, value in raw.items() if key not in _SERVERS | {*_WIRE.values()}}
        return Live(text(raw, "triggerId"), text(raw, "name"), fields, archived, extra, dict(raw))

    def touched(self, live: Live, name: str) -> Touched:  # noqa: ARG002
        """When the trigger was saved last; by whom is nowhere told."""
        return Touched(when=moment(live.raw, "updated"))

    async def create(self, api: Api, fields: Fields) -> str:
        """12.3, switched off: it must not fire before it is as wanted."""
        body = _wired(fields) | {"disabled": True}
        answer = await api.call(call.CREATE_TRIGGER, body)
        return await created_id(self, api, answer, "triggerId", fields["name"])

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        """12.4 with the whole object; 12.6 before it, for an archived trigger may refuse, or 12.5 after it."""
        if "archived" in names and not target["archived"]:
            await self.restore(api, live, target)
        if wanted := names & _WIRE.keys():
            body = _whole(live, {name: target[name] for name in wanted})
            await api.call(call.UPDATE_TRIGGER, body, id=live.id)
        if "archived" in names and target["archived"]:
            await self.archive(api, live)

    async def archive(self, api: Api, live: Live) -> None:
        """12.5."""
        if not live.retired:
            await api.call(call.ARCHIVE_TRIGGER, id=live.id)

    async def restore(self, api: Api, live: Live, target: Fields) -> None:
        """12.6; one left enabled is first brought up to date and switched off, where the service lets us."""
        if not live.retired:
            return
        if not live.fields.get("disabled"):
            try:
                await api.call(call.UPDATE_TRIGGER, _whole(live, target) | {"disabled": True}, id=live.id)
            except ThrottledError:
                raise
            except RejectedError:
                pass  # archived triggers may be read-only: it may then fire once as it was
        await api.call(call.UNARCHIVE_TRIGGER, id=live.id)


def _whole(live: Live, wanted: Fields) -> Raw:
    """The body of 12.4: everything as read, unknown keys too, the wanted fields laid over it."""
    return {**_BLANK, **live.extra, **_wired(live.fields), **_wired(wanted)}


def _wired(fields: Fields) -> Raw:
    """Fields under their wire names."""
    wired = {_WIRE[name]: value for name, value in fields.items() if name in _WIRE}
    if "triggerOptions" in wired:
        wired["triggerOptions"] = _strings(wired["triggerOptions"])
    return wired


def _strings(options: Any) -> dict[str, str]:
    """Option values travel as text; null means that there is no such key."""
    return {key: Strings.spelled(value) for key, value in mapping(options).items() if value is not None}


def _options(raw: Mapping[str, Any], key: str) -> dict[str, str]:
    return _strings(inner(raw, key))


_READERS: Final[Mapping[str, Reader]] = {
    **dict.fromkeys(_WIRE, text_or_none),
    "workflows": texts,
    "workflowTags": texts,
    "audience": texts,
    "triggerOptions": _options,
    "disabled": flag,
}
