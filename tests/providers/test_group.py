"""Groups: two names for one id, text for booleans, members as a difference."""

from __future__ import annotations

import pytest

from flowstate.errors import NotFoundError

from .bench import KINDS, Bench, Raw, Sent

SUMMARY: Raw = {"id": "g1", "name": "Inspectors"}
GROUP: Raw = {
    "groupId": "g1",
    "teamName": "Solar",
    "name": "Inspectors",
    "lowercaseName": "inspectors",
    "created": "2021-10-06T07:24:52Z",
    "users": ["u1", "u2"],
    "permissions": {"dataViewer": True, "editor": False, "rigger": True},
}


def test_a_listed_group_has_its_name_only() -> None:
    (live,) = Bench("group", {"get-all-groups": [SUMMARY]}).listed()
    assert (live.id, live.key, live.fields) == ("g1", "Inspectors", {"name": "Inspectors"})


def test_one_group_has_everything() -> None:
    live = Bench("group", {"get-group": GROUP}).one("g1")
    assert live is not None
    assert live.id == "g1"
    assert live.fields == {"name": "Inspectors", "permissions": ["dataViewer", "rigger"], "members": ["u1", "u2"]}
    assert live.extra == {}


def test_null_members_are_none_and_missing_ones_unreadable() -> None:
    assert KINDS["group"].read({"id": "g1", "users": None}).fields == {"members": []}
    assert KINDS["group"].read({"id": "g1"}).fields == {}


def test_details_cost_one_call_and_only_when_wanted() -> None:
    bench = Bench("group", {"get-group": GROUP})
    assert bench.detail(SUMMARY, "name") == SUMMARY
    assert bench.detail(GROUP, "members") == GROUP
    assert bench.sent == []
    assert bench.detail(SUMMARY, "members", "permissions") == {**SUMMARY, **GROUP}
    assert bench.sent == [Sent("get-group", None, {"id": "g1"})]


@pytest.mark.parametrize("answer", [NotFoundError("get-group", "gone", status=404), []])
def test_details_of_a_group_that_vanished_are_unreadable(answer: object) -> None:
    with pytest.raises(NotFoundError):
        Bench("group", {"get-group": answer}).detail(SUMMARY, "members")


def test_creation_sends_the_name_only() -> None:
    bench = Bench("group", {"create-group": {"id": "g9", "name": "New"}})
    assert bench.create({"name": "New", "members": ["u1"], "permissions": ["editor"]}) == "g9"
    assert bench.sent == [Sent("create-group", {"name": "New"}, {})]


def test_creation_without_an_answer_is_found_in_the_list() -> None:
    assert Bench("group", {"get-all-groups": [SUMMARY]}).create({"name": "INSPECTORS"}) == "g1"


def test_rename_has_its_own_call() -> None:
    assert Bench("group").update(GROUP, {"name": "Fitters"}) == [
        Sent("update-group-name", {"name": "Fitters"}, {"id": "g1"})
    ]


def test_permissions_go_out_whole_as_text() -> None:
    (sent,) = Bench("group").update(GROUP, {"permissions": ["executor", "admin"]})
    assert sent.operation == "update-group-permissions"
    assert sent.body == {
        "dataViewer": "false",
        "editor": "false",
        "modifier": "false",
        "executor": "true",
        "approver": "false",
        "rigger": "false",
        "admin": "true",
    }


def test_members_are_added_then_removed_and_only_those_that_differ() -> None:
    assert Bench("group").update(GROUP, {"members": ["u2", "u3"]}) == [
        Sent("add-users-to-group", ["u3"], {"id": "g1"}),
        Sent("remove-users-from-group", ["u1"], {"id": "g1"}),
    ]


def test_members_that_are_as_wanted_cost_no_call() -> None:
    assert Bench("group").update(GROUP, {"members": ["u2", "u1"]}) == []


def test_nobody_is_removed_while_the_members_are_unknown() -> None:
    sent = Bench("group").update(SUMMARY, {"members": ["u1"]})
    assert [call.operation for call in sent] == ["add-users-to-group"]


def test_many_members_travel_in_chunks_of_a_hundred() -> None:
    wanted = [f"u{number:04}" for number in range(250)]
    sent = Bench("group").update({**GROUP, "users": []}, {"members": wanted})
    assert [len(call.body) for call in sent] == [100, 100, 50]
    assert [id for call in sent for id in call.body] == wanted


def test_a_change_of_everything_keeps_the_documented_order() -> None:
    sent = Bench("group").update(GROUP, {"members": ["u3"], "permissions": [], "name": "New"})
    order = ["update-group-name", "update-group-permissions", "add-users-to-group", "remove-users-from-group"]
    assert [call.operation for call in sent] == order
