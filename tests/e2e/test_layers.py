"""Later folders patch earlier ones; what the service lacks and may lack holds up nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from .bench import SETTINGS, Bench, Command, changed, outcomes

_BASE = """\
reportTemplates:
  - name: Report
    description: For all
    body: <p>one</p>
    options: {title: Report, isLandscape: false}
    metadata: {owner: qa, site: any}
"""
_LEEDS = """\
reportTemplates:
  - name: Report
    patch: true
    description: For Leeds
    metadata: {site: Leeds}
"""
_MAIL = {"triggerType": "Email", "triggerOptions": {"recipients": "a@x.example"}}


def _layers(bench: Bench, *texts: str) -> None:
    names = ["base", "leeds", "line"][: len(texts)]
    bench.settings(SETTINGS + f"manifests: [{', '.join(names)}]\n")
    for name, text in zip(names, texts, strict=True):
        (bench.folder / name).mkdir(exist_ok=True)
        (bench.folder / name / "all.yaml").write_text(text)


def _text(bench: Bench, layer: str) -> str:
    return (bench.folder / layer / "all.yaml").read_text()


def _live(bench: Bench, **fields: Any) -> None:
    store = bench.sandbox.store
    id, body = next((id, one) for id, one in store.items("reportTemplate") if one["name"] == "Report")
    store.put("reportTemplate", id, body | fields)


def test_a_patch_changes_only_what_it_names(bench: Bench) -> None:
    _layers(bench, _BASE, _LEEDS, "reportTemplates: [{name: report, patch: true}]\n".replace("report,", "Report,"))
    assert set(outcomes(bench.apply()).values()) == {"applied"}
    live = bench.find("reportTemplate", name="Report")
    assert (live["description"], live["bodyContent"]) == ("For Leeds", "<p>one</p>")
    assert changed(bench.plan()) == []


def test_what_a_layer_says_is_accepted_into_that_layer(bench: Bench, cli: Command) -> None:
    _layers(bench, _BASE, _LEEDS)
    bench.apply()
    live = bench.find("reportTemplate", name="Report")
    metadata = {**live["metadata"], "owner": "hr", "site": "York"}
    _live(bench, description="For York", bodyContent="<p>two</p>", metadata=metadata)
    ran = cli("accept", "reportTemplate/*")
    assert ran.code == 0, ran
    assert _text(bench, "base") == _BASE.replace("one", "two").replace("owner: qa", "owner: hr")
    assert _text(bench, "leeds") == _LEEDS.replace("Leeds", "York")
    assert changed(bench.plan()) == []


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((_BASE + "  - {name: Report, patch: true}\n",), "inside one folder there is no order"),
        ((_LEEDS, _BASE), "in a later folder"),
        ((_BASE, _LEEDS.replace("Report", "Reports")), "Did you mean 'Report'?"),
        ((_BASE, _BASE), "write 'patch: true' there"),
    ],
)
def test_a_patch_that_cannot_be_is_said_and_nothing_is_asked(
    bench: Bench, cli: Command, texts: tuple[str, ...], said: str
) -> None:
    _layers(bench, *texts)
    ran = cli("validate")
    assert ran.code == 1
    assert said in " ".join(ran.err.split())
    assert bench.sandbox.log.operations() == []


def _missing(bench: Bench, *triggers: Any, skip: bool = True, **more: Any) -> None:
    weld = {"name": "Weld Check", "description": "x", "tags": [], **({"ifMissing": "skip"} if skip else {})}
    panel = {"name": "Panel Repair", "description": "of panels", "tags": ["Panel"]}
    bench.manifests({"workflows": [weld, panel], "triggers": list(triggers), **more})


def _trigger(name: str, *workflows: str) -> dict[str, Any]:
    return {"name": name, "workflows": list(workflows), **_MAIL}


def test_a_missing_workflow_blocks_what_needs_it_and_says_what_to_do(bench: Bench, cli: Command) -> None:
    _missing(bench, _trigger("Mail", "Weld Check"), skip=False)
    plan = bench.plan()
    blocked = {str(one.address): one.reason for one in plan.changes if one.status.value == "blocked"}
    assert list(blocked) == ["workflow/Weld Check", "trigger/Mail"]
    assert blocked["workflow/Weld Check"].startswith("Upload or make the workflow in the team's dashboard")
    assert "ifMissing: skip" in blocked["workflow/Weld Check"]
    assert cli("apply", "--auto-approve").code == 3


def test_what_may_be_missing_is_skipped_and_the_rest_is_clean(bench: Bench, cli: Command) -> None:
    _missing(bench, _trigger("Mail", "Weld Check", "Panel Repair"), _trigger("Alone", "Weld Check"))
    plan = bench.plan()
    assert sorted(address for address, *_ in changed(plan)) == ["trigger/Mail", "workflow/Panel Repair"]
    notes = {problem.address for problem in plan.problems if problem.code == "missing"}
    assert notes == {"workflow/Weld Check", "trigger/Mail", "trigger/Alone"}
    ran = cli("apply", "--auto-approve")
    assert ran.code == 0, ran
    assert [one["name"] for one in bench.sandbox.store.all("trigger")] == ["Mail"]
    ran = cli("plan", "--detailed-exitcode")
    assert ran.code == 0
    assert "Weld Check" in ran.out + ran.err


def test_nothing_is_taken_from_what_is_live_because_something_is_missing(bench: Bench) -> None:
    _missing(bench, _trigger("Mail", "Tool Return"))
    bench.apply()
    _missing(bench, _trigger("Mail", "Weld Check", "Panel Repair"))
    plan = bench.plan()
    after = [leaf.after for change in plan.changes for leaf in change.fields if leaf.path[0] == "workflows"]
    assert after == ["Panel Repair"]
    assert outcomes(bench.apply(plan))["trigger/Mail", "widen"] == "applied"
    _missing(bench, _trigger("Mail", "Weld Check"))
    assert changed(bench.plan()) == []
    assert "trigger/Mail" in bench.state


def test_what_was_missing_and_comes_is_managed(bench: Bench) -> None:
    _missing(bench, _trigger("Alone", "Weld Check"))
    bench.apply()
    store = bench.sandbox.store
    id, body = next((id, one) for id, one in store.items("workflow") if one["name"] == "Tool Return")
    store.put("workflow", id, body | {"name": "Weld Check"})
    assert [address for address, *_ in changed(bench.plan())][-1] == "trigger/Alone"
    assert set(outcomes(bench.apply()).values()) == {"applied"}
    assert changed(bench.plan()) == []


def test_what_was_there_and_is_gone_is_a_warning_in_plan_and_drift(bench: Bench, cli: Command) -> None:
    _missing(bench)
    store = bench.sandbox.store
    id, body = next((id, one) for id, one in store.items("workflow") if one["name"] == "Tool Return")
    store.put("workflow", id, body | {"name": "Weld Check"})
    bench.apply()
    assert cli("drift").code == 0
    store.put("workflow", id, body | {"name": "Weld Check", "isArchived": True})
    ran = cli("drift")
    assert "warning: workflow/Weld Check: is not on the service, and is skipped" in " ".join(
        (ran.out + ran.err).split()
    )
    assert ran.code == 0
