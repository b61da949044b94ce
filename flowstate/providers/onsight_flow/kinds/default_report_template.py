"""Which report template a report takes when nobody chooses (9.4, 9.6, 9.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from flowstate.errors import NotFoundError
from flowstate.model import Fields, Kind, Live, Ref, Spec, Verb
from flowstate.operations import Api, Operation
from flowstate.providers.onsight_flow import operations as call
from flowstate.providers.onsight_flow.answers import Raw, Raws, text_or_none
from flowstate.providers.onsight_flow.specs import ABSENT


class DefaultReportTemplateSpec(Spec):
    """Which report template is taken when nobody chooses."""

    template: Annotated[
        str | None,
        Field(description="The name of the report template that is the default; null: none is."),
        Ref("reportTemplate"),
    ] = ABSENT


class DefaultReportTemplate(Kind):
    """The default report template: none or one per team."""

    name = "defaultReportTemplate"
    section = "defaultReportTemplate"
    spec = DefaultReportTemplateSpec
    bare = "template"
    nouns = ("default report template", "default report templates")
    uses: ClassVar[Mapping[Verb, tuple[Operation, ...]]] = {
        "list": (call.GET_DEFAULT_REPORT_TEMPLATE,),
        "one": (call.GET_DEFAULT_REPORT_TEMPLATE,),
        "update": (
            call.GET_DEFAULT_REPORT_TEMPLATE,
            call.SET_DEFAULT_REPORT_TEMPLATE,
            call.UNSET_DEFAULT_REPORT_TEMPLATE,
        ),
    }

    async def list(self, api: Api) -> Raws:
        """9.4; 204, 404, null and an empty body all mean that none is set."""
        try:
            answer = await api.call(call.GET_DEFAULT_REPORT_TEMPLATE)
        except NotFoundError:
            return [{}]
        return [{"reportTemplateId": item.get("reportTemplateId")} for item in answer.objects()[:1]] or [{}]

    async def one(self, api: Api, id: str) -> Raw:  # noqa: ARG002
        """9.4."""
        return (await self.list(api))[0]

    def read(self, raw: Mapping[str, Any]) -> Live:
        """The id of the default, or None."""
        return Live(self.name, "", {"template": text_or_none(raw, "reportTemplateId") or None}, raw=dict(raw))

    async def update(self, api: Api, live: Live, target: Fields, names: frozenset[str]) -> None:
        """9.6 moves the default; 9.7 clears whichever is set by then, so it is sent only to one just seen."""
        wanted = target["template"] if "template" in names else live.fields["template"]
        if wanted is not None and wanted != live.fields["template"]:
            await api.call(call.SET_DEFAULT_REPORT_TEMPLATE, id=wanted)
        elif wanted is None and self.understand(await self.one(api, self.name), "one").fields["template"]:
            await api.call(call.UNSET_DEFAULT_REPORT_TEMPLATE)
