"""What a colleague does in the dashboard is told: what, where, by whom, and once."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import junitparser
import pytest

from flowstate.drift import Drift
from flowstate.sandbox.faults.effects import Status

from .bench import SETTINGS, Bench, Command, Manifest, codes

ADA, BOB = ({"username": f"{name}@x.example", "name": name.title()} for name in ("ada", "bob"))
FITTERS = {"name": "Fitters", "members": ["ada@x.example"]}


def _drift(bench: Bench, **options: Any) -> Drift:
    return asyncio.run(bench.project(**options).drift())


def _told(found: Any) -> dict[str, str]:
    """Address and path to verdict, without what nobody manages."""
    return {
        ":".join(filter(None, [one["address"], ".".join(one["path"])])): one["verdict"]
        for one in found["findings"]
        if one["verdict"] != "unmanaged"
    }


def _applied(bench: Bench, *manifests: Manifest) -> None:
    bench.manifests(*manifests)
    assert bench.apply().exit_code == 0


def _set(bench: Bench, kind: Any, key: str, value: str, **fields: Any) -> None:
    found = bench.find(kind, **{key: value})
    id = found[{"user": "userId", "group": "id", "workflow": "workflowId"}.get(kind, f"{kind}Id")]
    bench.sandbox.store.update(kind, id, **fields)


def test_a_team_as_declared_has_no_drift_and_the_code_is_0(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    ran = cli("drift")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("No drift, but 1 undeclared; 1 resource of 1 as the manifests say.\n")
    declared = {"username": "owner@solarenergy.example", "name": "Olivia Owner"}
    _applied(bench, {"users": [ADA, declared]})
    assert cli("drift").out == "No drift. 2 resources of 2 as the manifests say.\n"


def test_every_verdict_is_told_with_base_live_and_desired(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA, BOB], "groups": [FITTERS]})
    _set(bench, "user", "username", "ada@x.example", name="A.")
    _set(bench, "user", "username", "bob@x.example", name="B.")
    bench.user("cyd@x.example", name="C.")
    bench.manifests(
        {
            "users": [ADA, BOB | {"name": "Robert"}, {"username": "cyd@x.example", "name": "Cyd"}],
            "groups": [FITTERS | {"permissions": ["executor"]}],
        }
    )
    ran = cli("drift", "--format", "json")
    assert ran.code == 2
    assert _told(ran.json) == {
        "user/ada@x.example:name": "drift",
        "user/bob@x.example:name": "conflict",
        "user/cyd@x.example:name": "unknown",
        "group/Fitters:permissions.executor": "unknown",
    }
    first = ran.json["findings"][0]
    assert {key: first[key] for key in ("address", "path", "base", "live", "desired")} == {
        "address": "user/bob@x.example", "path": ["name"], "base": "Bob", "live": "B.", "desired": "Robert",
    }  # fmt: skip
    assert ran.json["counts"] == {
        "conflict": 1, "missing": 0, "drift": 1, "unknown": 2, "pending": 0, "unmanaged": 1, "undeclared": 1,
    }  # fmt: skip


def test_what_only_the_manifests_moved_is_pending_and_the_code_is_0(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    bench.manifests({"users": [ADA | {"name": "Ada Byron"}, BOB]})
    ran = cli("drift", "--format", "json")
    assert (ran.code, _told(ran.json)) == (0, {"user/ada@x.example:name": "pending", "user/bob@x.example": "pending"})


def test_what_was_deleted_by_hand_is_missing(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA], "groups": [FITTERS]})
    bench.sandbox.store.remove("group", bench.find("group", name="Fitters")["id"])
    ran = cli("drift", "--format", "json")
    assert (ran.code, _told(ran.json)) == (2, {"group/Fitters": "missing"})
    assert _drift(bench).exit_code == 2


def test_a_finding_names_the_line_of_the_very_value(bench: Bench, cli: Command) -> None:
    bench.text(
        "users:\n  - username: ada@x.example\n    name: Ada\n  - {username: bob@x.example, name: Bob}\n"
        "groups:\n  - name: Fitters\n    members:\n      - ada@x.example\n      - bob@x.example\n"
    )
    bench.apply()
    _set(bench, "user", "username", "ada@x.example", name="A.")
    _set(bench, "group", "name", "Fitters", users=[])
    places = {
        one["path"][-1]: one["source"] for one in cli("drift", "--format", "json").json["findings"] if one["source"]
    }
    assert places == {
        "name": {"file": "manifests/0.yaml", "line": 3, "column": 11},
        "ada@x.example": {"file": "manifests/0.yaml", "line": 8, "column": 9},
        "bob@x.example": {"file": "manifests/0.yaml", "line": 9, "column": 9},
    }


def test_a_value_from_a_file_is_found_at_the_reference_to_it(bench: Bench, cli: Command) -> None:
    (bench.folder / "manifests" / "body.html").write_text("<p>one</p>")
    bench.text("reportTemplates:\n  - name: Report\n    bodyFile: body.html\n")
    bench.apply()
    _set(bench, "reportTemplate", "name", "Report", bodyContent="<p>two</p>")
    [found] = [one for one in cli("drift", "--format", "json").json["findings"] if one["path"] == ["body"]]
    assert (found["source"]["line"], found["source"]["column"]) == (3, 15)


def test_who_and_when_are_told_where_the_service_tells(bench: Bench, cli: Command) -> None:
    body = {"reportTemplates": [{"name": "Report", "body": "<p>one</p>"}], "users": [ADA]}
    trigger = {"name": "Mail", "triggerType": "Email", "description": "d", "audience": {"everyone": True}}
    _applied(bench, body, {"triggers": [trigger], "workflows": [{"name": "Panel Repair", "activeVersion": 1}]})
    ada = bench.find("user", username="ada@x.example")["userId"]
    when = "2026-11-20T10:00:00.000Z"
    _set(bench, "reportTemplate", "name", "Report", bodyContent="<p>two</p>", userId=ada, lastUpdated=when)
    _set(bench, "trigger", "name", "Mail", description="e", updated=when)
    panel = bench.find("workflow", name="Panel Repair")
    two = next(one for one in panel["versions"] if one["version"] == 2)
    _set(bench, "workflow", "name", "Panel Repair", activeVersionId=two["versionId"], lastUpdated=when)
    found = {
        one["address"]: (one["who"], one["when"], one["whose"])
        for one in cli("drift", "--format", "json").json["findings"]
    }
    assert found["reportTemplate/Report"] == ("ada@x.example", when, None)
    assert found["trigger/Mail"] == (None, when, None)
    assert found["workflow/Panel Repair"] == (two["authorName"], when, "version 2 is by")


def test_an_undeclared_administrator_is_a_finding_of_its_own(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    bench.user("eve@x.example", "admin")
    bench.user("tom@x.example")
    ran = cli("drift", "--format", "json")
    roles = {one["address"]: one["role"] for one in ran.json["findings"] if one["role"]}
    assert roles == {"user/eve@x.example": "admins", "user/owner@solarenergy.example": "admins"}
    assert ran.code == 0  # nobody moved what the manifests name
    assert "are among the admins, and in no manifest." in cli("drift").out


def test_somebody_locked_by_hand_is_drift_also_where_the_manifest_does_not_speak_of_it(
    bench: Bench, cli: Command
) -> None:
    _applied(bench, {"users": [ADA]})
    _set(bench, "user", "username", "ada@x.example", locked=True)
    ran = cli("drift", "--format", "json")
    assert (ran.code, _told(ran.json)) == (2, {"user/ada@x.example:locked": "drift"})


BELL = {"name": "Mail", "triggerType": "Email", "triggerOptions": {"recipients": "a@x.example"}}


def test_of_a_trigger_that_was_archived_by_hand_only_that_counts(bench: Bench, cli: Command) -> None:
    _applied(bench, {"triggers": [BELL]})
    _set(bench, "trigger", "name", "Mail", archived=True, disabled=True)
    ran = cli("drift", "--format", "json")
    assert (ran.code, _told(ran.json)) == (2, {"trigger/Mail:archived": "drift"})


def test_a_trigger_that_is_wanted_out_of_use_and_is_not_there_is_no_finding(bench: Bench, cli: Command) -> None:
    bench.manifests({"triggers": [BELL | {"archived": True}]})
    ran = cli("drift", "--format", "json")
    assert (ran.code, _told(ran.json)) == (0, {})


def test_what_cannot_be_matched_to_one_object_is_a_problem_and_no_finding(bench: Bench) -> None:
    _applied(bench, {"groups": [FITTERS | {"members": []}]})
    (bench.folder / ".flowstate/sandbox.state.json").unlink()
    bench.sandbox.store.put("group", "another", bench.find("group", name="Fitters") | {"id": "another"})
    drift = _drift(bench)
    assert [problem.address for problem in drift.problems if problem.severity == "error"] == ["group/Fitters"]
    assert {finding.verdict for finding in drift.findings if finding.address.kind == "group"} <= {"unmanaged"}


def test_somebody_who_was_removed_and_is_back_is_drift(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA, BOB]})
    _applied(bench, {"users": [ADA], "removed": [{"address": "user/bob@x.example", "then": "archive"}]})
    assert cli("drift").code == 0
    _set(bench, "user", "username", "bob@x.example", locked=False)
    ran = cli("drift", "--format", "json")
    assert (ran.code, _told(ran.json)) == (2, {"user/bob@x.example:locked": "drift"})


def test_drift_sends_no_write_and_counts_its_reads(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA], "groups": [FITTERS]})
    bench.sandbox.log.clear()
    told = cli("drift", "--format", "json").json
    asked = bench.sandbox.log.operations()
    assert bench.writes() == []
    assert (told["reads"], told["writes"]) == (sum(name not in {"request-token", "get-keys"} for name in asked), 0)


def test_a_sensitive_value_is_in_no_report(bench: Bench, cli: Command) -> None:
    trigger = {
        "name": "Hook",
        "triggerType": "Webhook",
        "triggerOptions": {"token": "letters-of-old"},
        "audience": {"everyone": True},
    }
    _applied(bench, {"triggers": [trigger]})
    _set(bench, "trigger", "name", "Hook", triggerOptions={"token": "letters-of-new"})
    names = ["text", "json", "markdown", "html", "junit", "sarif"]
    for form in names:
        cli(
            "drift",
            *(word for name in names for word in ("--report", f"{name}={bench.folder / name}")),
            "--format",
            form,
        )
        assert (bench.folder / form).stat().st_size
    for path in [*(bench.folder / name for name in names), *(bench.folder / ".flowstate").rglob("*.json")]:
        assert "letters-of" not in path.read_text()


def test_only_what_fits_the_globs_is_told(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA, BOB]})
    for name in ("ada", "bob"):
        _set(bench, "user", "username", f"{name}@x.example", name="X")
    told = cli("drift", "--only", "user/a*", "--format", "json").json
    assert [one["address"] for one in told["findings"]] == ["user/ada@x.example"]
    assert cli("drift", "--only", "user/zoe*").code == 1


def test_a_report_that_cannot_be_written_is_refused_before_the_team_is_read(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    (bench.folder / "taken").mkdir()
    bench.sandbox.log.clear()
    for spelled, said in [
        (f"html={bench.folder}/none/a.html", "There is no folder"),
        (f"html={bench.folder}/taken", "not a regular file"),
        ("html", "is not FORMAT=FILE"),
        ("htm=a.html", "Did you mean 'html'?"),
    ]:
        ran = cli("drift", "--report", spelled)
        assert ran.code == 1
        assert said in " ".join(ran.err.split())
    same = str(bench.folder / "a")
    assert "two reports" in cli("drift", "--report", f"html={same}", "--report", f"json={same}").err
    assert bench.sandbox.log.operations() == []
    assert not Path(same).exists()


def test_a_report_replaces_what_stood_there_only_when_it_is_whole(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    page = bench.folder / "drift.html"
    page.write_text("before")
    bench.hosts(team="somebody-else")
    assert cli("drift", "--report", f"html={page}").code == 8
    assert page.read_text() == "before"
    bench.settings(SETTINGS)
    assert cli("drift", "--report", f"html={page}").code == 0
    assert page.read_text().startswith("<!doctype html>")


def test_reports_say_what_is_missing_to_make_them(bench: Bench) -> None:
    code = "import sys; sys.modules['jinja2'] = None; from flowstate.cli import run; sys.exit(run(sys.argv[1:]))"
    _applied(bench, {"users": [ADA]})
    command = [sys.executable, "-c", code, "-C", str(bench.folder), "plan", "--format", "html"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "pip install 'flowstate[reports]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_week_of_nightly_reports_names_each_new_difference_once(bench: Bench, cli: Command) -> None:
    people = [{"username": f"p{number:02}@x.example", "name": f"P{number}"} for number in range(20)]
    _applied(bench, {"users": people})
    for number in range(12):
        _set(bench, "user", "username", f"p{number:02}@x.example", name="standing")
    first = cli("drift", "--new", "--format", "json")
    assert len(_told(first.json)) == 12
    for night in range(7):
        fresh = f"p{12 + night:02}@x.example"
        _set(bench, "user", "username", fresh, name="moved")
        ran = cli("drift", "--new", "--format", "json")
        assert (ran.code, _told(ran.json)) == (2, {f"user/{fresh}:name": "drift"})
        assert ran.json["findings"] == [one for one in ran.json["findings"] if one["address"] == f"user/{fresh}"]
    ran = cli("drift", "--new")
    assert (ran.code, ran.out) == (0, "Nothing new since the last report.\n")
    assert cli("drift").code == 2


def test_what_moves_once_more_or_comes_back_is_new(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})

    def told() -> int:
        return len(_told(cli("drift", "--new", "--format", "json").json))

    def name(text: str) -> None:
        _set(bench, "user", "username", "ada@x.example", name=text)

    name("A.")
    assert [told(), told()] == [1, 0]
    name("B.")
    assert [told(), told()] == [1, 0]
    name("Ada")
    assert told() == 0
    name("B.")
    assert told() == 1


def test_a_part_remembers_nothing_of_the_rest(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA, BOB]})
    for name in ("ada", "bob"):
        _set(bench, "user", "username", f"{name}@x.example", name="X")
    assert len(_told(cli("drift", "--new", "--only", "user/a*", "--format", "json").json)) == 1
    assert _told(cli("drift", "--new", "--format", "json").json) == {"user/bob@x.example:name": "drift"}
    assert _told(cli("drift", "--new", "--only", "user/a*", "--format", "json").json) == {}
    assert _told(cli("drift", "--new", "--format", "json").json) == {}


def test_only_new_writes_a_memory_and_it_holds_digests_alone(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    _set(bench, "user", "username", "ada@x.example", name="Somebody")
    memory = bench.folder / ".flowstate" / "drift" / "sandbox.json"
    cli("drift")
    assert not memory.exists()
    cli("drift", "--new")
    text = memory.read_text()
    assert not {"ada", "Somebody", "name", 'drift"'} & set(text.split('"'))
    assert "ada@x" not in text
    assert "Somebody" not in text


def test_a_memory_that_is_none_stops_with_its_place_and_the_way_out(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    memory = bench.folder / ".flowstate" / "drift" / "sandbox.json"
    memory.parent.mkdir(exist_ok=True)
    for text, why in [('{\n "format"', "it is not JSON (line 2, column 10)"), ("[]", "it is not made as one")]:
        memory.write_text(text)
        ended = cli("drift", "--new")
        assert (ended.code, why in ended.err, "Remove it" in ended.err) == (1, True, True), ended.err


def test_what_could_not_be_told_is_new_the_next_time(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _applied(bench, {"users": [ADA]})
    _set(bench, "user", "username", "ada@x.example", name="A.")
    monkeypatch.setattr("flowstate.cli.reports.write", _fails)
    assert cli("drift", "--new", "--report", f"json={bench.folder / 'a.json'}").code == 1
    monkeypatch.undo()
    assert len(_told(cli("drift", "--new", "--format", "json").json)) == 1


def _fails(*_: object) -> None:
    from flowstate.settings import unwritable

    raise unwritable(Path("a.json"), "No space left on device", "report")


def test_a_memory_that_cannot_be_read_is_a_problem(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    cli("drift", "--new")
    (bench.folder / ".flowstate" / "drift" / "sandbox.json").write_text("{")
    ran = cli("drift", "--new")
    assert ran.code == 1
    assert "drift --new" in ran.err


def _accepting(bench: Bench, until: str, field: str = "name", address: str = "user/ada@x.example") -> None:
    entry = {"address": address, "field": field, "reason": "she asked for it", "until": until}
    bench.settings(f"accepted: {json.dumps([entry])}\n{SETTINGS}")


def _day(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def test_an_accepted_field_is_left_alone_and_listed(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA, BOB]})
    _set(bench, "user", "username", "ada@x.example", name="A.")
    _accepting(bench, _day(1))
    ran = cli("drift", "--format", "json")
    assert (ran.code, _told(ran.json)) == (0, {})
    [accepted] = ran.json["accepted"]
    assert (accepted["reason"], accepted["findings"][0]["live"]) == ("she asked for it", "A.")
    assert "she asked for it (1 value differs now; flowstate.yaml:1)" in " ".join(cli("drift").out.split())
    assert bench.plan().changes == ()
    assert bench.apply().writes == 0
    assert bench.find("user", username="ada@x.example")["name"] == "A."


def test_an_accepted_field_is_not_changed_along_with_others(bench: Bench, cli: Command) -> None:
    template = {"name": "Report", "options": {"title": "T", "headerHeight": 10}, "description": "one"}
    _applied(bench, {"reportTemplates": [template]})
    options = {"isLandscape": False, "headerHeight": 10, "hideFooter": False}
    _set(bench, "reportTemplate", "name", "Report", options=options | {"title": "theirs"})
    _accepting(bench, _day(0), "options.title", "reportTemplate/Report")
    bench.manifests(
        {"reportTemplates": [template | {"description": "two", "options": {"title": "T", "headerHeight": 12}}]}
    )
    assert bench.apply().exit_code == 0
    live = bench.find("reportTemplate", name="Report")
    assert (live["description"], live["options"]["title"], live["options"]["headerHeight"]) == ("two", "theirs", 12)
    _accepting(bench, _day(-1), "options.title", "reportTemplate/Report")
    assert _told(cli("drift", "--format", "json").json) == {"reportTemplate/Report:options.title": "drift"}


def test_an_accepted_field_that_is_over_speaks_up_and_is_managed_again(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    _set(bench, "user", "username", "ada@x.example", name="A.")
    _accepting(bench, _day(1))
    assert bench.apply().exit_code == 0  # what was applied before is still known afterwards
    _accepting(bench, _day(-1))
    ran = cli("drift", "--format", "json")
    assert (ran.code, _told(ran.json)) == (2, {"user/ada@x.example:name": "drift"})
    [problem] = [one for one in ran.json["problems"] if one["code"] == "accepted-over"]
    assert (problem["severity"], problem["file"], problem["line"]) == ("warning", "flowstate.yaml", 1)
    assert "accepted-over" in codes(bench.plan()).values()


def test_an_acceptance_that_fits_nothing_is_warned_of(bench: Bench, cli: Command) -> None:
    bench.manifests({"users": [ADA]})
    for address, field, hint in [
        ("user/adda@x.example", "name", "Did you mean 'user/ada@x.example'?"),
        ("user/ada@x.example", "nome", "Did you mean 'name'?"),
        ("users/ada@x.example", "name", "Did you mean 'user'?"),
    ]:
        _accepting(bench, _day(1), field, address)
        assert hint in " ".join(cli("validate").err.split())


def test_a_resource_that_is_still_to_be_created_gets_all_its_fields(bench: Bench) -> None:
    bench.manifests({"users": [ADA]})
    _accepting(bench, _day(1))
    assert bench.apply().exit_code == 0
    assert bench.find("user", username="ada@x.example")["name"] == "Ada"


def test_a_memory_that_ends_with_the_build_machine_is_warned_of(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    _applied(bench, {"users": [ADA]})
    monkeypatch.setenv("CI", "true")
    assert "ends with it" in " ".join(cli("drift", "--new").out.split())


def test_who_may_be_an_administrator_and_cannot_be_read_is_said(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    eve = bench.user("eve@x.example")
    bench.sandbox.faults.add(Status(status=400, operation="get-user-permissions", path=f"*{eve}*"))
    told = cli("drift", "--format", "json").json
    assert [one["address"] for one in told["problems"] if one["code"] == "role-unknown"] == ["user/eve@x.example"]


def test_an_accepted_field_leaves_other_fields_alone_and_may_be_of_nothing_declared(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA | {"permissions": ["executor"]}]})
    _set(bench, "user", "username", "ada@x.example", name="A.", permissions={"executor": False})
    entries = [
        {"address": f"user/{name}@x.example", "field": "name", "reason": "for now", "until": _day(1)}
        for name in ("ada", "bob")
    ]
    bench.settings(f"accepted: {json.dumps(entries)}\n{SETTINGS}")
    told = cli("drift", "--format", "json").json
    assert _told(told) == {"user/ada@x.example:permissions.executor": "drift"}
    assert [[one["path"] for one in each["findings"]] for each in told["accepted"]] == [[["name"]], []]


def test_a_memory_of_another_format_is_left_as_it_is(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA]})
    memory = bench.folder / ".flowstate" / "drift" / "sandbox.json"
    cli("drift", "--new")
    text = memory.read_text().replace("/v1", "/v2")
    memory.write_text(text)
    ran = cli("drift", "--new")
    assert (ran.code, "its format is" in ran.err, memory.read_text()) == (1, True, text)


def test_junit_skips_what_is_accepted_for_now_and_passes_what_is_as_declared(bench: Bench, cli: Command) -> None:
    _applied(bench, {"users": [ADA, BOB]})
    _set(bench, "user", "username", "ada@x.example", name="A.")
    _accepting(bench, _day(1))
    ran = cli("drift", "--format", "junit", "--only", "user/[ab]*")
    cases = {case.name: case.result for suite in junitparser.JUnitXml.fromstring(ran.out.encode()) for case in suite}
    assert [one.message for one in cases.pop("user/ada@x.example name")] == ["accepted for now"]
    assert cases == {"user/ada@x.example": [], "user/bob@x.example": []}
