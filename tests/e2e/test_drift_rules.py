"""Whose word counts where somebody changed on the service what a manifest names."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from .bench import SETTINGS, Bench, Command, changed, codes, leaves

_ADA = {"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}
_BOB = {"username": "bob@x.example", "name": "Bob"}
_TEMPLATE = {"name": "Report", "description": "old", "body": "<p>x</p>"}
_HOOK = {"name": "Hook", "triggerType": "Http", "triggerOptions": {"url": "https://x.example/?key=hunter2-secret"}}


def _drifted(bench: Bench, **keys: Any) -> None:
    """Ada, renamed in the dashboard after an apply."""
    bench.manifests({"users": [_ADA | keys]})
    bench.apply()
    _rename(bench, "A.")


def _rename(bench: Bench, name: str) -> None:
    bench.sandbox.store.update("user", bench.find("user", username="ada@x.example")["userId"], name=name)


def _name(bench: Bench) -> str:
    return str(bench.find("user", username="ada@x.example")["name"])


def test_drift_is_overwritten_by_default(bench: Bench) -> None:
    _drifted(bench)
    assert bench.apply().exit_code == 0
    assert _name(bench) == "Ada"


def test_drift_that_is_kept_is_noted_with_how_to_accept_it(bench: Bench) -> None:
    _drifted(bench, onDrift="keep")
    plan = bench.plan()
    assert plan.changes == ()
    (note,) = plan.problems
    assert (note.code, note.detail) == ("drift-kept", "name is 'A.', the manifest says 'Ada'.")
    assert note.hint.startswith("To accept it: flowstate accept user/ada@x.example; ")
    bench.apply()
    assert [problem.code for problem in bench.plan().problems] == ["drift-kept"], "an apply accepts nothing"
    assert _name(bench) == "A."


def test_drift_that_is_kept_is_not_as_the_manifests_say(bench: Bench, cli: Command) -> None:
    _drifted(bench, onDrift="keep")
    ran = cli("drift")
    assert "0 resources of 1 as the manifests say" in ran.out
    assert "name is 'A.', the manifest says 'Ada'." in ran.out


def test_a_plan_does_not_call_drift_that_is_kept_as_the_manifests_say(bench: Bench, cli: Command) -> None:
    _drifted(bench, onDrift="keep")
    said = "No changes. 0 resources are as the manifests say, and 1 is as changed on the service"
    assert said in cli("plan").out
    assert said in cli("apply", "--auto-approve").out


@pytest.mark.parametrize("word", ["keep", "stop"])
def test_the_command_that_accepts_what_is_kept_or_stops_can_be_pasted(bench: Bench, cli: Command, word: str) -> None:
    _drifted(bench, onDrift=word)
    (said,) = re.findall(r"flowstate -C \S+ (accept [^;)]+)", " ".join(cli("plan").out.split()))
    assert cli(*shlex.split(said)).code == 0
    assert cli("plan", "--detailed-exitcode").code == 0
    assert _name(bench) == "A."


def test_what_the_manifest_moved_is_set_beside_drift_that_is_kept(bench: Bench) -> None:
    _drifted(bench, onDrift="keep")
    bench.manifests({"users": [_ADA | {"onDrift": "keep", "permissions": ["dataViewer"]}]})
    assert bench.apply().exit_code == 0
    ada = bench.find("user", username="ada@x.example")
    assert (ada["name"], ada["permissions"]["dataViewer"]) == ("A.", True)
    assert [problem.code for problem in bench.plan().problems] == ["drift-kept"]


def test_where_the_manifest_moved_too_it_wins_over_keep(bench: Bench) -> None:
    _drifted(bench, onDrift="keep")
    bench.manifests({"users": [_ADA | {"onDrift": "keep", "name": "Ada Byron"}]})
    assert leaves(bench.plan()) == {"user/ada@x.example:name": ("A.", "Ada Byron", "conflict")}
    bench.apply()
    assert _name(bench) == "Ada Byron"


@pytest.mark.parametrize("name", ["Ada", "Ada Byron"])
def test_a_resource_that_drifted_stops_and_says_what_moved(bench: Bench, name: str) -> None:
    _drifted(bench, onDrift="stop")
    bench.manifests({"users": [_ADA | {"onDrift": "stop", "name": name, "permissions": []}, _BOB]})
    plan = bench.plan()
    reasons = {change.reason for change in plan.changes if change.status == "blocked"}
    (reason,) = reasons
    assert f"name is 'A.', the manifest says '{name}'" in reason
    assert bench.apply(plan).exit_code == 3
    ada = bench.find("user", username="ada@x.example")
    assert (ada["name"], ada["permissions"]["executor"]) == ("A.", True)
    assert bench.find("user", username="bob@x.example")


def test_the_line_that_undoes_drift_works_where_drift_stops(bench: Bench, cli: Command) -> None:
    _drifted(bench, onDrift="stop")
    (line,) = [line.strip() for line in cli("drift").out.splitlines() if " apply --only " in line]
    assert line.endswith(" apply --only user/ada@x.example --on-drift overwrite")
    assert cli("apply", "--auto-approve", *shlex.split(line.partition(" apply ")[2])).code == 0
    assert _name(bench) == "Ada"


def test_without_drift_stop_stops_nothing(bench: Bench) -> None:
    bench.manifests({"users": [_ADA | {"onDrift": "stop"}]})
    bench.apply()
    bench.manifests({"users": [_ADA | {"onDrift": "stop", "name": "Ada Byron"}]})
    assert bench.apply().exit_code == 0


@pytest.mark.parametrize(
    ("resource", "kind", "environment", "said", "changes"),
    [
        ({}, "", "    onDrift: keep\n", None, 0),
        ({}, "kinds: {user: {onDrift: keep}}\n", "    onDrift: stop\n", None, 0),
        ({"onDrift": "overwrite"}, "kinds: {user: {onDrift: keep}}\n", "    onDrift: keep\n", None, 1),
        ({"onDrift": "overwrite"}, "", "", "keep", 0),
        ({"onDrift": "keep"}, "kinds: {user: {onDrift: keep}}\n", "", "overwrite", 1),
    ],
)
def test_the_nearest_word_on_drift_counts(
    bench: Bench, resource: dict[str, str], kind: str, environment: str, said: Any, changes: int
) -> None:
    bench.settings(kind + SETTINGS + environment)
    _drifted(bench, **resource)
    plan = bench.plan(on_drift=said)
    assert len(plan.changes) == changes
    assert all(change.status == "ready" for change in plan.changes)


def test_what_every_team_has_once_drifts_by_the_same_rules(bench: Bench) -> None:
    bench.settings("kinds: {defaultReportTemplate: {onDrift: keep}}\n" + SETTINGS)
    settings = {"EnableJobNaming": True, "onDrift": "stop"}
    templates = [{"name": "One", "body": "a"}, {"name": "Two", "body": "b"}]
    manifest = {"reportTemplates": templates, "teamSettings": settings, "defaultReportTemplate": "One"}
    bench.manifests(manifest)
    assert bench.apply().exit_code == 0
    other = bench.find("reportTemplate", name="Two")["reportTemplateId"]
    reports = bench.sandbox.store.find("settings")["Reports"] | {"DefaultReport": other}
    bench.sandbox.store.update("settings", "settings", Reports=reports, EnableJobNaming=False)
    plan = bench.plan()
    assert codes(plan) == {"defaultReportTemplate": "drift-kept"}
    assert [(str(change.address), change.status.value) for change in plan.changes] == [("teamSettings", "blocked")]


def test_the_command_line_says_what_becomes_of_drift(bench: Bench, cli: Command) -> None:
    _drifted(bench)
    assert cli("plan", "--on-drift", "keep", "--detailed-exitcode").code == 0
    assert cli("apply", "--auto-approve", "--on-drift", "stop").code == 3
    assert _name(bench) == "A."
    wrong = cli("plan", "--on-drift", "ignore")
    assert (wrong.code, "overwrite" in wrong.err) == (1, True)
    made = cli("plan", "--on-drift", "keep", "-o", str(bench.folder / "plan.json"))
    assert "apply --on-drift keep" in made.out.replace("\n", " ")


def test_elements_of_lists_drift_by_themselves(bench: Bench) -> None:
    people = [{"username": f"{name}@x.example", "name": name} for name in ("ada", "bob", "cyd")]
    group = {"name": "Fitters", "members": ["ada@x.example"], "onDrift": "keep"}
    bench.manifests({"users": people, "groups": [group]})
    bench.apply()
    ids = {each["username"][:3]: each["userId"] for each in bench.sandbox.store.all("user")}
    bench.sandbox.store.update("group", bench.find("group", name="Fitters")["id"], users=[ids["bob"]])
    bench.manifests({"users": people, "groups": [group | {"members": ["ada@x.example", "cyd@x.example"]}]})
    assert list(leaves(bench.plan())) == ["group/Fitters:members.cyd@x.example"]
    bench.apply()
    assert set(bench.find("group", name="Fitters")["users"]) == {ids["bob"], ids["cyd"]}
    (note,) = [problem for problem in bench.plan().problems if problem.code == "drift-kept"]
    assert note.detail == "members lacks 'ada@x.example', members has 'bob@x.example'."


def test_an_audience_that_somebody_opened_is_kept_whole(bench: Bench) -> None:
    workflow = {"name": "Panel Repair", "tags": ["a"], "audience": {"users": ["ada@x.example"]}, "onDrift": "keep"}
    bench.manifests({"users": [_ADA, _BOB], "workflows": [workflow]})
    bench.apply()
    id_ = bench.find("workflow", name="Panel Repair")["workflowId"]
    bench.sandbox.store.update("workflow", id_, liveObjectIds=[])
    both = workflow | {"audience": {"users": ["ada@x.example", "bob@x.example"]}}
    bench.manifests({"users": [_ADA, _BOB], "workflows": [both]})
    assert bench.plan().changes == ()
    bench.apply()
    assert bench.find("workflow", name="Panel Repair")["liveObjectIds"] == []


def test_somebody_locked_by_hand_stays_so_where_drift_is_kept(bench: Bench) -> None:
    bench.manifests({"users": [_ADA | {"locked": False, "onDrift": "keep"}]})
    bench.apply()
    bench.apply()
    id_ = bench.find("user", username="ada@x.example")["userId"]
    bench.sandbox.store.update("user", id_, locked=True)
    assert bench.plan().changes == ()
    assert changed(bench.plan(on_drift="overwrite")) == [("user/ada@x.example", "restore", None)]


def test_a_restore_leaves_drift_that_is_kept(bench: Bench) -> None:
    bench.manifests({"users": [_ADA | {"onDrift": "keep"}]})
    bench.apply()
    bench.manifests({"removed": [{"address": "user/ada@x.example"}]})
    bench.apply()
    _rename(bench, "A.")
    bench.manifests({"users": [_ADA | {"onDrift": "keep"}]})
    assert bench.apply().exit_code == 0
    ada = bench.find("user", username="ada@x.example")
    assert (ada["locked"], ada["name"]) == (False, "A.")


@pytest.mark.parametrize("word", ["keep", "stop"])
def test_sensitive_values_that_drifted_are_not_told(bench: Bench, cli: Command, word: str) -> None:
    bench.manifests({"triggers": [_HOOK]})
    bench.apply()
    id_ = bench.find("trigger", name="Hook")["triggerId"]
    bench.sandbox.store.update("trigger", id_, triggerOptions={"url": "https://x.example/?key=other-secret"})
    told = cli("plan", "--on-drift", word)
    assert "triggerOptions.url (its value is sensitive)" in " ".join((told.out + told.err).split())
    assert not {"hunter2-secret", "other-secret"} & set((told.out + told.err).replace("=", " ").split())


def test_a_field_for_the_beginning_is_set_once_and_then_neither_compared_nor_changed(bench: Bench) -> None:
    template = _TEMPLATE | {"initialOnly": ["body", "description"]}
    bench.manifests({"reportTemplates": [template]})
    assert bench.apply().exit_code == 0
    found = bench.find("reportTemplate", name="Report")
    assert (found["bodyContent"], found["description"]) == ("<p>x</p>", "old")
    assert set(bench.state["reportTemplate/Report"]["applied"]) == {"name"}
    bench.sandbox.store.update("reportTemplate", found["reportTemplateId"], bodyContent="<p>theirs</p>")
    bench.manifests({"reportTemplates": [template | {"description": "new"}]})
    assert bench.plan().changes == ()
    bench.manifests({"reportTemplates": [_TEMPLATE | {"description": "new"}]})
    verdicts = {path: verdict for path, (_, _, verdict) in leaves(bench.plan()).items()}
    assert set(verdicts.values()) == {"unknown"}, "what was never applied again has no base"


def test_a_field_for_the_beginning_is_left_alone_on_what_was_there_before(bench: Bench) -> None:
    bench.user("ada@x.example", name="A.")
    bench.manifests({"users": [_ADA | {"initialOnly": ["name"]}]})
    assert bench.apply().exit_code == 0
    assert _name(bench) == "A."
    assert bench.find("user", username="ada@x.example")["permissions"]["executor"]
