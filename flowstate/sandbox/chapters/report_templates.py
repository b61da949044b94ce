"""Chapter 9: report templates. Which one is the default is kept in the team settings."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import Body as InBody
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from flowstate.sandbox.answers import NEVER, answer, done, now, object_id, unique_id
from flowstate.sandbox.bodies import Document, Name, Text
from flowstate.sandbox.chapters.team_settings import SETTINGS, default_template, with_default_template
from flowstate.sandbox.operations import Chapter, Team
from flowstate.sandbox.problems import invalid
from flowstate.sandbox.rules import current, known
from flowstate.sandbox.store import Body, Change, Store

chapter = Chapter("9 Report templates")

_TEMPLATES = "/reporttemplates/v1"
_ONE = "{report_template_id}"

Map = Annotated[dict[str, Text], InBody()]


class Options(Document):
    """How a report is laid out; without a title it bears the template's name."""

    is_landscape: bool = False
    title: str | None = None
    header_height: int = 48
    hide_footer: bool = False


class NewTemplate(Document):
    """9.8."""

    name: Name
    header_content: str
    body_content: str
    options: Options


class Template(Document):
    """9.10: the client may send the whole read form; what is left out takes its default."""

    report_template_id: str | None = None
    name: Name
    description: str | None = None
    header_content: str = ""
    body_content: str = ""
    options: Options = Field(default_factory=Options)


@chapter.serves("get-all-report-templates", f"GET {_TEMPLATES}", policy="Reports_Create")
async def get_all_report_templates(team: Team) -> Response:
    """9.1."""
    default = default_template(team)
    return answer([_listed(template, default) for template in _current(team)])


@chapter.serves("get-report-template", f"GET {_TEMPLATES}/content/{_ONE}", policy="Reports_Create")
async def get_report_template(report_template_id: str, team: Team) -> Response:
    """9.2."""
    return answer(_shown(known(team, "reportTemplate", report_template_id), default_template(team)))


@chapter.serves("get-report-template-names", f"GET {_TEMPLATES}/names", policy="Reports_Create")
async def get_report_template_names(team: Team) -> Response:
    """9.3: mostly nulls."""
    return answer([_named(template) for template in _current(team)])


@chapter.serves("get-default-report-template", f"GET {_TEMPLATES}/default", policy="Reports_Create")
async def get_default_report_template(team: Team) -> Response:
    """9.4: no content without one."""
    default = default_template(team)
    if default is None:
        return Response(status_code=204)
    return answer(_shown(known(team, "reportTemplate", default), default))


@chapter.serves("delete-report-template", f"DELETE {_TEMPLATES}/{_ONE}", policy="Reports_Create")
async def delete_report_template(report_template_id: str, team: Team) -> Response:
    """9.5: a deleted template is no longer the default."""
    template = current(team, "reportTemplate", report_template_id)
    changes: list[Change] = [("reportTemplate", report_template_id, {**template, "isArchived": True})]
    if default_template(team) == report_template_id:
        changes.append((SETTINGS, SETTINGS, with_default_template(team, None)))
    team.write(changes)
    return done()


@chapter.serves("unset-default-report-template", f"PUT {_TEMPLATES}/default/unset", policy="Reports_Create")
async def unset_default_report_template(team: Team) -> Response:
    """9.7; ahead of 9.6, whose path would take ``unset`` for an id."""
    team.put(SETTINGS, SETTINGS, with_default_template(team, None))
    return done()


@chapter.serves("set-default-report-template", f"PUT {_TEMPLATES}/default/{_ONE}", policy="Reports_Create")
async def set_default_report_template(report_template_id: str, team: Team) -> Response:
    """9.6."""
    current(team, "reportTemplate", report_template_id)
    team.put(SETTINGS, SETTINGS, with_default_template(team, report_template_id))
    return done()


@chapter.serves("create-report-template", f"POST {_TEMPLATES}/content", policy="Reports_Create")
async def create_report_template(request: Request, body: NewTemplate, team: Team) -> Response:
    """9.8: time and author are placeholders in this answer."""
    template = _kept(body, {**_blank(), "userId": request.state.client_id})
    team.put("reportTemplate", template["reportTemplateId"], template)
    return answer({**_shown(template, None), "lastUpdated": NEVER, "userId": None})


@chapter.serves("update-report-template-metadata", f"PUT {_TEMPLATES}/metadata/{_ONE}", policy="Reports_Create")
async def update_report_template_metadata(report_template_id: str, body: Map, team: Team) -> Response:
    """9.9: these keys in place of all others."""
    current(team, "reportTemplate", report_template_id)
    team.update("reportTemplate", report_template_id, metadata=body, lastUpdated=now(3))
    return done()


@chapter.serves("update-report-template", f"PUT {_TEMPLATES}/content/{_ONE}", policy="Reports_Create")
async def update_report_template(report_template_id: str, body: Template, team: Team) -> Response:
    """9.10: isDefault, isArchived and metadata have their own calls and are ignored here."""
    template = current(team, "reportTemplate", report_template_id)
    if body.report_template_id not in {None, report_template_id}:
        raise invalid("reportTemplateId", "is not the id in the path")
    team.put("reportTemplate", report_template_id, _kept(body, template))
    return done()


def _current(team: Store) -> list[Body]:
    return [template for template in team.all("reportTemplate") if not template["isArchived"]]


def _blank() -> Body:
    files = {"templateId": object_id(), "bodyUri": unique_id(), "headerUri": unique_id()}
    return {"reportTemplateId": object_id(), "description": None, "isArchived": False, "metadata": {}, "files": files}


def _kept(body: NewTemplate | Template, before: Body) -> Body:
    sent = body.wire()
    options = sent["options"]
    if options["title"] is None:
        options["title"] = body.name
    return {**before, **sent, "reportTemplateId": before["reportTemplateId"], "lastUpdated": now(3)}


def _shown(template: Body, default: str | None) -> dict[str, Any]:
    shown = {key: value for key, value in template.items() if key != "files"}
    return {**shown, "isDefault": template["reportTemplateId"] == default}


def _listed(template: Body, default: str | None) -> dict[str, Any]:
    """No HTML, but links to it that differ from one answer to the next."""
    files = template["files"]
    shown = _shown(template, default)
    del shown["headerContent"], shown["bodyContent"], shown["userId"]
    shown["template"] = {
        "templateId": files["templateId"],
        "templateBodyFile": _file("Body template", files["bodyUri"]),
        "templateHeaderFile": _file("Header template", files["headerUri"]),
        "uploadedDate": template["lastUpdated"],
        "userId": template["userId"],
    }
    return shown


def _file(name: str, uri: str) -> dict[str, str]:
    link = f"https://files.solarenergy.example/{uri}?sig={secrets.token_urlsafe(24)}"
    return {"name": name, "uri": uri, "contentType": "text/html", "downloadUrl": link}


def _named(template: Body) -> dict[str, Any]:
    return {
        "reportTemplateId": template["reportTemplateId"],
        "name": template["name"],
        "description": template["description"],
        "templateVersions": None,
        "teamName": None,
        "lastUpdated": NEVER,
        "template": None,
        "options": None,
        "isArchived": template["isArchived"],
        "metadata": {},
    }
