"""What earlier looks at the whole found, and must not come back."""

from __future__ import annotations

import asyncio

from flowstate import Applied, Result
from flowstate.sandbox.faults.effects import Status, Truncate

from .bench import Bench, changed, codes


def test_a_chain_of_renames_works_in_one_plan(bench: Bench) -> None:
    bench.manifests({"groups": [{"name": "A"}, {"name": "B"}]})
    bench.apply()
    bench.manifests({"groups": [{"name": "B", "previously": "A"}, {"name": "C", "previously": "B"}]})
    assert [(address, action) for address, action, _ in changed(bench.plan())] == [
        ("group/C", "update"),
        ("group/B", "update"),
    ]
    assert bench.apply().exit_code == 0


def test_a_version_that_does_not_exist_is_refused_at_plan(bench: Bench) -> None:
    bench.manifests({"workflows": [{"name": "Panel Repair", "tags": ["a"], "activeVersion": 9}]})
    assert [change.status.value for change in bench.plan().changes] == ["blocked"]


def test_a_removal_that_names_nobody_is_noted(bench: Bench) -> None:
    bench.user("bob@x.example")
    bench.manifests({"removed": [{"address": "user/bbo@x.example", "then": "archive"}]})
    assert "user/bbo@x.example" in codes(bench.plan())


def test_no_tags_are_sent_when_the_manifest_says_none(bench: Bench) -> None:
    workflow = bench.find("workflow", name="Panel Repair")
    bench.sandbox.store.update("workflow", workflow["workflowId"], tags=["Old"])
    bench.manifests({"workflows": [{"name": "Panel Repair", "tags": []}]})
    bench.apply()
    assert bench.find("workflow", name="Panel Repair")["tags"] == []


def test_a_right_that_the_service_hides_is_carried_along_and_can_be_taken_away(bench: Bench) -> None:
    bench.sandbox.set("permissions-read", "seen")  # groups show dataViewer, editor and modifier only
    for wanted in (["dataViewer", "executor"], ["dataViewer", "editor", "executor"], ["dataViewer"]):
        bench.manifests({"groups": [{"name": "Crew", "permissions": wanted}]})
        assert bench.apply().exit_code == 0
        held = bench.find("group", name="Crew")["permissions"]
        assert sorted(right for right, is_held in held.items() if is_held) == wanted
        assert bench.plan().changes == ()


def test_sharing_a_list_of_an_open_audience_changes_nothing(bench: Bench) -> None:
    bench.manifests(
        {"workflows": [{"name": "Panel Repair", "audience": {"users": {"include": ["owner@solarenergy.example"]}}}]}
    )
    assert bench.plan().changes == ()


def test_keeping_somebody_out_of_everyone_is_blocked(bench: Bench) -> None:
    shared = {"users": {"exclude": ["owner@solarenergy.example"]}}
    bench.manifests({"workflows": [{"name": "Panel Repair", "tags": ["a"], "audience": shared}]})
    assert [change.status.value for change in bench.plan().changes if change.part == "narrow"] == ["blocked"]


def test_a_rename_finds_what_a_colleague_renamed_meanwhile(bench: Bench) -> None:
    bench.manifests({"groups": [{"name": "Alpha"}]})
    bench.apply()
    group = bench.find("group", name="Alpha")
    bench.sandbox.store.update("group", group["id"], name="Something else")
    bench.manifests({"groups": [{"name": "Alphas", "previously": "Alpha"}]})
    assert changed(bench.plan()) == [("group/Alphas", "update", "widen")]


def test_a_sensitive_option_that_the_service_repeats_is_not_printed(bench: Bench) -> None:
    secret = "https://hook.example/?k=TOPSECRET99"
    options = {"url": secret}
    bench.manifests({"triggers": [{"name": "Hook", "triggerType": "Http", "triggerOptions": options}]})
    bench.sandbox.faults.add(Status(status=400, body=f'{{"detail": "bad {secret}"}}', operation="create-trigger"))
    applied = bench.apply()
    assert applied.exit_code == 3
    assert "TOPSECRET99" not in repr([result.as_json() for result in applied.results])


def test_a_password_that_was_lost_with_the_answer_is_said(bench: Bench) -> None:
    bench.manifests({"users": [{"username": "new@x.example", "name": "New"}]})
    bench.sandbox.faults.add(Truncate(operation="create-user"))
    (result,) = bench.apply().results
    assert result.outcome.value == "applied"
    assert any("password was lost" in note for note in result.notes)


def test_a_listener_that_breaks_stops_no_call(bench: Bench) -> None:
    bench.manifests({"users": [{"username": f"u{number}@x.example", "name": "U"} for number in range(5)]})
    project = bench.project()

    def broken(_: Result) -> None:
        raise BrokenPipeError

    async def run() -> Applied:
        return await project.apply(await project.plan(), on_result=broken)

    assert asyncio.run(run()).exit_code == 0
    assert len(bench.sandbox.store.all("user")) == 6


def test_an_id_that_nothing_has_is_told_apart_from_a_name_that_looks_like_one(bench: Bench) -> None:
    bench.manifests({"reportTemplates": [{"name": "id:zzz", "body": "<p/>"}], "defaultReportTemplate": "id:zzz"})
    assert bench.apply().exit_code == 0
    assert bench.plan().changes == ()
