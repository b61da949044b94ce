"""One section per kind of object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flowstate.sandbox.chapters.team_settings import TeamSettings
from flowstate.sandbox.log import Entry
from flowstate.sandbox.pages.html import Html, joined, tag
from flowstate.sandbox.pages.parts import NOTHING, Row, counted, faint, few, foreign, pill, pills, table
from flowstate.sandbox.pages.view import View
from flowstate.sandbox.store import Body

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Section:
    """``rows`` are made when they are looked at; long lists are cut."""

    title: str
    columns: tuple[str, ...]
    items: Sequence[Body]
    row: Callable[[Body], Row]
    none: str

    @property
    def anchor(self) -> str:
        return self.title.lower().replace(" ", "-")

    def content(self, everything: bool) -> Html:
        if not self.items:
            return tag("p", self.none, class_="empty")
        shown = self.items if everything else self.items[:_SHOWN]
        return joined((table(self.columns, map(self.row, shown)), _rest(len(self.items) - len(shown))))


def _rest(hidden: int) -> Html:
    more = tag("a", "Show all", href="/?all=yes")
    return tag("p", f"and {hidden:,} more. ", more, class_="empty") if hidden else NOTHING


def people(view: View) -> Section:
    def row(user: Body) -> Row:
        address = "" if user["emailAddress"] == user["username"] else f"mail to {user['emailAddress']}"
        return Row(
            (
                foreign(user["name"]),
                joined((foreign(user["username"]), faint(address))),
                _held(user),
                few(view.groups_of.get(user["userId"], []), 4),
                pill("locked", "bad") if user["locked"] else NOTHING,
            ),
            off=user["locked"],
        )

    return Section("People", ("Name", "Username", "Permissions", "Groups", "State"), view.all("user"), row, "Nobody.")


def groups(view: View) -> Section:
    def row(group: Body) -> Row:
        members = view.named(group["users"])
        number = tag("span", counted(len(members), "person", "people"), class_="faint")
        return Row((foreign(group["name"]), _held(group), joined((number, few(members)), ": " if members else "")))

    return Section("Groups", ("Name", "Permissions", "Members"), view.all("group"), row, "No groups.")


def workflows(view: View) -> Section:
    def row(workflow: Body) -> Row:
        audience = view.named(workflow["liveObjectIds"] or ())
        return Row(
            (
                joined((foreign(workflow["name"]), faint(workflow["description"]))),
                _version(workflow),
                few(audience, 6) if audience else pill("everybody", "good"),
                pills(workflow["tags"]),
                pill("deleted", "bad") if workflow["isArchived"] else NOTHING,
            ),
            off=workflow["isArchived"],
        )

    columns = ("Name", "Active version", "Audience", "Tags", "State")
    return Section("Workflows", columns, view.all("workflow"), row, "No workflows.")


def triggers(view: View) -> Section:
    def row(trigger: Body) -> Row:
        return Row(
            (
                joined((foreign(trigger["name"]), faint(trigger["description"] or ""))),
                joined((foreign(trigger["triggerType"]), faint(_options(trigger)))),
                joined(filter(None, (few(view.named(trigger["templateIds"]), 4), pills(trigger["templateTags"]))), " "),
                few(view.named(trigger["objectIds"]), 4),
                _report(view, trigger),
                _state(disabled=trigger["disabled"], archived=trigger["archived"]),
            ),
            off=trigger["archived"] or trigger["disabled"],
        )

    columns = ("Name", "Does", "After jobs of", "By", "Report", "State")
    return Section("Triggers", columns, view.all("trigger"), row, "No triggers.")


def templates(view: View) -> Section:
    default = view.one("settings")["Reports"].get("DefaultReport")

    def row(template: Body) -> Row:
        size = len(template["headerContent"]) + len(template["bodyContent"])
        return Row(
            (
                joined((foreign(template["name"]), faint(template["description"] or ""))),
                joined((foreign(str(template["options"]["title"])), faint(counted(size, "character") + " of HTML"))),
                few([f"{key}: {value}" for key, value in template["metadata"].items()]),
                _state(default=template["reportTemplateId"] == default, deleted=template["isArchived"]),
            ),
            off=template["isArchived"],
        )

    columns = ("Name", "Title", "Metadata", "State")
    return Section("Report templates", columns, view.all("reportTemplate"), row, "No report templates.")


def settings(view: View) -> Section:
    usual = TeamSettings().wire()

    def row(item: Body) -> Row:
        changed = item["value"] != usual.get(item["key"])
        value = tag("code", json.dumps(item["value"], ensure_ascii=False))
        return Row((foreign(item["key"]), value, pill("changed", "warn") if changed else NOTHING))

    items = [{"key": key, "value": value} for key, value in view.one("settings").items()]
    return Section("Settings", ("Key", "Value", "State"), items, row, "No settings.")


def calls(entries: Iterable[Entry]) -> Section:
    """The latest one first."""

    def row(entry: Body) -> Row:
        look = "good" if 0 < entry["status"] < 400 else "bad"
        return Row(
            (
                tag("code", f"{entry['method']} {entry['path']}"),
                entry["operation"] or "",
                entry["host"],
                joined((pill(str(entry["status"] or "no answer"), look), entry["fault"] or "")),
            )
        )

    items = [entry._asdict() for entry in entries][::-1]
    return Section("Latest calls", ("Call", "Operation", "Host", "Status"), items, row, "Nothing was asked yet.")


def _held(holder: Body) -> Html:
    return pills((name for name, held in holder["permissions"].items() if held))


def _version(workflow: Body) -> Html:
    versions = workflow["versions"]
    active = [each["version"] for each in versions if each["versionId"] == workflow["activeVersionId"]]
    return tag("span", f"{active[0] if active else 'none'} of {len(versions)}")


def _options(trigger: Body) -> str:
    """What is not mail may hold addresses and keys of other services."""
    shown = {"recipients", "sendCopyToUser"}
    return ", ".join(f"{key}: {value if key in shown else '…'}" for key, value in trigger["triggerOptions"].items())


def _report(view: View, trigger: Body) -> Html:
    template = trigger["reportTemplateId"]
    pdf = "" if trigger["pdfRequirement"] == "NotRequired" else trigger["pdfRequirement"]
    return joined((foreign(view.named([template])[0]) if template else NOTHING, faint(pdf)))


def _state(**flags: bool) -> Html:
    looks = {"default": "good", "disabled": "warn", "archived": "bad", "deleted": "bad"}
    return joined(pill(name, looks[name]) for name, holds in flags.items() if holds)
