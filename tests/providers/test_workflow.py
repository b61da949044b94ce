"""Workflows: four fields in one call, a version in another."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.errors import GuardError

from .bench import KINDS, Bench, Raw, Sent

WORKFLOW: Raw = {
    "workflowId": "w1",
    "created": "2021-10-06T07:24:52Z",
    "teamName": "solarenergy",
    "activeVersionId": "v1",
    "name": "Panel Repair",
    "description": "Repair",
    "isArchived": False,
    "liveObjectIds": ["u1", "g1"],
    "versions": [
        {"versionId": "v1", "version": 1, "isArchived": False},
        {"versionId": "v2", "version": 2, "isArchived": False},
        {"versionId": "v3", "version": 3, "isArchived": True},
        {"versionId": "v0"},
    ],
}


def test_a_listed_workflow_has_all_but_its_tags_and_none_is_archived() -> None:
    (live,) = Bench("workflow", {"get-workflows": [WORKFLOW, {**WORKFLOW, "isArchived": True}]}).listed()
    assert (live.id, live.key) == ("w1", "Panel Repair")
    assert live.fields == {
        "name": "Panel Repair",
        "description": "Repair",
        "audience": ["u1", "g1"],
        "activeVersion": 1,
    }


def test_one_workflow_is_read_from_the_list() -> None:
    bench = Bench("workflow", {"get-workflows": [{**WORKFLOW, "workflowId": "w0"}, WORKFLOW]})
    live = bench.one("w1")
    assert live is not None
    assert live.id == "w1"
    assert bench.one("w7") is None
    assert {call.operation for call in bench.sent} == {"get-workflows"}


def test_null_means_no_audience_no_words_and_no_version() -> None:
    nulls = {"workflowId": "w1", "description": None, "liveObjectIds": None, "activeVersionId": None, "versions": None}
    fields = KINDS["workflow"].read(nulls).fields
    assert fields == {"description": "", "audience": [], "activeVersion": None}


def test_an_active_version_that_is_not_listed_is_unreadable() -> None:
    assert "activeVersion" not in KINDS["workflow"].read({**WORKFLOW, "activeVersionId": "v9"}).fields


def test_latest_is_the_highest_version_that_is_not_archived() -> None:
    kind = KINDS["workflow"]
    wanted = {"activeVersion": "latest", "name": "x"}
    assert kind.settle(kind.read(WORKFLOW), wanted) == {"activeVersion": 2, "name": "x"}
    assert kind.settle(None, wanted) == wanted
    assert kind.settle(kind.read(WORKFLOW), {"activeVersion": 1}) == {"activeVersion": 1}


def test_latest_of_nothing_is_what_is_active() -> None:
    kind = KINDS["workflow"]
    archived = {**WORKFLOW, "versions": [{"versionId": "v1", "version": 1, "isArchived": True}]}
    assert kind.settle(kind.read(archived), {"activeVersion": "latest"}) == {"activeVersion": 1}
    unused = {**WORKFLOW, "versions": None, "activeVersionId": None}
    assert kind.settle(kind.read(unused), {"activeVersion": "latest"}) == {"activeVersion": None}


SAME: Raw = {"name": "Panel Repair", "description": "Repair", "liveObjectIds": ["u1", "g1"], "tags": ["Panel"]}


@pytest.mark.parametrize(
    ("target", "changed"),
    [
        ({"name": "New"}, {"name": "New"}),
        ({"description": "New"}, {"description": "New"}),
        ({"tags": ["New"]}, {"tags": ["New"]}),
        ({"audience": ["g2"]}, {"liveObjectIds": ["g2"]}),
        ({"audience": []}, {"liveObjectIds": []}),
    ],
)
def test_metadata_is_four_fields_with_the_rest_as_read(target: Raw, changed: Raw) -> None:
    known = {"tags": ["Panel"]} | target
    assert Bench("workflow").update(WORKFLOW, known, names=target) == [
        Sent("update-workflow-metadata", SAME | changed, {"id": "w1"})
    ]


@pytest.mark.parametrize("known", [{}, {"tags": None}])
def test_tags_that_nobody_knows_stay_out_of_the_body(known: Raw) -> None:
    (sent,) = Bench("workflow").update(WORKFLOW, {"name": "New", **known}, names={"name"})
    assert set(sent.body) == {"name", "description", "liveObjectIds"}


def test_fields_that_are_not_to_change_stay_as_read_whatever_the_target_says() -> None:
    (sent,) = Bench("workflow").update(WORKFLOW, {"name": "New", "audience": ["u7"]}, names={"name"})
    assert sent.body["liveObjectIds"] == ["u1", "g1"]


@pytest.mark.parametrize("wanted", [2, "latest"])
def test_a_version_is_activated_by_its_id(wanted: Any) -> None:
    assert Bench("workflow").update(WORKFLOW, {"activeVersion": wanted}) == [
        Sent("set-active-workflow-version", None, {"id": "v2"})
    ]


def test_metadata_comes_before_the_version() -> None:
    sent = Bench("workflow").update(WORKFLOW, {"activeVersion": 2, "description": "d"})
    assert [call.operation for call in sent] == ["update-workflow-metadata", "set-active-workflow-version"]


@pytest.mark.parametrize("number", [3, 9])
def test_an_archived_or_unknown_version_stops_the_change_before_anything_is_written(number: int) -> None:
    bench = Bench("workflow")
    with pytest.raises(GuardError) as caught:
        bench.update(WORKFLOW, {"activeVersion": number, "name": "New"})
    assert bench.sent == []
    assert caught.value.problems[0].hint == "It has 1, 2."


def test_workflows_cannot_be_created_or_retired() -> None:
    kind = KINDS["workflow"]
    assert not any(kind.can(verb) for verb in ("create", "archive", "restore"))
    assert kind.must_exist
