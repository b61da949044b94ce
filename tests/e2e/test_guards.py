"""Nobody is let in by accident, and somebody always holds the keys."""

from __future__ import annotations

import asyncio

import pytest

from flowstate.errors import GuardError
from flowstate.operations import Operation, OperationClass
from flowstate.providers.onsight_flow import provider
from flowstate.sandbox.seed import OWNER

from .bench import Bench, changed

_ADA = {"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}
_BOB = {"username": "bob@x.example", "name": "Bob", "permissions": ["executor"]}
_FITTERS = {"name": "Fitters", "members": ["ada@x.example"]}
_WRITING = [operation for operation in provider().operations if operation.kind is not OperationClass.READ]


@pytest.mark.parametrize("operation", _WRITING, ids=lambda operation: operation.name)
def test_a_client_that_reads_refuses_every_other_operation_before_the_network(
    bench: Bench, operation: Operation
) -> None:
    ids = dict.fromkeys(("id", "version"), "0123456789abcdef01234567")

    async def call() -> None:
        async with bench.project().client() as client:
            await client.call(operation, {"name": "x"}, **ids)

    with pytest.raises(GuardError):
        asyncio.run(call())
    assert bench.sandbox.log.entries() == []


def _repair(audience: object) -> dict[str, object]:
    return {"name": "Panel Repair", "tags": ["Panel"], "audience": audience}


def _audience(bench: Bench) -> list[str]:
    found: list[str] = bench.find("workflow", name="Panel Repair")["liveObjectIds"]
    return found


def test_an_audience_cannot_become_empty_by_keeping_its_last_group_out(bench: Bench) -> None:
    bench.manifests({"groups": [_FITTERS], "users": [_ADA], "workflows": [_repair({"groups": ["Fitters"]})]})
    bench.apply()
    before = _audience(bench)
    shared = {"groups": {"include": [], "exclude": ["Fitters"]}}
    bench.manifests({"groups": [_FITTERS], "users": [_ADA], "workflows": [_repair(shared)]})
    plan = bench.plan()
    assert [(change.status.value, "everyone" in change.reason) for change in plan.changes] == [("blocked", True)]
    applied = bench.apply(plan)
    assert (applied.exit_code, applied.writes) == (3, 0)
    assert _audience(bench) == before


def test_everyone_opens_an_audience_and_is_something_given(bench: Bench) -> None:
    bench.manifests({"groups": [_FITTERS], "users": [_ADA], "workflows": [_repair({"groups": ["Fitters"]})]})
    bench.apply()
    bench.manifests({"users": [_ADA], "workflows": [_repair({"everyone": True})]})
    plan = bench.plan()
    assert changed(plan) == [("workflow/Panel Repair", "update", "widen")]
    assert bench.apply(plan).exit_code == 0
    assert _audience(bench) == []


def test_from_everyone_to_some_is_something_taken(bench: Bench) -> None:
    bench.manifests({"groups": [_FITTERS], "users": [_ADA], "workflows": [_repair({"groups": ["Fitters"]})]})
    plan = bench.plan()
    parts = {
        change.part.value: {leaf.path[0] for leaf in change.fields}
        for change in plan.changes
        if change.part and change.address.kind == "workflow"
    }
    assert parts == {"widen": {"tags"}, "narrow": {"audience"}}
    assert bench.apply(plan).exit_code == 0
    assert _audience(bench) == [bench.find("group", name="Fitters")["id"]]


@pytest.mark.parametrize("loss", [{"permissions": ["executor"]}, {"locked": True}])
def test_the_last_administrator_is_neither_locked_nor_demoted(bench: Bench, loss: dict[str, object]) -> None:
    bench.manifests({"users": [{"username": OWNER} | loss, _ADA]})
    plan = bench.plan()
    blocked = [change for change in plan.changes if change.status.value == "blocked"]
    assert [(str(change.address), "admins" in change.reason) for change in blocked] == [(f"user/{OWNER}", True)]
    assert bench.apply(plan).exit_code == 3
    owner = bench.find("user", username=OWNER)
    assert (owner["permissions"]["admin"], owner["locked"]) == (True, False)
    assert bench.find("user", username="ada@x.example")


def test_the_last_administrator_is_not_removed(bench: Bench) -> None:
    bench.manifests({"removed": [{"address": f"user/{OWNER}", "then": "archive"}]})
    assert bench.apply().exit_code == 3
    assert not bench.find("user", username=OWNER)["locked"]


def test_administration_is_handed_over_in_one_plan_the_gain_before_the_loss(bench: Bench) -> None:
    bench.user("ada@x.example", "executor")
    owner = {"username": OWNER, "permissions": ["executor"]}
    bench.manifests({"users": [owner, {"username": "ada@x.example", "permissions": ["admin"]}]})
    plan = bench.plan()
    done = [
        (str(change.address), [leaf.path[-1] for leaf in change.fields if leaf.path[-1] == "admin"])
        for change in plan.changes
    ]
    admins = [address for address, leaf in done if leaf]
    assert admins == ["user/ada@x.example", f"user/{OWNER}"]
    taking = next(
        change for change in plan.changes if str(change.address) == f"user/{OWNER}" and change.part == "narrow"
    )
    assert "user/ada@x.example" in {str(need.address) for need in taking.depends_on}
    assert bench.apply(plan).exit_code == 0
    held = {each["username"]: each["permissions"]["admin"] for each in bench.sandbox.store.all("user")}
    assert held == {OWNER: False, "ada@x.example": True}


def test_a_gain_of_administration_is_pointed_out(bench: Bench) -> None:
    bench.manifests({"users": [_BOB | {"permissions": ["admin"]}]})
    assert any("admin" in warning for change in bench.plan().changes for warning in change.warnings)
