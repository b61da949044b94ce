"""The example team beside people who use the dashboard: what they made before, and how its manifests change."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from flowstate.sandbox.answers import object_id
from flowstate.sandbox.chapters.groups import new_group
from flowstate.sandbox.chapters.report_templates import Template, new_template
from flowstate.sandbox.chapters.team_settings import DEFAULT_TEMPLATE
from flowstate.sandbox.chapters.triggers import Trigger, new_trigger
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.chapters.workflows import new_workflow
from flowstate.sandbox.server import Sandbox

EXAMPLE = Path(__file__).parents[2] / "examples/first-team"
DOMAIN = "solarenergy.example"
Data = dict[str, Any]


def at(name: str) -> str:
    return f"{name}@{DOMAIN}"


def example() -> Data:
    """Every manifest of the example as one, but for two settings that it leaves to the dashboard."""
    data: Data = {}
    for path in sorted((EXAMPLE / "manifests").rglob("*.yaml")):
        for section, found in YAML(typ="safe").load(path.read_text(encoding="utf-8")).items():
            data[section] = data[section] + found if section in data and isinstance(found, list) else found
    data = _spelled_out(data)
    for left in ("GoBackReason", "WorkflowApproverMode"):
        del data["teamSettings"][left]
    return data


_BYSTANDERS = {
    *map(at, ("aiko.tanaka", "dana.whitfield", "edith.moller", "elif.demir", "grace.mensah", "ingrid.solheim")),
    *map(at, ("joao.pereira", "mateusz.zielinski", "noah.vandijk", "owen.price", "samira.haddad", "viktor.hale")),
}


_MORE_OF_THE_SAME = {"Auditors", "Workflow Approvers", "Tell the quality desk", "Open a warranty claim"}


def smaller(data: Data) -> Data:
    """Without what only makes it larger: some people, two groups, two triggers."""
    people = [each for each in data["users"] if each["username"] not in _BYSTANDERS]
    groups = [{name: _without(value) for name, value in each.items()} for each in data["groups"]]
    data = {**data, "users": people, "groups": groups}
    for section in ("groups", "triggers"):
        data[section] = [each for each in data[section] if each["name"] not in _MORE_OF_THE_SAME]
    return data


def _without(members: Any) -> Any:
    if isinstance(members, dict):
        return {form: _without(value) for form, value in members.items()}
    return [each for each in members if each not in _BYSTANDERS] if isinstance(members, list) else members


def copy_files(folder: Path) -> None:
    """What manifests beside them read."""
    shutil.copytree(EXAMPLE / "manifests/templates", folder / "manifests/templates")
    shutil.copy(EXAMPLE / "flowstate.yaml", folder)


def _spelled_out(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _spelled_out(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_spelled_out(item) for item in data]
    return data.replace("${domain}", DOMAIN) if isinstance(data, str) else data


def _one(data: Data, section: str, key: str) -> Data:
    found: Data = next(each for each in data[section] if key in {each.get("name"), each.get("username")})
    return found


def _renamed(data: Any, old: str, new: str) -> Any:
    if isinstance(data, dict):
        return {key: _renamed(value, old, new) for key, value in data.items()}
    if isinstance(data, list):
        return [_renamed(item, old, new) for item in data]
    return new if data == old else data


def changed(data: Data) -> Data:
    """The manifests after a busy month: a rename, people leave, rights go, and most things are worded anew."""
    data = _renamed(copy.deepcopy(data), "Inspectors", "Quality Inspectors")
    _one(data, "groups", "Quality Inspectors")["previously"] = "Inspectors"
    _people_leave(data)
    _rights_go(data)
    _one(data, "reportTemplates", "Repair report").update(
        body="<p>{{job.title}}</p>\n", description=None, options={"title": "Repair", "hideFooter": True}
    )
    _one(data, "reportTemplates", "Repair report").pop("bodyFile")
    _one(data, "reportTemplates", "Repair report")["metadata"] = {"owner": None, "checked": "yes"}
    data["defaultReportTemplate"] = "Repair report"
    data["teamSettings"] |= {"EnableJobNaming": False, "AutoDeviceSignOut": 30, "DefaultTimezone": "Europe/Rome"}
    data["teamSettings"]["AutoDownload"] = {"WorkflowUpdateLapsedTime": 5}
    data["triggers"] = [each for each in data["triggers"] if each["name"] != "Print a tool slip"]
    data["removed"].append({"address": "trigger/Print a tool slip", "then": "archive"})
    return data


def _people_leave(data: Data) -> None:
    data["users"] = [each for each in data["users"] if each["username"] != at("chloe.martin")]
    _one(data, "groups", "Repair Crew")["members"].remove(at("chloe.martin"))
    for name in ("chloe.martin", "nora"):
        data["removed"].append({"address": f"user/{at(name)}", "then": "archive"})
    for name in ("finn.obrien", "bilal.rahman"):
        _one(data, "groups", "Crew North")["members"].remove(at(name))


def _rights_go(data: Data) -> None:
    _one(data, "users", at("hugo.brandt"))["permissions"] = ["approver", "dataViewer"]
    _one(data, "users", at("tomas.okafor"))["permissions"] = ["dataViewer"]
    _one(data, "users", at("lena.fischer"))["name"] = "Lena Fischer-Roth"
    _one(data, "groups", "Workflow Authors")["permissions"] = ["editor"]
    repairs = _one(data, "triggers", "Send repairs to the workshop")
    repairs["audience"] = {"groups": ["Repair Crew"]}
    repairs["triggerOptions"] = {"recipients": f"stores@{DOMAIN}", "sendCopyToUser": None}
    repairs["reportTemplate"] = None
    _one(data, "triggers", "Remind the crew leads")["disabled"] = True
    panel, tools = _one(data, "workflows", "Panel Repair"), _one(data, "workflows", "Tool Return")
    panel |= {"audience": {"groups": ["Repair Crew"]}, "description": "Mend it", "tags": ["Panel", "Repair"]}
    panel["activeVersion"] = 3
    tools["audience"] = {"groups": ["Crew North", "Crew South"]}


def restored(data: Data) -> Data:
    """The first manifests once more."""
    data = copy.deepcopy(data)
    _one(data, "groups", "Inspectors")["previously"] = "Quality Inspectors"
    return data


# What the dashboard made

_NEW = {"priya.nandakumar", "tablet.van1", "zara.iqbal", "nadia.petrova", "hugo.brandt"}
_RIGHTS: Mapping[str, tuple[str, ...]] = {
    "samira.haddad": (),
    "tomas.okafor": ("dataViewer", "executor", "editor"),
    "mara.lindqvist": ("executor",),
}
_STRANGERS: Mapping[str, tuple[str, ...]] = {"nora": ("admin",), "ulf": ("executor",), "bob.hall": ("executor",)}


def furnish(sandbox: Sandbox, data: Data) -> None:
    """Most of the example's people and some of its things, not quite as it says; and what it does not mention.

    Of those who are in at the start, nobody but Nora and the owner may do everything, and the owner is away.
    """
    team = _Furnisher(sandbox)
    sandbox.store.update("user", sandbox.store.find("team")["owner"], locked=True)
    for person in data["users"]:
        name = person["username"].partition("@")[0]
        if name not in _NEW:
            rights = _RIGHTS.get(name, tuple(person.get("permissions", ["executor"])))
            team.user(name, person["name"], rights, locked=name == "carl.jensen")
    for name, rights in _STRANGERS.items():
        team.user(name, name.title(), rights)
    team.groups()
    team.templates()
    team.triggers()
    team.workflows()
    settings = {"FutureSetting": {"a": 1}, "GoBackReason": "Required", "WorkflowApproverMode": 2}
    sandbox.store.update("settings", "settings", **settings)
    sandbox.store.settle()


class _Furnisher:
    def __init__(self, sandbox: Sandbox) -> None:
        self.store = sandbox.store
        self.ids: dict[str, str] = {each["name"]: each["workflowId"] for each in sandbox.store.all("workflow")}

    def user(self, name: str, shown: str, rights: Iterable[str], *, locked: bool = False) -> None:
        body = new_user(at(name), at(name), shown, **dict.fromkeys(rights, True)) | {"locked": locked}
        self.ids[name] = body["userId"]
        self.store.put("user", body["userId"], body)

    def group(self, name: str, rights: Iterable[str], *members: str) -> None:
        body = new_group(name)
        body["permissions"] = {**body["permissions"], **dict.fromkeys(rights, True)}
        self.ids[name] = body["id"]
        self.store.put("group", body["id"], body | {"users": [self.ids[each] for each in members if each in self.ids]})

    def groups(self) -> None:
        self.group("Crew South", ["executor"], "elif.demir", "noah.vandijk", "ulf")
        self.group("tool store", ["executor"], "tablet.van2", "ulf")
        self.group("Apprentices", ["executor", "dataViewer"], "ulf")
        self.group("Repair Crew", ["executor"], "dana.whitfield", "chloe.martin")
        self.group("Visitors", ["dataViewer"], "ulf", "nora")

    def templates(self) -> None:
        self.template("Old letter", "<p>Dear customer</p>", {"owner": "nora"})
        self.template("Repair report", "<p>repaired</p>", {"legacy": "1"})
        default = self.ids["Old letter"]
        self.store.update("team", "team", **{DEFAULT_TEMPLATE: default})
        self.store.update("settings", "settings", Reports={"DefaultReport": default})

    def template(self, name: str, html: str, metadata: Mapping[str, str]) -> None:
        sent = Template.model_validate({"name": name, "headerContent": "<b>head</b>", "bodyContent": html})
        body = new_template(sent, self.store.find("team")["owner"]) | {"metadata": dict(metadata)}
        self.ids[name] = body["reportTemplateId"]
        self.store.put("reportTemplate", body["reportTemplateId"], body)

    def triggers(self) -> None:
        self.trigger("Weekly digest", "Tool Return", "ulf", template="Old letter")
        self.trigger("Old alarm", "Site Inspection", "Visitors", archived=True)
        self.trigger("Mail the old office", "Site Inspection", "Visitors")
        self.trigger("Print a tool slip", "Tool Return", "ulf", template="Old letter")
        self.trigger("Remind the crew leads", "Site Inspection", "ulf", archived=True)

    def trigger(self, name: str, workflow: str, whom: str, *, template: str = "", archived: bool = False) -> None:
        options = {"recipients": at("nora"), "note": "kept"}
        sent: Data = {"name": name, "triggerType": "Email", "triggerOptions": options, "objectIds": [self.ids[whom]]}
        sent |= {"templateIds": [self.ids[workflow]], "reportTemplateId": self.ids[template] if template else None}
        body = new_trigger(Trigger.model_validate(sent)) | {"archived": archived}
        self.store.put("trigger", body["triggerId"], body)

    def workflows(self) -> None:
        owner = self.store.find("user", userId=self.store.find("team")["owner"])
        audiences = {"Panel Repair": ["ulf", "Visitors"], "Site Inspection": ["ulf"], "Tool Return": ["ulf"]}
        for name, whom in audiences.items():
            ids = [self.ids[each] for each in whom]
            self.store.update("workflow", self.ids[name], tags=["Old"], liveObjectIds=ids)
        body = new_workflow(self.store.find("team")["name"], owner, "Snow Report", "How much there is", 1)
        body |= {"tags": ["Snow"], "liveObjectIds": [self.ids["Visitors"], object_id()]}
        self.store.put("workflow", body["workflowId"], body)
