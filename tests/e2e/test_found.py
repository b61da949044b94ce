"""What earlier looks at the whole found, and must not come back."""

from __future__ import annotations

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
