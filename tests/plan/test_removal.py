"""Which removals a plan holds, and which it refuses, spares or leaves to others."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live.team import Service, resource

from flowstate.desired import Lifecycle, Resource
from flowstate.errors import Problem
from flowstate.model import Address, OnDrift, OnRemove
from flowstate.plan import Plan, Risk
from flowstate.settings import KindOwnership, Ownership
from flowstate.state import Entry, State

from .planning import STATE, known, lines, planned, reasons, removal

APPLIED = replace(STATE, serial=3)
PEOPLE = Ownership(kinds={"person": KindOwnership("archive")})
NAMES = ("ada", "bob", "cyd", "dan")


def entry(id: str, **said: Any) -> Entry:
    return Entry(id, {"name": "x"}, run="1", **said)


def team(*names: str) -> Service:
    service = Service()
    for name in names or ("ada", "bob"):
        service.add("person", name, name="x", rights=["admin"] if name == "ada" else [], locked=False)
    return service


def said(one: Resource, **lifecycle: Any) -> Resource:
    return replace(one, lifecycle=Lifecycle(**lifecycle))


def codes(plan: Plan) -> set[str]:
    return {problem.code for problem in plan.problems}


@pytest.mark.parametrize(
    ("stored", "of_kind", "planned_as"),
    [
        (None, None, []),
        (None, "archive", ["archive person/bob"]),
        ("keep", "archive", []),
        ("archive", "keep", ["archive person/bob"]),
        ("delete", "archive", []),  # people of this service cannot be deleted
    ],
)
def test_its_own_word_counts_before_that_of_its_kind(
    stored: OnRemove | None, of_kind: OnRemove | None, planned_as: list[str]
) -> None:
    ownership = Ownership(kinds={"person": KindOwnership(of_kind)})
    state = known(APPLIED, person__bob=entry("person-2", on_remove=stored))
    assert lines(planned(team(), state=state, ownership=ownership)) == planned_as


def test_what_is_gone_or_retired_by_somebody_else_is_forgotten_and_what_flowstate_retired_is_not() -> None:
    service = team("ada", "bob", "cyd")
    service.get("person", "bob")["locked"] = service.get("person", "cyd")["locked"] = True
    state = known(
        APPLIED,
        person__bob=entry("person-2"),
        person__cyd=entry("person-3", retired=True),
        person__eve=entry("person-9"),
    )
    plan = planned(service, state=state, ownership=PEOPLE)
    assert lines(plan) == []
    assert plan.released == (Address("person", "bob"), Address("person", "eve"))


def test_what_is_left_alone_because_another_address_may_mean_it_is_not_forgotten() -> None:
    service = team("ada")
    service.add("bell", "Ring", type="mail", archived=False)
    service.add("bell", "Ring", type="mail", archived=False)
    state = known(APPLIED, bell__Old=entry("bell-1"))
    rings = Ownership(kinds={"bell": KindOwnership("archive")})
    plan = planned(service, resource("bell/Ring", type="mail"), state=state, ownership=rings)
    assert lines(plan) == ["update bell/Ring blocked", "archive bell/Old blocked"]
    assert plan.released == ()


@pytest.mark.parametrize("selected", [True, False])
def test_what_took_over_the_object_of_one_that_left_has_it(selected: bool) -> None:
    service = Service()
    service.add("group", "New", members=[], rights=[])
    state = known(APPLIED, group__Old=entry("group-1"))
    groups = Ownership(kinds={"group": KindOwnership("delete")})
    plan = planned(
        service,
        resource("group/New"),
        state=state,
        ownership=groups,
        selected=lambda address: selected or address.key != "New",
    )
    assert lines(plan) == []
    assert plan.released == ((Address("group", "Old"),) if selected else ())


def test_two_entries_of_one_object_remove_it_once() -> None:
    state = known(APPLIED, person__bob=entry("person-2"), person__rob=entry("person-2"))
    assert lines(planned(team(), state=state, ownership=PEOPLE)) == ["archive person/bob"]


def test_from_behind_nothing_is_removed_and_nothing_forgotten() -> None:
    state = known(APPLIED, person__bob=entry("person-2"), person__eve=entry("person-9"))
    plan = planned(team(), state=state, ownership=PEOPLE, behind=Problem("behind", "old", "Old.", "Merge."))
    assert (lines(plan), plan.released) == ([], ())
    (problem,) = plan.problems
    assert problem.detail == "Old. Not removed: person/bob, person/eve."
    assert planned(team(), state=STATE, ownership=PEOPLE, behind=problem).problems == ()


@pytest.mark.parametrize(
    ("protect", "stored", "glob", "subject", "why"),
    [
        (None, False, "", "", ""),
        (True, False, "", "", "'protect: true'"),
        (None, True, "", "", "at the last apply"),
        (False, True, "", "", ""),
        (False, False, "PERSON/b*", "", "'PERSON/b*'"),
        (None, False, "person/[bob]", "", ""),
        (None, False, "", "BOB", "signs in"),
        (None, False, "", "person-2", "signs in"),
        (None, False, "", "person-1", ""),
    ],
)
def test_what_is_protected_is_not_locked(protect: bool | None, stored: bool, glob: str, subject: str, why: str) -> None:
    state = known(APPLIED, person__bob=entry("person-2", protect=stored))
    bob = said(resource("person/bob", locked=True), protect=protect)
    ownership = Ownership(protected=(glob,) if glob else ())
    (change,) = planned(team(), bob, state=state, ownership=ownership, subject=subject).changes
    assert (change.status, why in change.reason) == ("skipped" if why else "ready", True)


def test_a_glob_may_be_an_address_with_brackets_in_it() -> None:
    assert Ownership(protected=("group/[x]",)).protecting(Address("group", "[X]")) == "group/[x]"


@pytest.mark.parametrize(
    ("glob", "told"),
    [
        ("person/bbo", True),
        ("person/x*", True),
        ("person/BOB", False),
        ("person/b*", False),
        ("person/eve", False),  # state knows her, and she is gone
        ("letter/any", False),  # letters were not read
    ],
)
def test_an_entry_that_protects_nothing_is_noted(glob: str, told: bool) -> None:
    state = known(APPLIED, person__eve=entry("person-9"))
    plan = planned(team(), resource("person/ada", name="A"), state=state, ownership=Ownership(protected=(glob,)))
    notes = [problem.summary for problem in plan.problems if problem.code == "protects-nothing"]
    assert notes == [f"{glob!r} protects nothing here"] * told


def test_only_what_can_hold_a_role_can_be_who_signs_in() -> None:
    service = team()
    service.add("group", "bob", members=[], rights=[])
    plan = planned(service, removed=[removal("group/bob", "delete"), removal("person/bob")], subject="bob")
    assert lines(plan) == ["delete group/bob", "archive person/bob skipped"]


def test_what_hangs_on_a_protected_resource_that_is_gone_is_blocked() -> None:
    state = known(APPLIED, person__eve=entry("person-9", protect=True))
    plan = planned(team(), resource("person/eve", name="E"), resource("group/Crew", members=["eve"]), state=state)
    assert lines(plan) == ["create person/eve skipped", "create group/Crew blocked"]


def test_the_last_admin_may_go_where_another_one_is_only_spared() -> None:
    service = team("ada", "bob")
    service.get("person", "bob")["rights"] = ["admin"]
    spared = Ownership(protected=("person/bob",))
    plan = planned(service, removed=[removal("person/ada"), removal("person/bob")], ownership=spared)
    assert lines(plan) == ["archive person/ada", "archive person/bob skipped"]


def test_deletions_come_last_and_whoever_refers_goes_first() -> None:
    service = team()
    service.add("group", "Crew", members=[], rights=[])
    service.add("page", "Home", about="", audience=["group-1"])
    plan = planned(
        service,
        resource("person/eve", name="E"),
        removed=[removal("group/Crew", "delete"), removal("page/Home", "delete")],
    )
    assert lines(plan) == ["create person/eve", "delete page/Home", "delete group/Crew"]
    assert [change.risk for change in plan.changes[1:]] == [Risk.IRREVERSIBLE, Risk.RECREATABLE]


def test_a_deletion_is_blocked_with_the_one_it_waits_for() -> None:
    service = team()
    service.add("group", "Crew", members=[], rights=[])
    service.add("page", "Home", about="", audience=["group-1"])
    service.add("bell", "Ring", type="mail", pages=["page-1"], audience=["person-1"])
    plan = planned(service, removed=[removal("group/Crew", "delete"), removal("page/Home", "delete")])
    assert reasons(plan) == {
        "delete page/Home": "bell/Ring still names it in pages",
        "delete group/Crew": "waits for page/Home, which is blocked",
    }


def test_a_letter_is_deleted_once_the_pointer_to_it_moved() -> None:
    service = team()
    for name in ("Old", "New"):
        service.add("letter", name, body="", meta={})
    service.add("chosenLetter", "", letter="letter-1")
    service.add(
        "bell", "Ring", type="mail", letter="letter-1", audience=["person-1"], pages=[], labels=["x"], off=False
    )
    plan = planned(
        service,
        resource("chosenLetter", letter="New"),
        resource("bell/Ring", letter="New"),
        removed=[removal("letter/Old", "delete")],
    )
    assert lines(plan)[-1] == "delete letter/Old"
    assert {str(need.address) for need in plan.changes[-1].depends_on} == {"chosenLetter", "bell/Ring"}
    assert reasons(plan) == {}


@given(
    declared=st.sets(st.sampled_from(NAMES)),
    applied=st.sets(st.sampled_from(NAMES)),
    live=st.sets(st.sampled_from(NAMES), min_size=1),
    protected=st.sets(st.sampled_from(NAMES)),
)
def test_only_what_state_knows_and_no_manifest_names_is_removed_and_nothing_protected(
    declared: set[str], applied: set[str], live: set[str], protected: set[str]
) -> None:
    service = team(*sorted(live))
    service.add("person", "root", name="x", rights=["admin"], locked=False)
    ids = {raw["username"]: id for id, raw in service.objects["person"].items()}
    state = known(
        APPLIED,
        **{f"person__{name}": entry(ids.get(name, f"gone-{name}"), protect=name in protected) for name in applied},
    )
    people = [resource(f"person/{name}", name="x") for name in sorted(declared)]
    plan = planned(service, *people, state=state, ownership=PEOPLE)
    gone = {change.address.key for change in plan.changes if change.action == "archive" and change.status == "ready"}
    assert gone == (applied & live) - declared - protected
    assert not [change for change in planned(service, *people, ownership=PEOPLE).changes if change.action == "archive"]


@given(
    named=st.sets(st.sampled_from(NAMES)),
    live=st.sets(st.sampled_from(NAMES), min_size=1),
    locked=st.sets(st.sampled_from(NAMES)),
    serial=st.integers(0, 1),
)
def test_an_exclusive_kind_removes_all_others_and_only_with_state(
    named: set[str], live: set[str], locked: set[str], serial: int
) -> None:
    service = team(*sorted(live))
    for name in live & locked:
        service.get("person", name)["locked"] = True
    service.add("person", "root", name="x", rights=["admin"], locked=False)
    rule = Ownership(protected=("person/root",), kinds={"person": KindOwnership("archive", exclusive=True)})
    state: State = replace(STATE, serial=serial)
    plan = planned(service, *(resource(f"person/{name}", name="x") for name in named), state=state, ownership=rule)
    gone = {change.address.key for change in plan.changes if change.action == "archive"}
    assert gone == (live - locked - named if serial else set())
    assert ("exclusive-without-state" in codes(plan)) == (not serial)


@pytest.mark.parametrize(
    ("word", "desired", "live", "planned_as"),
    [
        ("overwrite", ["ada"], ["person-2"], {"members.ada", "members.bob"}),
        ("keep", ["ada"], ["person-2"], set()),
        ("keep", ["ada", "cyd"], ["person-2"], {"members.cyd"}),
        ("keep", ["cyd"], ["person-1"], {"members.ada", "members.cyd"}),
    ],
)
def test_only_what_drifted_is_kept(word: OnDrift, desired: list[str], live: list[str], planned_as: set[str]) -> None:
    service = team("ada", "bob", "cyd")
    service.add("group", "Crew", members=live, rights=[])
    state = known(APPLIED, group__Crew=Entry("group-1", {"name": "Crew", "members": ["ada"]}))
    people = [resource(f"person/{name}") for name in ("ada", "bob", "cyd")]
    plan = planned(service, *people, resource("group/Crew", members=desired), state=state, on_drift=word)
    assert {".".join(leaf.path) for change in plan.changes for leaf in change.fields} == planned_as


def test_a_long_list_of_what_drifted_is_cut() -> None:
    service = team("ada")
    members = [service.add("person", f"p{number}", name="x" * 80, rights=[], locked=False) for number in range(8)]
    service.add("group", "Crew", members=members, rights=[])
    state = known(APPLIED, group__Crew=Entry("group-1", {"name": "Crew", "members": []}))
    (problem,) = planned(service, resource("group/Crew", members=[]), state=state, on_drift="keep").problems
    assert problem.detail.endswith(", 3 more.")
    state = known(APPLIED, person__p0=Entry("person-2", {"username": "p0", "name": "y"}))
    (problem,) = planned(service, resource("person/p0", name="y"), state=state, on_drift="keep").problems
    assert "…, the manifest says 'y'" in problem.detail


def test_a_field_for_the_beginning_is_no_difference_later() -> None:
    bob = said(resource("person/bob", name="Bob", rights=["reader"]), initial_only=("name",))
    plan = planned(team(), bob)
    assert {leaf.path[0] for change in plan.changes for leaf in change.fields} == {"rights"}
    made = planned(Service(), bob)
    assert ("name",) in {leaf.path for change in made.changes for leaf in change.fields}


def test_no_rename_is_likely_where_the_new_name_is_live_or_was_had_before() -> None:
    service = Service()
    service.add("group", "Crew A", members=[], rights=[])
    state = known(APPLIED, group__CrewX=entry("group-9"), group__CrewY=entry("group-8"))
    assert "likely-rename" not in codes(planned(service, resource("group/Crew A"), state=state))
    assert "likely-rename" not in codes(planned(service, resource("group/Crew B"), state=state)), "two are alike"
    one = known(APPLIED, group__Crew=entry("group-9"))
    assert "likely-rename" in codes(planned(service, resource("group/Crew B"), state=one))
    assert "likely-rename" not in codes(planned(service, resource("group/Crew B", "Crew X"), state=one))
    assert "likely-rename" not in codes(planned(service, resource("group/Zz"), state=one))


def test_no_rename_is_looked_for_where_hundreds_come_and_go() -> None:
    state = known(APPLIED, **{f"group__Old{number}": entry(f"group-{number}") for number in range(101)})
    plan = planned(Service(), *(resource(f"group/New {number}") for number in range(100)), state=state)
    assert codes(plan) == {"left-manifests"}


def test_hundreds_of_deletions_each_wait_only_for_what_lets_go_of_them() -> None:
    service = team()
    for number in range(400):
        service.add("letter", f"L{number}", body="", meta={})
    service.add("chosenLetter", "", letter="letter-1")
    plan = planned(
        service,
        resource("chosenLetter", letter=None),
        removed=[removal(f"letter/L{number}", "delete") for number in range(400)],
    )
    assert plan.summary["delete"] == 400
    assert {len(change.depends_on) for change in plan.changes if str(change.address) != "letter/L0"} == {0}
    assert reasons(plan) == {}
