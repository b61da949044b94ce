"""What is deleted is gone for good, so nothing is that something else needs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flowstate.errors import CredentialsError
from flowstate.plan import Risk
from flowstate.sandbox.chapters.groups import new_group
from flowstate.sandbox.faults.effects import Status

from .bench import SETTINGS, Bench, changed, outcomes

_ADA = {"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}
_BOB = {"username": "bob@x.example", "name": "Bob", "permissions": ["executor"]}
_MAIL = {"name": "Mail", "triggerType": "Email", "triggerOptions": {"recipients": "a@x.example"}}
_FITTERS = {"name": "Fitters", "permissions": ["editor"]}
_REPORT = {"name": "Report", "body": "<p>x</p>"}
_REPAIR = {"name": "Panel Repair", "tags": ["a"]}


ALLOWED = [f"deletes:{kind}=9" for kind in ("user", "group", "reportTemplate", "workflow")]


def _gone(*addresses: str) -> list[dict[str, str]]:
    return [{"address": address, "then": "delete", "reason": "left"} for address in addresses]


def _reasons(bench: Bench) -> dict[str, str]:
    return {str(change.address): change.reason for change in bench.plan().changes if change.reason}


def _group(bench: Bench, name: str, *members: str) -> str:
    """A group made in the dashboard; the id."""
    group = new_group(name)
    bench.sandbox.store.put("group", group["id"], group | {"users": list(members)})
    return str(group["id"])


def test_then_delete_deletes_and_forgets(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB], "groups": [_FITTERS], "reportTemplates": [_REPORT], "workflows": [_REPAIR]})
    bench.apply()
    addresses = ("user/bob@x.example", "group/Fitters", "reportTemplate/Report", "workflow/Panel Repair")
    bench.manifests({"users": [_ADA], "removed": _gone(*addresses)})
    plan = bench.plan(allow=ALLOWED)
    assert {str(change.address): change.risk for change in plan.changes} == {
        "user/bob@x.example": Risk.IRREVERSIBLE,
        "group/Fitters": Risk.RECREATABLE,
        "reportTemplate/Report": Risk.RECREATABLE,
        "workflow/Panel Repair": Risk.IRREVERSIBLE,
    }
    assert plan.summary["delete"] == 4
    assert set(outcomes(bench.apply(plan, allow=ALLOWED)).values()) == {"applied"}
    assert list(bench.state) == ["user/ada@x.example"]
    assert not [each for each in bench.sandbox.store.all("user") if each["username"] == "bob@x.example"]
    assert bench.sandbox.store.all("group") == []
    assert bench.plan().changes == ()


def test_deletion_works_without_state(bench: Bench) -> None:
    bench.user("bob@x.example")
    bench.manifests({"removed": _gone("user/bob@x.example")})
    assert bench.apply(allow=ALLOWED).exit_code == 0
    assert not [each for each in bench.sandbox.store.all("user") if each["username"] == "bob@x.example"]


def test_on_remove_delete_deletes_what_left_the_manifests(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB | {"onRemove": "delete"}]})
    bench.apply()
    bench.manifests({"users": [_ADA]})
    assert changed(bench.plan()) == [("user/bob@x.example", "delete", None)]
    assert bench.apply(allow=ALLOWED).exit_code == 0
    bench.manifests({"users": [_ADA, _BOB]})
    assert changed(bench.plan()) == [("user/bob@x.example", "create", None)]


def test_whoever_is_deleted_first_leaves_groups_and_audiences(bench: Bench) -> None:
    crew = _FITTERS | {"members": ["ada@x.example", "bob@x.example"]}
    repair = _REPAIR | {"audience": {"users": ["ada@x.example", "bob@x.example"]}}
    bench.manifests({"users": [_ADA, _BOB], "groups": [crew], "workflows": [repair]})
    bench.apply()
    crew, repair = crew | {"members": ["ada@x.example"]}, repair | {"audience": {"users": ["ada@x.example"]}}
    bench.manifests({"users": [_ADA], "groups": [crew], "workflows": [repair], "removed": _gone("user/bob@x.example")})
    assert changed(bench.plan())[-1] == ("user/bob@x.example", "delete", None)
    bench.sandbox.log.clear()
    assert bench.apply(allow=ALLOWED).exit_code == 0
    assert bench.writes()[-1] == "delete-user"


def test_a_template_is_deleted_after_what_named_it_names_another(bench: Bench) -> None:
    other = _REPORT | {"name": "Other"}
    bench.manifests(
        {
            "reportTemplates": [_REPORT, other],
            "defaultReportTemplate": "Report",
            "triggers": [_MAIL | {"reportTemplate": "Report"}],
        }
    )
    bench.apply()
    bench.manifests(
        {
            "reportTemplates": [other],
            "defaultReportTemplate": "Other",
            "triggers": [_MAIL | {"reportTemplate": "Other"}],
            "removed": _gone("reportTemplate/Report"),
        }
    )
    assert changed(bench.plan())[-1] == ("reportTemplate/Report", "delete", None)
    assert bench.apply(allow=ALLOWED).exit_code == 0
    assert bench.plan().changes == ()


@pytest.mark.parametrize(
    ("rest", "gone", "reason"),
    [
        ({"groups": [_FITTERS | {"members": ["bob@x.example"]}]}, "user/bob@x.example", "group/Fitters still names it"),
        ({"groups": [{"name": "New", "members": ["bob@x.example"]}]}, "user/bob@x.example", "group/New is to name it"),
        ({"groups": [_FITTERS]}, "user/bob@x.example", "group/Fitters still names it"),
        ({}, "user/bob@x.example", "group/Fitters still names it"),
        ({"defaultReportTemplate": "Report"}, "reportTemplate/Report", "defaultReportTemplate still names it"),
        ({}, "reportTemplate/Report", "defaultReportTemplate still names it"),
    ],
)  # fmt: skip
def test_what_something_names_is_not_deleted(bench: Bench, rest: dict[str, Any], gone: str, reason: str) -> None:
    bench.manifests(
        {
            "users": [_ADA, _BOB],
            "groups": [_FITTERS | {"members": ["bob@x.example"]}],
            "reportTemplates": [_REPORT],
            "defaultReportTemplate": "Report",
        }
    )
    bench.apply()
    bench.manifests({"users": [_ADA], **rest, "removed": _gone(gone)})
    assert _reasons(bench)[gone].startswith(reason)


@pytest.mark.parametrize("kind", ["user", "group"])
def test_the_last_of_an_audience_is_not_deleted_also_where_no_manifest_names_it(bench: Bench, kind: str) -> None:
    ids = {"user": bench.user("bob@x.example"), "group": _group(bench, "Fitters")}
    address = {"user": "user/bob@x.example", "group": "group/Fitters"}[kind]
    workflow = bench.find("workflow", name="Panel Repair")
    bench.sandbox.store.update("workflow", workflow["workflowId"], liveObjectIds=[ids[kind]])
    bench.manifests({"removed": _gone(address)})
    told = "workflow/Panel Repair would be open to everyone: nobody else is left in its audience"
    assert _reasons(bench) == {address: told}
    assert bench.apply(allow=ALLOWED).exit_code == 3
    bench.sandbox.store.update("workflow", workflow["workflowId"], liveObjectIds=list(ids.values()))
    assert _reasons(bench) == {address: "workflow/Panel Repair still names it in audience"}
    bench.manifests({"removed": _gone("user/bob@x.example", "group/Fitters")})
    assert set(_reasons(bench).values()) == {told}
    bench.sandbox.store.update("workflow", workflow["workflowId"], liveObjectIds=[])
    assert bench.apply(allow=ALLOWED).exit_code == 0


def test_an_archived_trigger_holds_only_those_without_whom_it_would_open(bench: Bench) -> None:
    bench.manifests(
        {
            "users": [_ADA, _BOB],
            "reportTemplates": [_REPORT],
            "triggers": [_MAIL | {"reportTemplate": "Report", "audience": {"users": ["bob@x.example"]}}],
        }
    )
    bench.apply()
    bench.manifests(
        {
            "users": [_ADA],
            "removed": [{"address": "trigger/Mail"}, *_gone("user/bob@x.example", "reportTemplate/Report")],
        }
    )
    for _ in range(2):  # once as it is archived, once when it is
        assert list(_reasons(bench)) == ["user/bob@x.example"]
        assert "trigger/Mail would be open to everyone" in _reasons(bench)["user/bob@x.example"]
        assert bench.apply(allow=ALLOWED).exit_code == 3
    assert bench.sandbox.store.find("trigger")["archived"]
    assert "reportTemplate/Report" not in bench.state


def test_a_group_goes_before_the_people_in_it(bench: Bench) -> None:
    bench.manifests({"users": [_ADA, _BOB], "groups": [_FITTERS | {"members": ["bob@x.example"]}]})
    bench.apply()
    bench.manifests({"users": [_ADA], "removed": _gone("user/bob@x.example", "group/Fitters")})
    plan = bench.plan(allow=ALLOWED)
    assert changed(plan) == [("group/Fitters", "delete", None), ("user/bob@x.example", "delete", None)]
    assert [str(need.address) for need in plan.changes[1].depends_on] == ["group/Fitters"]
    assert bench.apply(plan, allow=ALLOWED).exit_code == 0


def test_where_nobody_knows_whom_a_group_holds_nobody_is_deleted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from flowstate.errors import RejectedError
    from flowstate.providers.onsight_flow.kinds.group import Group

    bench.user("bob@x.example")
    _group(bench, "Secret")
    bench.manifests({"removed": _gone("user/bob@x.example")})

    async def refused(*_: object) -> dict[str, Any]:
        raise RejectedError("get-group", "not for you")

    monkeypatch.setattr(Group, "detail", refused)
    assert _reasons(bench)["user/bob@x.example"].startswith("it is not known whether group/Secret names it")


def test_what_moved_since_the_plan_is_not_deleted(bench: Bench) -> None:
    bench.manifests({"groups": [_FITTERS]})
    bench.apply()
    bench.manifests({"removed": _gone("group/Fitters")})
    plan = bench.plan(allow=ALLOWED)
    id_ = bench.find("group", name="Fitters")["id"]
    bench.sandbox.store.update("group", id_, name="Roofers")
    assert outcomes(bench.apply(plan, allow=ALLOWED)) == {("group/Fitters", None): "stale"}
    assert bench.find("group", id=id_)


def test_what_is_gone_since_the_plan_is_done(bench: Bench) -> None:
    bench.manifests({"groups": [_FITTERS]})
    bench.apply()
    bench.manifests({"removed": _gone("group/Fitters")})
    plan = bench.plan(allow=ALLOWED)
    bench.sandbox.store.write([("group", bench.find("group", name="Fitters")["id"], None)])
    assert outcomes(bench.apply(plan, allow=ALLOWED)) == {("group/Fitters", None): "applied"}
    assert bench.state == {}


def test_the_last_admin_is_not_deleted(bench: Bench) -> None:
    bench.sandbox.store.update("user", bench.sandbox.store.find("team")["owner"], locked=True)
    bench.user("nora@x.example", "admin")
    bench.manifests({"removed": _gone("user/nora@x.example")})
    assert "nobody would be left among the admins" in _reasons(bench)["user/nora@x.example"]


def test_what_an_exclusive_kind_deletes_is_deleted(bench: Bench) -> None:
    bench.settings("kinds: {group: {exclusive: true, onRemove: delete}}\n" + SETTINGS)
    bench.manifests({"groups": [_FITTERS]})
    bench.apply()
    _group(bench, "Strangers")
    assert changed(bench.plan()) == [("group/Strangers", "delete", None)]
    assert bench.apply(allow=ALLOWED).exit_code == 0
    assert [each["name"] for each in bench.sandbox.store.all("group")] == ["Fitters"]


def test_where_a_group_does_not_show_whom_it_holds_nobody_is_deleted(bench: Bench) -> None:
    bench.user("bob@x.example")
    id_ = _group(bench, "Secret")
    bench.manifests({"removed": _gone("user/bob@x.example")})
    answer = json.dumps({"groupId": id_, "name": "Secret", "permissions": {}})
    bench.sandbox.faults.add(Status(status=200, body=answer, operation="get-group"))
    assert "the service did not show members" in _reasons(bench)["user/bob@x.example"]


def test_credentials_that_end_while_groups_are_read_end_the_plan(bench: Bench) -> None:
    bench.user("bob@x.example")
    _group(bench, "Secret")
    bench.manifests({"removed": _gone("user/bob@x.example")})
    bench.sandbox.faults.add(Status(status=401, operation="get-group"))
    with pytest.raises(CredentialsError):
        bench.plan()
