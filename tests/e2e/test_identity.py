"""Which live object is meant: ids outlive names, and nobody is taken for somebody else."""

from __future__ import annotations

import asyncio
import shlex
import time

import pytest

from flowstate.errors import StateError
from flowstate.model import Address
from flowstate.sandbox.answers import object_id
from flowstate.sandbox.chapters.groups import new_group
from flowstate.state import Holder

from .bench import Bench, Command, changed, codes, leaves, outcomes

_ADA = {"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}
_BOB = {"username": "bob@x.example", "name": "Bob", "permissions": ["executor"]}
_MAIL = {"name": "Mail", "triggerType": "Email", "triggerOptions": {"recipients": "a@x.example"}}
_REMOVED_BOB = {"address": "user/bob@x.example", "then": "archive", "reason": "left"}


def _twin(bench: Bench, name: str) -> str:
    group = bench.find("group", name=name)
    bench.sandbox.store.put("group", twin := object_id(), group | {"id": twin, "users": []})
    return twin


def test_a_resource_renamed_in_the_dashboard_drifted_in_its_name_and_keeps_its_id(bench: Bench) -> None:
    bench.manifests({"groups": [{"name": "Fitters"}]})
    bench.apply()
    id_ = bench.find("group", name="Fitters")["id"]
    bench.sandbox.store.update("group", id_, name="Roof fitters")
    plan = bench.plan()
    assert leaves(plan) == {"group/Fitters:name": ("Roof fitters", "Fitters", "drift")}
    bench.apply(plan)
    assert bench.find("group", name="Fitters")["id"] == id_
    assert len(bench.sandbox.store.all("group")) == 1


def test_previously_renames_and_keeps_the_id(bench: Bench) -> None:
    bench.manifests({"groups": [{"name": "Fitters"}], "workflows": [{"name": "Panel Repair", "tags": ["a"]}]})
    bench.apply()
    id_ = bench.find("group", name="Fitters")["id"]
    bench.manifests({"groups": [{"name": "Roofers", "previously": "Fitters"}]})
    plan = bench.plan()
    assert leaves(plan)["group/Roofers:name"][:2] == ("Fitters", "Roofers")
    assert bench.apply(plan).exit_code == 0
    assert bench.find("group", name="Roofers")["id"] == id_
    again = bench.plan()
    assert again.changes == ()
    assert codes(again)["group/Roofers"] == "previously-done"
    assert "group/Fitters" not in bench.state
    bench.manifests({"groups": [{"name": "Roofers"}, {"name": "Fitters"}]})
    assert changed(bench.plan()) == [("group/Fitters", "create", None)], "the old name is free for another group"


def test_two_live_objects_of_one_name_block_that_address_alone(bench: Bench, cli: Command) -> None:
    bench.manifests({"groups": [{"name": "Fitters"}]})
    bench.apply()
    (bench.folder / ".flowstate/sandbox.state.json").unlink()
    twin = _twin(bench, "Fitters")
    first = next(id_ for id_ in bench.sandbox.store.ids("group") if id_ != twin)
    bench.manifests({"groups": [{"name": "Fitters", "permissions": ["editor"]}, {"name": "Roofers"}], "users": [_ADA]})
    told = cli("plan")
    assert told.code == 0
    assert f"flowstate -C {bench.folder} import group/Fitters ID" in " ".join(told.out.split())
    assert all(id_ in told.out + told.err for id_ in (first, twin))
    ended = cli("apply", "--auto-approve", "--format", "json")
    assert ended.code == ended.json["exit"] == 3
    assert {each["address"]: each["outcome"] for each in ended.json["results"]} == {
        "group/Fitters": "blocked",
        "group/Roofers": "applied",
        "user/ada@x.example": "applied",
    }
    bound = cli("import", "group/Fitters", twin)
    assert (bound.code, twin in bound.out) == (0, True)
    assert cli("apply", "--auto-approve").code == 0
    groups = {id_: body["permissions"]["editor"] for id_, body in bench.sandbox.store.items("group")}
    assert (groups[first], groups[twin]) == (False, True)


def test_the_line_that_says_which_object_is_meant_can_be_pasted(bench: Bench, cli: Command) -> None:
    name = "Ada's crew, south"
    bench.manifests({"groups": [{"name": name}]})
    bench.apply()
    (bench.folder / ".flowstate/sandbox.state.json").unlink()
    twin = _twin(bench, name)
    (problem,) = [problem for problem in bench.plan().problems if problem.code == "ambiguous"]
    line = problem.hint.partition("flowstate import ")[2].replace("ID", twin)
    assert cli("import", *shlex.split(line)).code == 0
    assert "ambiguous" not in codes(bench.plan()).values()


def test_import_refuses_an_id_that_does_not_exist_or_is_taken(bench: Bench, cli: Command) -> None:
    bench.manifests({"groups": [{"name": "Fitters"}]})
    bench.apply()
    id_ = bench.find("group", name="Fitters")["id"]
    assert cli("import", "group/Roofers", object_id()).code == 1
    assert cli("import", "group/Roofers", id_).code == 1
    assert cli("import", "gruop/Roofers", id_).code == 1
    assert cli("import", "teamSettings", id_).code == 1


@pytest.mark.parametrize(("address", "id_"), [("user/new@x.example", ""), ("user/", "7"), ("user/new@x.example", "..")])
def test_import_refuses_what_is_no_address_or_no_id_before_it_asks(
    bench: Bench, cli: Command, address: str, id_: str
) -> None:
    ended = cli("import", address, id_)
    assert (ended.code, bench.sandbox.log.operations()) == (1, [])
    assert "is no id" in ended.err or "names no person" in ended.err


@pytest.mark.parametrize("known", [False, True], ids=["new", "known itself"])
def test_the_lines_that_free_an_object_for_another_address_can_be_pasted_and_change_nobody(
    bench: Bench, cli: Command, known: bool
) -> None:
    old, new = "user/o'hara@x.example", "user/ada@x.example"
    bench.manifests({"users": [{"username": "o'hara@x.example", "name": "Ada"}, *([_ADA] if known else [])]})
    bench.apply()
    id_ = bench.find("user", username="o'hara@x.example")["userId"]
    with pytest.raises(StateError) as caught:
        asyncio.run(bench.project().bind(Address.parse(new), id_))
    *moves, forgets = [line.partition("flowstate ")[2] for line in caught.value.problems[0].hint.splitlines()]
    assert len(moves) == (not known)
    for line in moves or [forgets]:
        assert cli(*shlex.split(line)).code == 0
    assert old not in bench.state
    assert not known or cli("import", new, id_).code == 0
    assert bench.state[new]["id"] == id_
    assert not bench.find("user", userId=id_)["locked"]


def test_previously_is_kept_until_state_knows_the_new_name(bench: Bench) -> None:
    bench.manifests({"groups": [{"name": "Fresh"}]})
    bench.apply()
    bench.edit("group", "Fresh", name="Fresh2")
    bench.manifests({"groups": [{"name": "Fresh3", "previously": "Fresh"}]})
    assert "previously-done" not in codes(bench.plan()).values()
    bench.apply()
    assert codes(bench.plan()) == {"group/Fresh3": "previously-done"}
    bench.manifests({"groups": [{"name": "Fresh3"}]})
    assert (bench.plan().changes, codes(bench.plan())) == ((), {})


def test_an_address_that_differs_from_the_one_given_at_creation_is_a_warning_and_never_a_change(bench: Bench) -> None:
    bench.user("ada@x.example", "executor", name="Ada", emailAddress="old@x.example")
    bench.manifests({"users": [_ADA | {"emailAddress": "new@x.example"}]})
    plan = bench.plan()
    assert plan.changes == ()
    assert codes(plan)["user/ada@x.example"] == "fixed-at-creation"
    assert "new id and a new password" in next(one.hint for one in plan.problems if one.code == "fixed-at-creation")


def test_a_workflow_that_does_not_exist_is_blocked_with_its_dependents_and_the_rest_goes_on(
    bench: Bench, cli: Command
) -> None:
    bench.manifests(
        {
            "users": [_ADA],
            "workflows": [{"name": "Panel Repiar", "description": "x"}],
            "triggers": [_MAIL | {"workflows": ["Panel Repiar"]}],
        }
    )
    plan = bench.plan()
    reasons = {str(change.address): change.reason for change in plan.changes if change.status.value == "blocked"}
    assert "Did you mean 'Panel Repair'?" in reasons["workflow/Panel Repiar"]
    assert set(reasons) == {"workflow/Panel Repiar", "trigger/Mail"}
    assert cli("plan").code == 0
    assert cli("apply", "--auto-approve").code == 3
    assert bench.find("user", username="ada@x.example")["permissions"]["executor"]
    assert bench.sandbox.store.all("trigger") == []


def test_a_removed_person_is_locked_and_a_removed_trigger_is_archived(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB], "triggers": [_MAIL]})
    bench.apply()
    bench.manifests({"users": [_ADA], "removed": [_REMOVED_BOB, {"address": "trigger/Mail", "then": "archive"}]})
    assert changed(bench.plan()) == [("trigger/Mail", "archive", None), ("user/bob@x.example", "archive", None)]
    assert bench.apply().exit_code == 0
    assert bench.find("user", username="bob@x.example")["locked"]
    assert bench.find("trigger", name="Mail")["archived"]
    assert bench.state["user/bob@x.example"]["retired"] is True
    assert bench.state["trigger/Mail"]["retired"] is True
    assert bench.plan().changes == ()


def test_declaring_the_removed_again_restores_them_after_what_they_lost_is_gone(bench: Bench) -> None:
    group = {"name": "Fitters", "members": ["bob@x.example"]}
    bench.manifests({"users": [_ADA, _BOB], "groups": [group], "triggers": [_MAIL]})
    bench.apply()
    ids = {bench.find("user", username="bob@x.example")["userId"], bench.find("trigger", name="Mail")["triggerId"]}
    bench.manifests({"users": [_ADA], "groups": [group], "removed": [_REMOVED_BOB, {"address": "trigger/Mail"}]})
    bench.apply()
    weaker = _BOB | {"permissions": []}
    bench.manifests({"users": [_ADA, weaker], "groups": [group | {"members": ["ada@x.example"]}], "triggers": [_MAIL]})
    plan = bench.plan()
    done = [(address, action, part) for address, action, part in changed(plan)]
    restored = ("user/bob@x.example", "restore", None)
    assert done.index(("group/Fitters", "update", "narrow")) < done.index(restored)
    assert ("trigger/Mail", "restore", None) in done
    bench.sandbox.log.clear()
    assert bench.apply(plan).exit_code == 0
    writes = bench.writes()
    assert writes.index("update-user-permissions") < writes.index("unlock-user")
    bob = bench.find("user", username="bob@x.example")
    assert (bob["locked"], bob["permissions"]["executor"]) == (False, False)
    assert {bob["userId"], bench.find("trigger", name="Mail")["triggerId"]} == ids
    assert not bench.find("trigger", name="Mail")["archived"]
    assert bench.plan().changes == ()


def test_somebody_locked_by_hand_stays_locked_and_is_noted(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    bench.apply()
    bench.sandbox.store.update("user", bench.find("user", username="ada@x.example")["userId"], locked=True)
    plan = bench.plan()
    assert plan.changes == ()
    assert codes(plan) == {"user/ada@x.example": "stays-retired"}
    bench.manifests({"users": [_ADA | {"locked": False}]})
    assert bench.apply().exit_code == 0
    assert not bench.find("user", username="ada@x.example")["locked"]


def test_a_trigger_is_archived_and_restored_as_the_manifest_says(bench: Bench) -> None:
    bench.manifests({"triggers": [_MAIL]})
    bench.apply()
    id_ = bench.find("trigger", name="Mail")["triggerId"]
    for archived in (True, False):
        bench.manifests({"triggers": [_MAIL | {"archived": archived}]})
        assert bench.apply().exit_code == 0
        assert bench.find("trigger", triggerId=id_)["archived"] is archived
        assert bench.plan().changes == ()
    bench.sandbox.store.update("trigger", id_, archived=True)
    bench.manifests({"triggers": [_MAIL]})
    plan = bench.plan()
    assert (plan.changes, codes(plan)["trigger/Mail"]) == ((), "stays-retired")


def test_a_new_person_who_is_to_be_locked_is_locked_last_of_all(bench: Bench) -> None:
    bench.manifests(
        {
            "users": [_ADA | {"locked": True}, _BOB],
            "groups": [{"name": "Fitters", "members": ["ada@x.example", "bob@x.example"]}],
            "workflows": [{"name": "Panel Repair", "tags": ["a"], "audience": {"groups": ["Fitters"]}}],
            "teamSettings": {"EnableJobNaming": True},
        }
    )
    plan = bench.plan()
    assert changed(plan).index(("user/ada@x.example", "update", "narrow")) >= len(plan.changes) - 2
    assert set(outcomes(bench.apply(plan)).values()) == {"applied"}
    writes = bench.writes()
    assert writes.index("lock-user") > writes.index("add-users-to-group")
    ada = bench.find("user", username="ada@x.example")
    assert ada["locked"]
    assert ada["userId"] in bench.find("group", name="Fitters")["users"]


def test_a_renamed_workflow_keeps_the_tags_that_only_state_knows(bench: Bench) -> None:
    bench.manifests({"workflows": [{"name": "Panel Repair", "tags": ["Roof"]}]})
    bench.apply()
    bench.manifests({"workflows": [{"name": "Roof Repair", "previously": "Panel Repair", "description": "Mend it"}]})
    bench.apply()
    assert bench.find("workflow", name="Roof Repair")["tags"] == ["Roof"]
    assert bench.plan().changes == ()


@pytest.mark.parametrize("shown", ["true-only", "all", "seen"])
def test_the_last_admin_is_not_locked_where_the_service_does_not_show_who_is_one(bench: Bench, shown: str) -> None:
    bench.sandbox.set("permissions-read", shown)
    bench.sandbox.store.update("user", bench.sandbox.store.find("team")["owner"], locked=True)
    bench.user("nora@x.example", "admin", "executor")
    bench.manifests({"removed": [{"address": "user/nora@x.example", "then": "archive"}]})
    assert bench.apply().exit_code == 3
    assert not bench.find("user", username="nora@x.example")["locked"]


def test_what_the_service_hides_stays_when_the_same_run_takes_something_else_away(bench: Bench) -> None:
    bench.sandbox.set("permissions-read", "seen")
    group = new_group("Fitters")
    bench.sandbox.store.put("group", group["id"], group | {"permissions": group["permissions"] | {"dataViewer": True}})
    bench.manifests({"groups": [{"name": "Fitters", "permissions": ["executor"]}]})
    bench.apply()
    found = bench.find("group", name="Fitters")["permissions"]
    assert [name for name, held in found.items() if held] == ["executor"]


def test_an_import_waits_for_another_run_as_long_as_it_is_told_to(bench: Bench, cli: Command) -> None:
    with bench.project().location.lock.hold(Holder.me("another"), 0.0):
        began = time.monotonic()
        ended = cli("import", "user/ada@x.example", bench.user("ada@x.example"), "--lock-timeout", "0.5")
    assert (ended.code, bench.state) == (6, {})
    assert time.monotonic() - began >= 0.5


def test_a_new_trigger_is_not_left_open_where_a_creation_takes_no_audience(bench: Bench) -> None:
    bench.sandbox.set("trigger-create", "minimal")
    ada = bench.user("ada@x.example")
    bench.manifests({"triggers": [_MAIL | {"audience": {"users": {"include": ["ada@x.example"]}}}]})
    assert bench.apply().exit_code == 0
    assert bench.find("trigger", name="Mail")["objectIds"] == [ada]


@pytest.mark.parametrize(
    ("live", "new"),
    [
        ({"emailAddress": "Ada@X.example"}, {}),  # its username would be its address
        ({"emailAddress": "office@x.example"}, {"emailAddress": "OFFICE@x.example"}),
        ({"emailAddress": "office@x.example", "locked": True}, {"emailAddress": "office@x.example"}),
    ],
)
def test_nobody_is_created_with_the_email_address_of_somebody_who_is_there(
    bench: Bench, live: dict[str, str], new: dict[str, str]
) -> None:
    bench.user("lovelace@x.example", **live)
    bench.manifests({"users": [_ADA | new, _BOB]})
    plan = bench.plan()
    reasons = {str(change.address): change.reason for change in plan.changes}
    assert reasons["user/bob@x.example"] == ""
    assert "user/ada@x.example cannot be created: its emailAddress would be" in reasons["user/ada@x.example"]
    assert "which user/lovelace@x.example has already" in reasons["user/ada@x.example"]


@pytest.mark.parametrize("address", ["ada@x.example", "Office@x.example"])
def test_of_two_new_people_with_one_email_address_neither_is_created(bench: Bench, address: str) -> None:
    first = {} if address.startswith("ada") else {"emailAddress": "office@x.example"}
    cyd = {"username": "cyd@x.example", "name": "Cyd"}
    bench.manifests({"users": [_ADA | first, _BOB | {"emailAddress": address}, cyd]})
    reasons = {str(change.address): change.reason for change in bench.plan().changes}
    assert reasons["user/cyd@x.example"] == ""
    assert "and so would that of user/bob@x.example, which is new too" in reasons["user/ada@x.example"]
    assert "and so would that of user/ada@x.example, which is new too" in reasons["user/bob@x.example"]
    assert bench.apply().exit_code == 3
    assert bench.writes().count("create-user") == 1


def test_nobody_is_created_with_an_email_address_that_somebody_got_since_the_plan(bench: Bench) -> None:
    bench.manifests({"users": [_ADA]})
    plan = bench.plan()
    bench.user("lovelace@x.example", emailAddress="ada@x.example")
    (result,) = bench.apply(plan).results
    assert result.outcome.value == "stale"
    assert "user/lovelace@x.example" in result.error
    assert "create-user" not in bench.writes()
