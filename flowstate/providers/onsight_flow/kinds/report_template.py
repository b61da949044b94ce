"""Templates of reports (chapter 9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field

from flowstate.model import Fields, Kind, Live, Part, Spec, Text, Touched, Verb
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
    must_get,
    text,
    text_or_none,
    truth,
)
from flowstate.providers.onsight_flow.specs import ABSENT

_WIRE: Final = {
    "name": "name",
    "description": "description",
    "header": "headerContent",
    "body": "bodyContent",
    "options": "options",
    "metadata": "metadata",
}
_LINKS: Final = "template"  # the part of the list that holds signed links to the files
_OPTIONS: Final[Raw] = {"isLandscape": False, "headerHeight": 48, "hideFooter": False}


class Options(Part):
    """How a report is laid out."""

    is_landscape: Annotated[bool, Field(description="Whether pages lie on their side.")] = ABSENT
    title: Annotated[str, Field(description="The title of the report; at creation the template's name.")] = ABSENT
    header_height: Annotated[int, Field(description="The height kept for the header; 48 at creation.")] = ABSENT
    hide_footer: Annotated[bool, Field(description="Whether pages go without a footer.")] = ABSENT


class ReportTemplateSpec(Spec):
    """How a report looks: its header, its body and its layout."""

    name: Annotated[str, Field(min_length=1, description="The name of the template.")]
    description: Annotated[str | None, Field(description="What it is for; null clears it.")] = ABSENT
    header: Annotated[str, Field(description="The HTML of the header."), Text(".html")] = ABSENT
    body: Annotated[str, Field(description="The HTML of the body."), Text(".html")] = ABSENT
    options: Annotated[Options, Field(description="How a report is laid out; options left out stay.")] = ABSENT
    metadata: Annotated[
        dict[str, str | None],
        Field(description="Notes kept with the template, key by key; null removes a key."),
    ] = ABSENT


class ReportTemplate(Kind):
    """A report template: replaced as a whole, its metadata apart."""

    name = "reportTemplate"
    section = "reportTemplates"
    spec = ReportTemplateSpec
    key = "name"
    detailed = frozenset({"header", "body"})
    nouns = ("report template", "report templates")
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {
        "list": (call.GET_ALL_REPORT_TEMPLATES,),
        "detail": (call.GET_REPORT_TEMPLATE,),
        "one": (call.GET_REPORT_TEMPLATE,),
        "create": (call.CREATE_REPORT_TEMPLATE, call.GET_ALL_REPORT_TEMPLATES),
        "update": (
            call.GET_REPORT_TEMPLATE,
            call.UPDATE_REPORT_TEMPLATE,
            call.UPDATE_REPORT_TEMPLATE_METADATA,
        ),
        "delete": (call.DELETE_REPORT_TEMPLATE,),
    }
    written_by: ClassVar[Mapping[str, tuple[Operation, ...]]] = {
        **dict.fromkeys(_WIRE.keys() - {"metadata"}, (call.GET_REPORT_TEMPLATE, call.UPDATE_REPORT_TEMPLATE)),
        "metadata": (call.UPDATE_REPORT_TEMPLATE_METADATA,),
    }

    async def list(self, api: Api) -> Raws:
        """9.1 without archived templates, which nothing brings back, and without signed links."""
        items = (await api.call(call.GET_ALL_REPORT_TEMPLATES)).objects()
        return [_unlinked(item) for item in items if not truth(item.get("isArchived"))]

    async def one(self, api: Api, id: str) -> Raw | None:
        """9.2, which has the two texts as well."""
        raw = await get_one(api, call.GET_REPORT_TEMPLATE, "reportTemplateId", id)
        return None if raw is None or truth(raw.get("isArchived")) else raw

    async def detail(self, api: Api, raw: Raw, wanted: frozenset[str]) -> Raw:
        """9.2, unless ``raw`` comes from it."""
        if not wanted & self.detailed or {"headerContent", "bodyContent"} <= raw.keys():
            return raw
        return raw | await must_get(api, call.GET_REPORT_TEMPLATE, "reportTemplateId", str(raw["reportTemplateId"]))

    def read(self, raw: Mapping[str, Any]) -> Live:
        """A template of 9.1 or 9.2."""
        fields = {name: _READERS[name](raw, key) for name, key in _WIRE.items() if key in raw}
        extra = {name: flag(raw, name) for name in ("isDefault", "isArchived") if name in raw}
        return Live(text(raw, "reportTemplateId"), text(raw, "name"), fields, extra=extra, raw=dict(raw))

    def touched(self, live: Live, name: str) -> Touched:  # noqa: ARG002
        """Whoever saved the template last; one answer serves all its fields."""
        who = live.raw.get("userId")
        return Touched(who if isinstance(who, str) else "", moment(live.raw, "lastUpdated"), "user")

    async def create(self, api: Api, fields: Fields) -> str:
        """9.8; description and metadata follow by 9.10 and 9.9."""
        name = fields["name"]
        body = {
            "name": name,
            "headerContent": fields.get("header", ""),
            "bodyContent": fields.get("body", ""),
            "options": {"title": name} | _OPTIONS | _filled(fields.get("options")),
        }
        answer = await api.call(call.CREATE_REPORT_TEMPLATE, body)
        return await created_id(self, api, answer, "reportTemplateId", name)

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        """9.10 with the whole object as read, then 9.9 with the whole map."""
        if content := names - {"metadata"}:
            # metadata, isDefault and isArchived travel exactly as read: a PUT may well apply them
            raw = await self.detail(api, dict(live.raw), self.detailed)
            body = raw | {_WIRE[name]: target[name] for name in content}
            if "options" in content:
                body["options"] = mapping(raw.get("options")) | _filled(target["options"])
            await api.call(call.UPDATE_REPORT_TEMPLATE, body, id=live.id)
        if "metadata" in names:
            await api.call(call.UPDATE_REPORT_TEMPLATE_METADATA, _filled(target["metadata"]), id=live.id)

    async def delete(self, api: Api, live: Live) -> None:
        """9.5."""
        await api.call(call.DELETE_REPORT_TEMPLATE, id=live.id)


def _unlinked(item: Raw) -> Raw:
    """An item of 9.1 without its links; who saved it stands among them."""
    who = mapping(item.get(_LINKS)).get("userId")
    rest = {key: value for key, value in item.items() if key != _LINKS}
    return rest if who is None else {"userId": who} | rest


def _options(raw: Mapping[str, Any], key: str) -> Raw:
    options = inner(raw, key)
    return options | {name: flag(options, name) for name in ("isLandscape", "hideFooter") if name in options}


_READERS: Final[Mapping[str, Reader]] = {
    "name": text_or_none,
    "description": text_or_none,
    "header": text,
    "body": text,
    "options": _options,
    "metadata": inner,
}


def _filled(values: Any) -> Raw:
    """A map without the keys that null removes."""
    return {key: value for key, value in mapping(values).items() if value is not None}
