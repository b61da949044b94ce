"""Chapter 12: triggers. What they name (workflows, people, templates) is not checked."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.responses import Response

from flowstate.sandbox.answers import answer, done, now, object_id
from flowstate.sandbox.bodies import Document, Name, Text
from flowstate.sandbox.operations import Chapter, Team
from flowstate.sandbox.rules import known

chapter = Chapter("12 Triggers")


class Trigger(Document):
    """12.3 and 12.4: what is left out takes its default, also in the place of what was there."""

    name: Name
    description: str | None = None
    template_tags: list[Text] = Field(default_factory=list)
    object_ids: list[Text] = Field(default_factory=list)
    template_ids: list[Text] = Field(default_factory=list)
    trigger_type: Name
    trigger_options: dict[str, Text] = Field(default_factory=dict)
    report_template_id: str | None = None
    pdf_requirement: Name = "NotRequired"
    disabled: bool = False


@chapter.serves("get-all-triggers", "GET /trigger/v2", policy="Trigger_Read")
async def get_all_triggers(team: Team) -> Response:
    """12.1: archived ones too."""
    return answer(team.all("trigger"))


@chapter.serves("get-trigger", "GET /trigger/v2/{trigger_id}", policy="Trigger_Read")
async def get_trigger(trigger_id: str, team: Team) -> Response:
    """12.2: a list of one."""
    return answer([known(team, "trigger", trigger_id)])


@chapter.serves("create-trigger", "POST /trigger/v2", policy="Trigger_Admin")
async def create_trigger(body: Trigger, team: Team) -> Response:
    """12.3."""
    moment = now()
    trigger = _kept({"triggerId": object_id(), "created": moment, "archived": False}, body, moment)
    team.put("trigger", trigger["triggerId"], trigger)
    return answer(trigger)


@chapter.serves("update-trigger", "PUT /trigger/v2/{trigger_id}", policy="Trigger_Admin")
async def update_trigger(trigger_id: str, body: Trigger, team: Team) -> Response:
    """12.4."""
    trigger = known(team, "trigger", trigger_id)
    team.put("trigger", trigger_id, _kept(trigger, body, now()))
    return done()


@chapter.serves("archive-trigger", "DELETE /trigger/v2/{trigger_id}", policy="Trigger_Admin")
async def archive_trigger(trigger_id: str, team: Team) -> Response:
    """12.5: a DELETE that deletes nothing."""
    known(team, "trigger", trigger_id)
    team.update("trigger", trigger_id, archived=True)
    return done()


@chapter.serves("unarchive-trigger", "PUT /trigger/v2/unarchive/{trigger_id}", policy="Trigger_Admin")
async def unarchive_trigger(trigger_id: str, team: Team) -> Response:
    """12.6: enabled or disabled as it was."""
    known(team, "trigger", trigger_id)
    team.update("trigger", trigger_id, archived=False)
    return done()


def _kept(before: dict[str, Any], body: Trigger, updated: str) -> dict[str, Any]:
    """The documented order of fields; the client has no say in the first three and the last."""
    return {
        "triggerId": before["triggerId"],
        "created": before["created"],
        "updated": updated,
        **body.wire(),
        "archived": before["archived"],
    }
