"""Chapter 12: triggers. What they name (workflows, people, templates) is checked where ``trigger-refs`` says so."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.responses import Response

from flowstate.sandbox.answers import answer, created, done, now, object_id
from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.bodies import Document, Name, Text
from flowstate.sandbox.lists import listed
from flowstate.sandbox.operations import Behaves, Chapter, Team
from flowstate.sandbox.problems import Refusal
from flowstate.sandbox.rules import known, refuse_repeated, refuse_unknown, undeleted_ids
from flowstate.sandbox.store import Body, Store

chapter = Chapter("12 Triggers")

_DISABLED_AFTER = {"enables": False, "disables": True}


class Trigger(Document):
    """12.3 and 12.4: what is left out takes its default, also in the place of what was there."""

    name: Name
    """What people call it; two may share one."""
    description: str | None = None
    """What it is for."""
    template_tags: list[Text] = Field(default_factory=list)
    """Jobs of workflows with one of these tags set it off."""
    object_ids: list[Text] = Field(default_factory=list)
    """Ids of the users and groups whose jobs set it off; not checked."""
    template_ids: list[Text] = Field(default_factory=list)
    """Ids of the workflows whose jobs set it off; not checked."""
    trigger_type: Name
    """What it does; Email is the one that the guide spells out."""
    trigger_options: dict[str, Text] = Field(default_factory=dict)
    """What that needs, all as text: recipients and sendCopyToUser for Email."""
    report_template_id: str | None = None
    """Id of the report template that goes along, or nothing; not checked."""
    pdf_requirement: Name = "NotRequired"
    """What the report holds: NotRequired, FullImages."""
    disabled: bool = False
    """It waits until it is enabled."""


def new_trigger(body: Trigger) -> Body:
    """A trigger as kept, not archived."""
    moment = now()
    return _kept({"triggerId": object_id(), "created": moment, "archived": False}, body.wire(), moment)


@chapter.serves("get-all-triggers", "GET /trigger/v2", policy="Trigger_Read")
async def get_all_triggers(team: Team, behaves: Behaves) -> Response:
    """12.1: archived ones too, where they are listed."""
    with_archived = behaves["archived-triggers"] == "listed"
    return answer([each for each in listed(team, "trigger", behaves) if with_archived or not each["archived"]])


@chapter.serves("get-trigger", "GET /trigger/v2/{trigger_id}", policy="Trigger_Read")
async def get_trigger(trigger_id: str, team: Team, behaves: Behaves) -> Response:
    """12.2: a list of one."""
    trigger = known(team, "trigger", trigger_id)
    if trigger["archived"] and behaves["archived-triggers"] == "gone":
        raise Refusal(404, f"There is no trigger {trigger_id}.")
    return answer([trigger] if behaves["one-as-list"] == "list" else trigger)


@chapter.serves("create-trigger", "POST /trigger/v2", policy="Trigger_Admin")
async def create_trigger(body: Trigger, team: Team, behaves: Behaves) -> Response:
    """12.3."""
    trigger = new_trigger(body if behaves["trigger-create"] == "full" else _minimal(body))
    _refuse_unknown(team, trigger, {}, behaves)
    team.put("trigger", trigger["triggerId"], trigger)
    return created(trigger, behaves)


@chapter.serves("update-trigger", "PUT /trigger/v2/{trigger_id}", policy="Trigger_Admin")
async def update_trigger(trigger_id: str, body: Trigger, team: Team, behaves: Behaves) -> Response:
    """12.4."""
    before = known(team, "trigger", trigger_id)
    if before["archived"] and behaves["archived-trigger-put"] == "refuse":
        raise Refusal(409, f"The trigger {trigger_id} is archived.")
    trigger = _kept(before, body.put_over(before, behaves["trigger-put"]), now())
    _refuse_unknown(team, trigger, before, behaves)
    team.put("trigger", trigger_id, trigger)
    return done(trigger)


@chapter.serves("archive-trigger", "DELETE /trigger/v2/{trigger_id}", policy="Trigger_Admin")
async def archive_trigger(trigger_id: str, team: Team, behaves: Behaves) -> Response:
    """12.5: a DELETE that deletes nothing."""
    trigger = known(team, "trigger", trigger_id)
    if not refuse_repeated(trigger["archived"], "archived", behaves):
        team.update("trigger", trigger_id, archived=True)
    return done({**trigger, "archived": True})


@chapter.serves("unarchive-trigger", "PUT /trigger/v2/unarchive/{trigger_id}", policy="Trigger_Admin")
async def unarchive_trigger(trigger_id: str, team: Team, behaves: Behaves) -> Response:
    """12.6: enabled or disabled as it was, unless ``unarchive`` has it otherwise."""
    trigger = known(team, "trigger", trigger_id)
    if refuse_repeated(not trigger["archived"], "unarchived", behaves):
        return done(trigger)
    disabled = _DISABLED_AFTER.get(behaves["unarchive"], trigger["disabled"])
    team.update("trigger", trigger_id, archived=False, disabled=disabled)
    return done({**trigger, "archived": False, "disabled": disabled})


def _minimal(body: Trigger) -> Trigger:
    """12.3 documents no more than this."""
    return Trigger.model_validate({"name": body.name, "triggerType": body.trigger_type, "disabled": body.disabled})


def _refuse_unknown(team: Store, sent: Body, before: Body, behaves: Behaviours) -> None:
    """What the trigger named before may stay, whatever became of it."""
    if behaves["trigger-refs"] == "unchecked":
        return
    template, earlier = ([each["reportTemplateId"]] if each.get("reportTemplateId") else [] for each in (sent, before))
    refuse_unknown("objectIds", sent["objectIds"], team.ids("user"), team.ids("group"), before.get("objectIds", []))
    refuse_unknown("templateIds", sent["templateIds"], undeleted_ids(team, "workflow"), before.get("templateIds", []))
    refuse_unknown("reportTemplateId", template, undeleted_ids(team, "reportTemplate"), earlier)


def _kept(before: dict[str, Any], sent: dict[str, Any], updated: str) -> dict[str, Any]:
    """The documented order of fields; the client has no say in the first three and the last."""
    return {
        "triggerId": before["triggerId"],
        "created": before["created"],
        "updated": updated,
        **sent,
        "archived": before["archived"],
    }
