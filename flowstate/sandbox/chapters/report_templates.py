"""Chapter 9: report templates. Which one is the default is kept in the team settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Body as InBody
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from flowstate.sandbox.answers import NEVER, answer, created, done, now, object_id, unique_id
from flowstate.sandbox.behaviours import Behaviours
from flowstate.sandbox.bodies import Document, Name, Text
from flowstate.sandbox.chapters.team_settings import default_moved, default_template
from flowstate.sandbox.deletion import deleted, refuse_in_use, undeleted
from flowstate.sandbox.lists import listed
from flowstate.sandbox.operations import Behaves, Chapter, Team
from flowstate.sandbox.problems import Refusal, invalid
from flowstate.sandbox.rewriting import REWRITINGS
from flowstate.sandbox.rules import current, known
from flowstate.sandbox.store import Body, Change, Store

chapter = Chapter("9 Report templates")

_TEMPLATES = "/reporttemplates/v1"
_ONE = "{report_template_id}"
_CONTENT = ("name", "description", "headerContent", "bodyContent", "options")

Link = Callable[[str], str]
Map = Annotated[dict[str, Text], InBody(description="Free keys with text.")]


class Options(Document):
    """How a report is laid out; without a title it bears the template's name."""

    is_landscape: bool = False
    """Pages lie on their long side."""
    title: str | None = None
    """Above the report; the name of the template when there is none."""
    header_height: int = 48
    """How much room the header has on each page."""
    hide_footer: bool = False
    """No line with page numbers."""


class NewTemplate(Document):
    """9.8."""

    name: Name
    """What people pick the template by; two may share one."""
    header_content: str
    """HTML that is repeated on each page."""
    body_content: str
    """HTML of the report, with placeholders for what was recorded."""
    options: Options
    """How it is laid out."""


class Template(Document):
    """9.10: the client may send the whole read form; what is left out takes its default."""

    report_template_id: str | None = None
    """The id in the path once more, or nothing."""
    name: Name
    """What people pick the template by; two may share one."""
    description: str | None = None
    """What it is for."""
    header_content: str = ""
    """HTML that is repeated on each page."""
    body_content: str = ""
    """HTML of the report, with placeholders for what was recorded."""
    options: Options = Field(default_factory=Options)
    """How it is laid out."""
    metadata: dict[str, Text] | None = None
    """As just read; it has a call of its own."""
    is_default: bool | None = None
    """As just read; it has calls of its own."""
    is_archived: bool | None = None
    """As just read."""
    last_updated: Any = None
    """Ignored."""
    user_id: Any = None
    """Ignored."""


@chapter.serves("get-all-report-templates", f"GET {_TEMPLATES}", policy="Reports_Create")
async def get_all_report_templates(request: Request, team: Team, behaves: Behaves) -> Response:
    """9.1."""
    default, link = default_template(team, behaves), request.app.state.downloads.link
    return answer([_listed(template, default, link) for template in _current(team, behaves)])


@chapter.serves("get-report-template", f"GET {_TEMPLATES}/content/{_ONE}", policy="Reports_Create")
async def get_report_template(report_template_id: str, team: Team, behaves: Behaves) -> Response:
    """9.2."""
    return answer(_shown(known(team, "reportTemplate", report_template_id), default_template(team, behaves)))


@chapter.serves("get-report-template-names", f"GET {_TEMPLATES}/names", policy="Reports_Create")
async def get_report_template_names(team: Team, behaves: Behaves) -> Response:
    """9.3: mostly nulls."""
    return answer([_named(template) for template in _current(team, behaves)])


@chapter.serves("get-default-report-template", f"GET {_TEMPLATES}/default", policy="Reports_Create")
async def get_default_report_template(team: Team, behaves: Behaves) -> Response:
    """9.4: no content without one."""
    default = default_template(team, behaves)
    if default is None:
        return _no_default(behaves["default-none"])
    return answer(_shown(known(team, "reportTemplate", default), default))


@chapter.serves("delete-report-template", f"DELETE {_TEMPLATES}/{_ONE}", policy="Reports_Create")
async def delete_report_template(report_template_id: str, team: Team, behaves: Behaves) -> Response:
    """9.5: a deleted template is no longer the default."""
    template, how = current(team, "reportTemplate", report_template_id), behaves["template-delete"]
    was_default = default_template(team, behaves) == report_template_id
    if was_default and how == "refused-in-use":
        raise Refusal(409, f"The template {report_template_id} is the default.")
    refuse_in_use(team, "reportTemplate", report_template_id, how)
    moved = default_moved(team, None, behaves) if was_default else []
    team.write([deleted("reportTemplate", report_template_id, template, how), *moved])
    return done(_shown({**template, "isArchived": True}, None))


@chapter.serves("unset-default-report-template", f"PUT {_TEMPLATES}/default/unset", policy="Reports_Create")
async def unset_default_report_template(team: Team, behaves: Behaves) -> Response:
    """9.7; ahead of 9.6, whose path would take ``unset`` for an id."""
    team.write(default_moved(team, None, behaves))
    return done()


@chapter.serves("set-default-report-template", f"PUT {_TEMPLATES}/default/{_ONE}", policy="Reports_Create")
async def set_default_report_template(report_template_id: str, team: Team, behaves: Behaves) -> Response:
    """9.6."""
    template = current(team, "reportTemplate", report_template_id)
    team.write(default_moved(team, report_template_id, behaves))
    return done(_shown(template, report_template_id))


@chapter.serves("create-report-template", f"POST {_TEMPLATES}/content", policy="Reports_Create")
async def create_report_template(request: Request, body: NewTemplate, team: Team, behaves: Behaves) -> Response:
    """9.8: time and author are placeholders in this answer."""
    template = _rewritten(new_template(body, request.state.client_id), behaves["html"])
    team.put("reportTemplate", template["reportTemplateId"], template)
    return created({**_shown(template, None), "lastUpdated": NEVER, "userId": None}, behaves)


@chapter.serves("update-report-template-metadata", f"PUT {_TEMPLATES}/metadata/{_ONE}", policy="Reports_Create")
async def update_report_template_metadata(report_template_id: str, body: Map, team: Team, behaves: Behaves) -> Response:
    """9.9: these keys in place of all others, or beside them."""
    before = current(team, "reportTemplate", report_template_id)
    kept = before["metadata"] if behaves["metadata-put"] == "merge" else {}
    template = {**before, "metadata": {**kept, **body}, "lastUpdated": now(3)}
    team.put("reportTemplate", report_template_id, template)
    return done(_shown(template, default_template(team, behaves)))


@chapter.serves("update-report-template", f"PUT {_TEMPLATES}/content/{_ONE}", policy="Reports_Create")
async def update_report_template(report_template_id: str, body: Template, team: Team, behaves: Behaves) -> Response:
    """9.10: isDefault, isArchived and metadata have their own calls and are ignored, or applied, here."""
    before = current(team, "reportTemplate", report_template_id)
    if body.report_template_id not in {None, report_template_id}:
        raise invalid("reportTemplateId", "is not the id in the path")
    template = _rewritten(_kept(body.put_over(before, behaves["template-put"]), before), behaves["html"])
    default = default_template(team, behaves)
    moved: list[Change] = []
    if behaves["template-put-extras"] == "applied":
        template |= body.model_dump(by_alias=True, include={"metadata", "is_archived"}, exclude_none=True)
        moved = default_moved(team, _default_after(body, report_template_id, default), behaves)
    team.write([("reportTemplate", report_template_id, template), *moved])
    return done(_shown(template, default_template(team, behaves)))


def _default_after(body: Template, template_id: str, default: str | None) -> str | None:
    """What ``isDefault`` and ``isArchived`` make of the default, where they are sent and heeded."""
    if body.is_archived or body.is_default is False:
        return None if default == template_id else default
    return template_id if body.is_default else default


def _no_default(how: str) -> Response:
    match how:
        case "204":
            return Response(status_code=204)
        case "null":
            return answer(None)
        case "empty":
            return Response()
        case _:
            raise Refusal(404, "There is no default report template.")


def _current(team: Store, behaves: Behaviours) -> list[Body]:
    return undeleted(listed(team, "reportTemplate", behaves), behaves["template-delete"])


def new_template(body: NewTemplate | Template, author: str) -> Body:
    """A template as kept, not the default."""
    return _kept(body.wire(), {**_blank(), "userId": author})


def _blank() -> Body:
    files = {"templateId": object_id(), "bodyUri": unique_id(), "headerUri": unique_id()}
    return {"reportTemplateId": object_id(), "description": None, "isArchived": False, "metadata": {}, "files": files}


def _kept(sent: Body, before: Body) -> Body:
    content = {key: sent[key] for key in _CONTENT if key in sent}
    if content["options"]["title"] is None:
        content["options"] = {**content["options"], "title": content["name"]}
    return {**before, **content, "lastUpdated": now(3)}


def _rewritten(template: Body, how: str) -> Body:
    rewrite = REWRITINGS[how]
    return {**template, **{key: rewrite(template[key]) for key in ("headerContent", "bodyContent")}}


def _shown(template: Body, default: str | None) -> dict[str, Any]:
    shown = {key: value for key, value in template.items() if key != "files"}
    return {**shown, "isDefault": template["reportTemplateId"] == default}


def _listed(template: Body, default: str | None, link: Link) -> dict[str, Any]:
    """No HTML, but links to it that differ from one answer to the next."""
    files = template["files"]
    shown = _shown(template, default)
    del shown["headerContent"], shown["bodyContent"], shown["userId"]
    shown["template"] = {
        "templateId": files["templateId"],
        "templateBodyFile": _file("Body template", files["bodyUri"], link),
        "templateHeaderFile": _file("Header template", files["headerUri"], link),
        "uploadedDate": template["lastUpdated"],
        "userId": template["userId"],
    }
    return shown


def _file(name: str, uri: str, link: Link) -> dict[str, str]:
    return {"name": name, "uri": uri, "contentType": "text/html", "downloadUrl": link(uri)}


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
