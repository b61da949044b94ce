"""From differences to a plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live.team import Service, resource

from flowstate.desired import Lifecycle, Resource
from flowstate.errors import ForbiddenError
from flowstate.live import EVERYONE
from flowstate.model import Address, OnRemove
from flowstate.plan import Plan, Risk, Status
from flowstate.state import Entry

from .planning import known, lines, planned, reasons, removal, told


def team() -> Service:
    service = Service()
    service.add("person", "ada", name="Ada", rights=["admin"], locked=False)
    service.add("person", "bob", name="Bob", rights=["reader"], locked=False)
    service.add("group", "Crew", members=["person-1"], rights=["reader"])
    service.add("page", "Home", about="old", audience=["group-1"])
    service.add("bell", "Ring", type="mail", options={"to": "a"}, pages=["page-1"], labels=[], audience=[], off=False)
    service.add("letter", "Report", body="<p>", meta={"a": 1})
    service.add("rules", "", naming=True, purge=False)
    return service


def codes(plan: Plan) -> list[tuple[str, str]]:
    return [(problem.address, problem.code) for problem in plan.problems]


def test_nothing_to_do_is_kept_and_not_listed() -> None:
    plan = planned(
        team(), resource("person/ada", name="Ada", rights=["admin"]), resource("group/Crew", members=["ada"])
    )
    assert plan.changes == ()
    assert plan.summary["keep"] == 2
    assert plan.summary["unmanaged"] == 1


def test_an_update_has_a_part_that_gives_and_one_that_takes_and_counts_once() -> None:
    plan = planned(team(), resource("group/Crew", members=["bob"], rights=["reader", "writer"]))
    given = {told(change): {".".join(leaf.path) for leaf in change.fields} for change in plan.changes}
    assert given == {
        "update.widen group/Crew": {"members.bob", "rights.writer"},
        "update.narrow group/Crew": {"members.ada"},
    }
    assert plan.summary["update"] == 1


@pytest.mark.parametrize(
    ("live", "desired", "parts"),
    [
        ({"audience": []}, {"audience": {"groups": ["Crew"]}}, {"narrow": {"audience", "off"}}),
        ({"audience": ["person-1", "person-2"]}, {"audience": {"people": ["ada"]}}, {"narrow": {"audience", "off"}}),
        (
            {"audience": ["person-1"]},
            {"audience": {"people": ["bob"]}, "options": {"to": "b"}},
            {"widen": {"audience", "options"}, "narrow": {"audience", "off"}},
        ),
        ({"pages": ["page-1", "page-2"]}, {"pages": ["Home"]}, {"narrow": {"pages", "off"}}),
        ({"audience": ["person-1"]}, {"audience": {"people": ["ada", "bob"]}}, {"widen": {"audience", "off"}}),
        ({}, {"archived": True}, {"narrow": {"archived"}}),
    ],
)
def test_what_is_switched_on_is_so_with_the_last_that_it_loses_and_never_when_it_retires(
    live: dict[str, Any], desired: dict[str, Any], parts: dict[str, set[str]]
) -> None:
    service = team()
    service.add("page", "Other", about="", audience=[])
    service.get("bell", "Ring").update(live, off=True)
    plan = planned(service, resource("bell/Ring", off=False, **desired))
    assert {change.part: {leaf.path[0] for leaf in change.fields} for change in plan.changes} == parts


@pytest.mark.parametrize(
    ("kind", "live", "desired", "part"),
    [
        ("person/bob", {}, {"name": "Robert"}, "widen"),
        ("person/bob", {}, {"locked": True}, "narrow"),
        ("person/bob", {"locked": True}, {"locked": False}, ""),
        ("group/Crew", {}, {"rights": []}, "narrow"),
        ("page/Home", {}, {"audience": {EVERYONE: True}, "labels": []}, "widen"),
        ("page/Home", {"audience": []}, {"audience": {"groups": ["Crew"]}, "labels": []}, "narrow"),
        ("page/Home", {}, {"labels": ["x"]}, "widen"),
        ("letter/Report", {}, {"meta": {"a": None}}, "widen"),
        ("bell/Ring", {}, {"off": True}, "widen"),
        ("bell/Ring", {}, {"archived": True}, "narrow"),
    ],
)
def test_removals_closing_and_locking_take_and_everything_else_gives(
    kind: str, live: dict[str, Any], desired: dict[str, Any], part: str
) -> None:
    service = team()
    address = Address.parse(kind)
    service.get(address.kind, address.key).update(live)
    change = planned(service, resource(kind, **desired)).changes[-1]
    assert (change.part or "") == part
    assert change.status is Status.READY


def test_a_mixed_list_goes_without_what_is_missing_and_may_be() -> None:
    zoe = replace(resource("person/zoe"), lifecycle=Lifecycle(if_missing="skip"))
    ring = resource("bell/Ring", audience={"people": ["ada", "zoe"], "groups": ["Crew"]})
    service = team()
    service.get("bell", "Ring")["audience"] = ["person-2"]
    plan = planned(service, zoe, ring)
    leaves = {".".join(leaf.path): leaf.after for change in plan.changes for leaf in change.fields}
    assert leaves == {"audience.people.ada": "ada", "audience.groups.Crew": "Crew"}
    assert ("bell/Ring", "missing") in codes(plan)


def test_what_the_service_cannot_create_is_blocked_naming_the_nearest() -> None:
    plan = planned(team(), resource("page/Hone", about="x"))
    assert reasons(plan) == {
        "create page/Hone": "Make the page first. To go on without it, write 'ifMissing: skip' on it. "
        "Did you mean 'Home'?"
    }


def test_a_creation_without_what_it_needs_is_blocked() -> None:
    assert reasons(planned(team(), resource("person/cyd"))) == {"create person/cyd": "a new person needs name"}


def test_a_reference_to_nothing_blocks_the_change_naming_the_nearest_and_the_rest_goes_on() -> None:
    plan = planned(team(), resource("group/Crew", members=["ada", "bbo"]), resource("person/ada", name="Countess"))
    assert reasons(plan) == {
        "update.widen group/Crew": "members names person/bbo, which does not exist. Did you mean 'bob'?"
    }
    assert "update.widen person/ada" in lines(plan)


def test_a_reference_may_lead_to_a_live_object_that_no_manifest_names() -> None:
    plan = planned(team(), resource("group/Crew", members=["ADA", "Bob"]))
    assert [leaf.after for change in plan.changes for leaf in change.fields] == ["bob"]


def test_an_address_that_cannot_be_told_apart_is_blocked_and_the_rest_goes_on() -> None:
    service = team()
    service.add("group", "CREW", members=[], rights=[])
    plan = planned(service, resource("group/Crew", rights=[]), resource("person/ada", name="Countess"))
    assert list(reasons(plan)) == ["update group/Crew"]
    assert ("group/Crew", "ambiguous") in codes(plan)
    assert plan.summary["update"] == 1


def test_a_field_that_could_not_be_read_is_blocked_and_holds_nothing_else_up() -> None:
    refused = [ForbiddenError("person.detail", "not allowed", status=403)]
    service = team()
    service.faults["person.detail"] = list(refused)
    plan = planned(service, resource("person/bob", rights=["admin"]))
    assert "rights could not be read (person.detail: not allowed)" in reasons(plan)["update.widen person/bob"]
    service.faults["person.detail"] = list(refused)
    plan = planned(service, resource("person/bob", name="Robert", rights=["admin"]))
    assert [change.fields[0].path for change in plan.ready] == [("name",)]
    assert "unreadable" in [problem.code for problem in plan.problems]


def test_a_key_that_the_live_object_lacks_is_blocked_naming_the_nearest() -> None:
    plan = planned(team(), resource("rules", namimg=True))
    assert reasons(plan) == {"update.widen rules": "this team has no 'namimg'. Did you mean 'naming'?"}


def test_a_change_that_may_not_be_undone_is_marked() -> None:
    plan = planned(team(), resource("rules", purge=True, naming=False))
    assert [change.risk for change in plan.changes] == [Risk.IRREVERSIBLE]
    assert [change.risk for change in planned(team(), resource("rules", naming=False)).changes] == [Risk.REVERSIBLE]


def test_the_whole_map_that_will_be_sent_is_told_with_the_keys_the_service_does_not_show() -> None:
    (change,) = planned(team(), resource("group/Crew", rights=["reader", "writer"])).changes
    assert change.warnings == ("rights is sent whole: reader: true, writer*: true (* not shown by the service)",)


def test_a_person_locked_by_hand_stays_locked_and_is_reported() -> None:
    service = team()
    service.get("person", "bob")["locked"] = True
    plan = planned(service, resource("person/bob", name="Bob"), state=known(person__bob=Entry("person-2")))
    assert plan.changes == ()
    assert codes(plan) == [("person/bob", "stays-retired")]


@pytest.mark.parametrize("why", ["manifest", "state"])
def test_who_the_manifest_asks_for_or_flowstate_itself_locked_comes_back(why: str) -> None:
    service = team()
    service.get("person", "bob")["locked"] = True
    if why == "manifest":
        plan = planned(service, resource("person/bob", locked=False))
    else:
        plan = planned(service, resource("person/bob"), state=known(person__bob=Entry("person-2", retired=True)))
    assert lines(plan) == ["restore person/bob"]
    assert [(leaf.path, leaf.before, leaf.after) for leaf in plan.changes[0].fields] == [(("locked",), True, False)]


def test_an_archived_bell_that_is_left_archived_is_not_changed_at_all() -> None:
    service = team()
    service.get("bell", "Ring")["archived"] = True
    plan = planned(service, resource("bell/Ring", type="web"))
    assert plan.changes == ()
    assert codes(plan) == [("bell/Ring", "stays-retired")]


def test_what_shall_be_archived_and_does_not_exist_is_a_note() -> None:
    plan = planned(team(), resource("bell/New", archived=True, type="mail"))
    assert plan.changes == ()
    assert codes(plan) == [("bell/New", "nothing-to-retire")]


def test_a_new_person_who_shall_be_locked_is_locked_last() -> None:
    plan = planned(
        team(), resource("person/cyd", name="Cyd", locked=True), resource("group/Crew", members=["ada", "cyd"])
    )
    assert lines(plan) == ["create person/cyd", "update.widen group/Crew", "update.narrow person/cyd"]


def test_a_removal_archives_and_tells_the_reason() -> None:
    (change,) = planned(team(), removed=[removal("person/bob", reason="left")]).changes
    assert (told(change), change.warnings) == ("archive person/bob", ("left",))
    assert change.source is not None


@pytest.mark.parametrize("then", ["keep", "archive"])
def test_a_removal_with_nothing_to_do_is_no_change_and_lets_state_forget(then: OnRemove) -> None:
    name = "person/bob" if then == "keep" else "person/gone"
    plan = planned(team(), removed=[removal(name, then)])
    assert (plan.changes, plan.released) == ((), (Address.parse(name),))


def test_a_removal_of_somebody_locked_already_is_no_change_and_stays_remembered() -> None:
    service = team()
    service.get("person", "bob")["locked"] = True
    plan = planned(service, removed=[removal("person/bob")])
    assert (plan.changes, plan.released) == ((), ())


def test_what_left_the_manifests_is_reported_and_stays() -> None:
    state = known(person__bob=Entry("person-2"), group__Crew=Entry("group-1"))
    plan = planned(team(), resource("person/ada"), state=state)
    assert plan.changes == ()
    hints = {problem.address: problem.hint for problem in plan.problems}
    assert "then: archive" in hints["person/bob"]
    assert "then: keep" in hints["group/Crew"]  # the service cannot archive groups


def test_what_was_only_bound_to_an_address_never_was_in_the_manifests() -> None:
    state = known(group__Crew=Entry("group-1"), group__Band=Entry("group-2", {"name": "Band"}))
    said = [problem.summary.split(";")[0] for problem in planned(team(), state=state).problems]
    assert said == ["group/Band is no longer in the manifests", "group/Crew is not in the manifests"]


def test_what_flowstate_retired_and_the_manifests_no_longer_hold_needs_no_word() -> None:
    plan = planned(team(), state=known(person__bob=Entry("person-2", retired=True)))
    assert plan.problems == ()


def test_a_singleton_that_left_the_manifests_is_let_go() -> None:
    plan = planned(team(), state=known(rules=Entry("rules-1")))
    assert plan.released == (Address("rules"),)
    assert codes(plan) == [("rules", "left-manifests")]


def test_only_selected_addresses_are_planned() -> None:
    plan = planned(
        team(),
        resource("person/ada", name="Countess"),
        resource("person/bob", name="Robert"),
        removed=[removal("person/eve", "keep")],
        state=known(group__Crew=Entry("group-1")),
        selected=lambda address: address == Address("person", "bob"),
    )
    assert (lines(plan), plan.problems, plan.released) == (["update.widen person/bob"], (), ())


RESOURCES = [
    resource("person/ada", name="Countess", rights=["admin", "reader"]),
    resource("person/cyd", name="Cyd", rights=["reader"]),
    resource("group/Crew", members=["bob", "cyd"], rights=["writer"]),
    resource("page/Home", audience={"people": ["ada"], "groups": []}, labels=["x", "y"]),
    resource("bell/Ring", type="web", options={"url": "https://key@host"}),
    resource("letter/Report", body="<b>"),
]


def shuffled(one: Resource, data: st.DataObject) -> Resource:
    fields = {
        name: data.draw(st.permutations(value)) if isinstance(value, list) else value
        for name, value in data.draw(st.permutations(list(one.fields.items())))
    }
    return Resource(one.address, one.kind, fields, one.previously, one.place)


@given(st.data())
def test_the_order_of_files_keys_and_sets_changes_nothing(data: st.DataObject) -> None:
    one = planned(team(), *RESOURCES)
    other = planned(team(), *(shuffled(each, data) for each in data.draw(st.permutations(RESOURCES))))
    assert one.fingerprint == other.fingerprint
    assert one.as_json() == other.as_json()


def test_the_fingerprint_does_not_tell_where_manifests_stand() -> None:
    moved = Resource(Address("letter", "Report"), RESOURCES[-1].kind, RESOURCES[-1].fields)
    assert moved.place != RESOURCES[-1].place
    assert planned(team(), moved).fingerprint == planned(team(), RESOURCES[-1]).fingerprint


@pytest.mark.parametrize(
    "other",
    [
        resource("letter/Report", body="<i>"),
        resource("letter/Report", body="<b>", meta={"a": 2}),
        resource("letter/Copy", body="<b>"),
        resource("bell/Ring", type="web", options={"url": "other"}),
    ],
)
def test_any_other_change_has_another_fingerprint(other: Resource) -> None:
    seen = {planned(team(), one).fingerprint for one in (RESOURCES[-1], RESOURCES[-2], other)}
    assert len(seen) == 3


def test_another_live_value_has_another_fingerprint() -> None:
    service = team()
    service.get("letter", "Report")["body"] = "<u>"
    assert planned(service, RESOURCES[-1]).fingerprint != planned(team(), RESOURCES[-1]).fingerprint


def test_the_json_form_is_the_documented_one() -> None:
    state = known(group__Crew=Entry("group-1", {"members": ["ada"]}))
    plan = planned(team(), resource("group/Crew", members=["bob"]), state=state)
    leaf = {"path": ["members", "bob"], "before": None, "after": "bob", "verdict": "pending", "sensitive": False}
    gone = {"path": ["members", "ada"], "before": "ada", "after": None, "verdict": "pending", "sensitive": False}
    change = {
        "address": "group/Crew",
        "part": "widen",
        "action": "update",
        "status": "ready",
        "reason": None,
        "risk": "reversible",
        "fields": [leaf],
        "depends_on": [],
        "source": {"file": "team.yaml", "line": 1, "column": 1},
        "warnings": [],
    }
    waits = [{"address": "group/Crew", "part": "widen"}]
    assert plan.as_json() == {
        "format": "flowstate/plan/v1",
        "environment": "prod",
        "team": "team",
        "fingerprint": plan.fingerprint,
        "summary": {
            "create": 0,
            "update": 1,
            "restore": 0,
            "archive": 0,
            "delete": 0,
            "replace": 0,
            "keep": 0,
            "blocked": 0,
            "unmanaged": 0,
        },
        "changes": [change, {**change, "part": "narrow", "fields": [gone], "depends_on": waits}],
        "problems": [],
    }


def test_sensitive_values_are_in_no_json() -> None:
    text = json.dumps(planned(team(), RESOURCES[-2]).as_json())
    assert "key@host" not in text
    assert "(sensitive " in text


def test_what_could_not_be_read_is_told_only_where_it_would_be_compared() -> None:
    service = team()
    service.faults["group.detail"] = [ForbiddenError("group.detail", "not for you", status=403)]
    crew = resource("group/Crew", members=["ada"], rights=["reader"])
    plan = planned(service, replace(crew, lifecycle=Lifecycle(initial_only=("rights",))))
    (problem,) = [problem for problem in plan.problems if problem.code == "unreadable"]
    assert problem.summary == "group/Crew: members could not be read, so it is not compared"


def test_a_new_bell_whose_audience_names_nobody_is_not_made() -> None:
    nobody = {"people": {"include": [], "exclude": ["ada"]}}
    plan = planned(team(), resource("bell/Alarm", type="mail", audience=nobody))
    assert reasons(plan) == {
        "create bell/Alarm": "audience names nobody, which opens it to everyone; write {everyone: true} if meant"
    }


def test_a_key_that_the_live_object_lacks_inside_a_map_is_blocked_with_its_whole_name() -> None:
    service = team()
    service.get("rules", "")["greeting"] = {"text": "Hi", "shown": True}
    plan = planned(service, resource("rules", greeting={"text": "Hello", "showed": True}))
    assert reasons(plan) == {"update.widen rules": "this team has no 'greeting.showed'. Did you mean 'shown'?"}


def test_a_removal_of_nothing_is_warned_of_where_something_live_has_almost_that_name() -> None:
    plan = planned(team(), removed=[removal("group/Crews"), removal("person/gone")])
    assert plan.changes == ()
    [slip] = plan.problems
    assert (slip.code, slip.severity) == ("removes-nothing", "warning")
    assert slip.summary == "group/Crews is not on the service, so there is nothing to remove"
    assert slip.hint == "Did you mean 'group/Crew'?"
    assert slip.place is not None


def test_a_removal_of_somebody_whose_lines_went_too_is_looked_for_among_what_left_the_manifests() -> None:
    state = known(person__bobby=Entry("person-2", {"name": "Bob"}, on_remove="archive"))
    plan = planned(team(), removed=[removal("person/bobb")], state=state)
    assert {problem.hint for problem in plan.problems if problem.code == "removes-nothing"} == {
        "Did you mean 'person/bobby'?"
    }


def test_a_removal_of_what_state_knows_needs_no_suggestion() -> None:
    gone = known(group__Crews=Entry("group-9"))
    assert planned(team(), removed=[removal("group/Crews")], state=gone).problems == ()
