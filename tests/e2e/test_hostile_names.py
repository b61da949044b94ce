"""Whatever things on the service are called, every command that prints says it and does nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from report.hostile import MOST, STRINGS
from report.inspecting import check_html, check_json, check_markdown, check_text
from starlette.responses import JSONResponse

from flowstate.sandbox.chapters.groups import new_group
from flowstate.sandbox.chapters.report_templates import Template, new_template
from flowstate.sandbox.chapters.triggers import Trigger, new_trigger
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.faults.effects import Status

from .bench import SETTINGS, Bench, Command, Ran

_OWNER = "owner@solarenergy.example"
_REMOVED = {"user": "archive", "trigger": "archive", "group": "delete", "reportTemplate": "delete"}
_EXCLUSIVE = json.dumps({kind: {"exclusive": True, "onRemove": how} for kind, how in _REMOVED.items()})
_RING = {"name": "Ring", "triggerType": "Email", "triggerOptions": {"recipients": "a@x.example"}}
_MANIFEST = {
    "users": [{"username": _OWNER}],
    "groups": [{"name": "Crew", "members": []}],
    "triggers": [{**_RING, "workflows": ["Panel Repair"], "workflowTags": ["x"]}],
    "reportTemplates": [{"name": "Plain", "body": "x", "metadata": {}}],
}
_WRITABLE = [text for text in STRINGS if not any("\ud800" <= char <= "\udfff" for char in text)]


def _stranger(number: int, text: str) -> tuple[Any, str, dict[str, Any]]:
    """Something that no manifest names, and its name."""
    match number % 4:
        case 0:
            group = new_group(text)
            return "group", group["id"], group
        case 1:
            template = new_template(Template.model_validate({"name": "x", "options": {}}), "nobody")
            return "reportTemplate", template["reportTemplateId"], template | {"name": text, "description": text}
        case 2:
            trigger = new_trigger(Trigger.model_validate(_RING))
            return "trigger", trigger["triggerId"], trigger | {"name": text, "triggerOptions": {"recipients": text}}
        case _:
            user = new_user(text, "a@x.example", text, admin=True)
            return "user", user["userId"], user


@pytest.fixture
def team(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A team that was applied, and to which everything of such a name has come since, in lists that are managed too."""
    monkeypatch.setattr(JSONResponse, "render", lambda _, content: json.dumps(content).encode())  # halves of characters
    for room in ("_ROOM", "_HEAD"):
        monkeypatch.setattr(f"flowstate.report.as_markdown.{room}", 100_000_000)  # nothing is cut off
    bench.settings(f"kinds: {_EXCLUSIVE}\n{SETTINGS}")
    bench.unlimited(*(("deletes", kind) for kind in _REMOVED))
    bench.manifests(_MANIFEST)
    assert bench.apply().exit_code == 0
    strangers = [_stranger(number, text) for number, text in enumerate(STRINGS)]
    bench.sandbox.store.write(strangers)
    _fill(bench, STRINGS)
    return bench


def _fill(bench: Bench, texts: list[str]) -> None:
    """What of the resources that manifests name is these."""
    users = [user["userId"] for user in bench.sandbox.store.all("user") if user["username"] in texts]
    bench.edit("group", "Crew", users=users)
    bench.edit("trigger", "Ring", templateTags=texts)
    bench.edit("reportTemplate", "Plain", metadata={text: text for text in texts})


def _said(ran: Ran, code: int) -> Ran:
    check_text(ran.err)
    assert ran.code == code, ran.err[-2000:]
    return ran


def _leaves(data: Any) -> Iterator[str]:
    """Every key and text in it."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, list):
        for item in data:
            yield from _leaves(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _leaves(value)


def _check_json(text: str) -> None:
    """It is safe to print, and a program finds each name in it as it is, by itself or in an address."""
    data = json.loads(text)
    check_json(text, data)
    leaves = set(_leaves(data))
    assert set(STRINGS) - leaves - {leaf.partition("/")[2] for leaf in leaves} == set()


def test_plans_and_what_show_makes_of_their_files_only_say_them(team: Bench, cli: Command) -> None:
    check_text(_said(cli("plan", "-v", "-o", "plan.json"), 0).out)
    for command in (["plan"], ["show", "plan.json"]):
        _check_json(_said(cli(*command, "--format", "json"), 0).out)
        check_markdown(_said(cli(*command, "--format", "markdown"), 0).out)
        check_html(_said(cli(*command, "--format", "html"), 0).out)
    check_text(_said(cli("show", "-v", "plan.json"), 0).out)
    check_text(_said(cli("scopes", "plan.json"), 0).out)


def test_drift_in_every_format_only_says_them(team: Bench, cli: Command) -> None:
    forms = ("text", "json", "markdown", "html", "junit", "sarif")
    reports = [word for form in forms for word in ("--report", f"{form}={form}")]
    check_text(_said(cli("drift", "-v", *reports), 2).out)
    said = {form: (team.folder / form).read_text(encoding="utf-8") for form in forms}
    check_text(said["text"])
    _check_json(said["json"])
    check_markdown(said["markdown"])
    check_html(said["html"])
    check_text(said["junit"])
    tags = {element.tag for element in ElementTree.fromstring(said["junit"]).iter()}
    assert tags <= {"testsuites", "testsuite", "testcase", "failure", "skipped"}
    check_json(said["sarif"], json.loads(said["sarif"]))


def test_what_is_written_into_files_and_why_only_say_them(team: Bench, cli: Command) -> None:
    refused = _said(cli("accept", "*", "--check"), 1)
    assert "would not be valid" in refused.err
    check_text(_said(cli("export", "out"), 0).out)
    for field in ("group/Crew", "trigger/Ring", "reportTemplate/Plain"):
        check_text(_said(cli("why", field, "-v"), 0).out)
    _check_json(_said(cli("why", "trigger/Ring", "--format", "json"), 0).out)
    _fill(team, _WRITABLE)
    shown = _said(cli("accept", "*", "--check"), 2).out
    check_text(shown)
    assert sum(json.dumps(text) in shown for text in _WRITABLE) > MOST // 2, "what is not escaped in YAML as in JSON"


def test_commands_on_one_of_them_only_say_it(team: Bench, cli: Command) -> None:
    for number in (3, 111, 403):
        name, user = STRINGS[number], team.sandbox.store.find("user", username=STRINGS[number])
        for command in (
            ["why", f"user/{name}"],
            ["import", f"user/{name}", user["userId"]],
            ["import", "user/taken", user["userId"]],
            ["import", f"group/{name}", name],
            ["state", "show", f"user/{name}"],
            ["state", "rm", f"group/{name}"],
            ["reset-password", f"user/{name}", "--auto-approve"],
            ["plan", "--only", f"user/{name}"],
            ["show", f"{name}.json"],
        ):
            ran = cli(*command)
            check_text(ran.out)
            check_text(ran.err)


def test_what_is_refused_is_only_said(team: Bench, cli: Command) -> None:
    team.sandbox.faults.add(Status(status=403, operation="lock-user"))
    ran = _said(cli("apply", "--auto-approve", "--only", "user/*"), 3)
    check_text(ran.out)
    assert "125 failed" in ran.out


def test_a_run_and_the_state_after_it_only_say_them(team: Bench, cli: Command) -> None:
    _fill(team, _WRITABLE)
    ran = _said(cli("apply", "--auto-approve", "--format", "json"), 0)
    _check_json(ran.out)
    assert len(re.findall(r"\(\d+/\d+\)$", ran.err, re.MULTILINE)) == len(ran.json["results"]) > MOST
    check_text(_said(cli("show", ran.json["run"]), 0).out)
    _check_json(_said(cli("show", ran.json["run"], "--format", "json"), 0).out)
    pulled = _said(cli("state", "pull"), 0).out
    check_json(pulled, json.loads(pulled))
    listed = _said(cli("state", "list"), 0).out
    check_text(listed)
    assert len(listed.splitlines()) > MOST // 2, "who and what is archived"
