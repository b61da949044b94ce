"""How much a plan may do at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live.team import KINDS, Service, resource

from flowstate.desired import Desired, Resource
from flowstate.errors import Place, Severity
from flowstate.live import EVERYONE, Names, Snapshot
from flowstate.model import Address
from flowstate.plan import LIMIT, Action, Change, Excess, Inputs, Measure, Plan, excesses
from flowstate.plan.limits import measures
from flowstate.settings import Allowance, Rules
from flowstate.state import Entry

from .planning import STATE, known, lines, planned, reasons, removal

Counts = dict[str, int]


def crowd(count: int, **fields: Any) -> Service:
    """People p0, p1, … and nobody else."""
    service = Service()
    for number in range(count):
        service.add("person", f"p{number}", **{"name": "P", "rights": [], "locked": False} | fields)
    return service


def counts(plan: Plan) -> Counts:
    """What the plan does, by limit and kind."""
    return {f"{one.limit}:{one.kind.name}": one.count for one in plan.measures}


def over(plan: Plan) -> dict[str, int]:
    """What is over a limit, and how much is let through."""
    return {excess.override.rpartition("=")[0]: excess.most for excess in plan.excesses}


def allowing(*texts: str) -> Rules:
    """``destructive:person=3``."""
    return Rules(allowances=tuple(_allowance(text) for text in texts))


def _allowance(text: str) -> Allowance:
    name, _, count = text.partition("=")
    limit, _, kind = name.partition(":")
    return Allowance(limit, kind, int(count))


def one_group_of(members: int, keep: int) -> tuple[Service, list[Resource]]:
    service = crowd(members)
    service.add("group", "Crew", members=list(service.objects["person"]), rights=[])
    return service, [resource("group/Crew", members=[f"p{number}" for number in range(keep)])]


def many_groups_of_one(groups: int, *, gain: bool) -> tuple[Service, list[Resource]]:
    service = crowd(1)
    for number in range(groups):
        service.add("group", f"G{number}", members=[] if gain else ["person-1"], rights=[])
    return service, [resource(f"group/G{number}", members=["p0"] if gain else []) for number in range(groups)]


def test_one_object_that_loses_800_people_is_stopped() -> None:
    service, wanted = one_group_of(1000, keep=200)
    plan = planned(service, *wanted)
    assert (counts(plan), over(plan)) == ({"destructive:group": 800}, {"destructive:group": 200})


def test_800_objects_that_lose_one_person_each_are_stopped() -> None:
    plan = planned(*_args(many_groups_of_one(800, gain=False)))
    assert (counts(plan), over(plan)) == ({"destructive:group": 800}, {"destructive:group": 320})


def test_one_object_that_gains_800_people_is_stopped() -> None:
    service = crowd(800)
    service.add("group", "Crew", members=[], rights=[])
    plan = planned(service, resource("group/Crew", members=[f"p{number}" for number in range(800)]))
    assert (counts(plan), over(plan)) == ({"updates:group": 800}, {"updates:group": 5})


def test_800_objects_that_gain_one_person_each_are_stopped() -> None:
    plan = planned(*_args(many_groups_of_one(800, gain=True)))
    assert (counts(plan), over(plan)) == ({"updates:group": 800}, {"updates:group": 240})


_PARTS: dict[str, dict[str, Any]] = {
    "page": {"about": ""},
    "bell": {"type": "mail", "options": {}, "pages": [], "labels": ["x"], "off": False},
}


def audiences(kind: str, count: int, *, before: int, after: int) -> Plan:
    """What becomes of so many audiences of ``before`` people that are to be of the first ``after`` of them."""
    service, state = crowd(before), STATE
    for number in range(count):
        people = list(service.objects["person"])
        id = service.add(kind, f"A{number}", audience=people, **_PARTS[kind])
        state = state.put(Address(kind, f"A{number}"), Entry(id, {"labels": ["x"]}))
    few = {"people": [f"p{number}" for number in range(after)]}
    wanted = [resource(f"{kind}/A{number}", audience=few, labels=["x"]) for number in range(count)]
    return planned(service, *wanted, state=state)


@pytest.mark.parametrize("kind", ["page", "bell"])
def test_one_audience_of_800_people_that_is_cut_down_to_a_few_is_stopped(kind: str) -> None:
    plan = audiences(kind, 1, before=803, after=3)
    assert counts(plan)[f"destructive:{kind}"] == 800
    assert f"destructive:{kind}" in over(plan)


@pytest.mark.parametrize("kind", ["page", "bell"])
def test_800_audiences_that_lose_one_person_each_are_stopped(kind: str) -> None:
    plan = audiences(kind, 800, before=2, after=1)
    assert counts(plan)[f"destructive:{kind}"] == 800
    assert f"destructive:{kind}" in over(plan)


def test_800_people_who_are_locked_are_stopped() -> None:
    plan = planned(crowd(1000), removed=[removal(f"person/p{number}") for number in range(800)])
    assert (counts(plan), over(plan)) == ({"destructive:person": 800}, {"destructive:person": 160})


@pytest.mark.parametrize("lines_gone", [False, True])
def test_one_group_of_800_people_that_is_deleted_is_stopped(lines_gone: bool) -> None:
    service = crowd(800)
    service.add("group", "Crew", members=list(service.objects["person"]), rights=[])
    if lines_gone:
        left = known(group__Crew=Entry("group-1", {"name": "Crew"}, run="r", on_remove="delete"))
        plan = planned(service, state=left)
    else:
        plan = planned(service, removed=[removal("group/Crew", "delete")])
    assert lines(plan) == ["delete group/Crew"]
    assert over(plan) == {"deletes:group": 0}


@pytest.mark.parametrize("kept", [0, 200])
def test_800_groups_of_one_person_that_are_deleted_are_stopped_by_each_limit_that_they_reach(kept: int) -> None:
    service = crowd(1)
    for number in range(800 + kept):
        service.add("group", f"G{number}", members=["person-1"], rights=[])
    state = known(**{f"group__G{number}": Entry(f"group-{number + 1}") for number in range(800 + kept)})
    gone = [removal(f"group/G{number}", "delete") for number in range(800)]
    stays = [resource(f"group/G{number}") for number in range(800, 800 + kept)]
    emptied = {} if kept else {"emptying:group": 0}
    share = {"destructive:group": (800 + kept) // 5}
    assert over(planned(service, *stays, removed=gone, state=state)) == share | emptied | {"deletes:group": 0}


def test_800_bells_of_which_none_stays_are_stopped_although_so_many_may_go() -> None:
    service = Service()
    for number in range(800):
        service.add("bell", f"B{number}", audience=[], **_PARTS["bell"])
    state = known(**{f"bell__B{number}": Entry(f"bell-{number + 1}") for number in range(800)})
    gone = [removal(f"bell/B{number}") for number in range(800)]
    plan = planned(service, removed=gone, state=state, rules=allowing("destructive:bell=800"))
    assert (counts(plan)["emptying:bell"], over(plan)) == (800, {"emptying:bell": 0})


def test_800_objects_that_state_knows_and_that_are_gone_are_not_made_again() -> None:
    names = [f"L{number}" for number in range(800)]
    state = known(**{f"letter__{name}": Entry(f"letter-{name}") for name in names})
    plan = planned(Service(), *(resource(f"letter/{name}", body="x") for name in names), state=state)
    assert (counts(plan), over(plan)) == ({"recreations:letter": 800}, {"recreations:letter": 3})


def test_800_new_people_are_stopped_on_a_team_that_has_its_people() -> None:
    plan = planned(crowd(200), *(resource(f"person/n{number}", name="N") for number in range(800)))
    assert (counts(plan), over(plan)) == ({"creations:person": 800}, {"creations:person": 50})


def _args(team: tuple[Service, list[Resource]]) -> tuple[Any, ...]:
    service, wanted = team
    return service, *wanted


@pytest.mark.parametrize(("going", "stopped"), [(3, False), (4, True)])
def test_three_of_a_few_may_always_go_and_four_may_not(going: int, stopped: bool) -> None:
    plan = planned(crowd(6), removed=[removal(f"person/p{number}") for number in range(going)])
    assert counts(plan) == {"destructive:person": going}
    assert bool(over(plan)) is stopped


@pytest.mark.parametrize(("going", "stopped"), [(8, False), (9, True)])
def test_of_many_a_fifth_of_those_that_manifests_or_state_name_may_go(going: int, stopped: bool) -> None:
    locked = [resource(f"person/p{number}", locked=number < going) for number in range(30)]
    left = known(**{f"person__p{number}": Entry(f"person-{number + 1}") for number in range(30, 40)})
    plan = planned(crowd(60), *locked, state=left)
    assert counts(plan) == {"destructive:person": going}
    assert bool(over(plan)) is stopped


@pytest.mark.parametrize(("going", "stopped"), [(20, False), (21, True)])
def test_people_with_many_rights_are_locked_no_more_easily_than_others(going: int, stopped: bool) -> None:
    service = crowd(100, rights=["read", "write"])
    plan = planned(
        service,
        *(resource(f"person/p{number}", rights=["read", "write"], locked=number < going) for number in range(100)),
    )
    assert counts(plan) == {"destructive:person": going}
    assert over(plan) == ({"destructive:person": 20} if stopped else {})
    assert excesses(plan.measures, allowing(f"destructive:person={going}")) == ()


@pytest.mark.parametrize(("touched", "stopped"), [(30, False), (31, True)])
def test_people_with_many_rights_are_renamed_no_more_easily_than_others(touched: int, stopped: bool) -> None:
    rights = ["read", "write"]
    named = [resource(f"person/p{number}", rights=rights, name="New") for number in range(touched)]
    others = [resource(f"person/p{number}", rights=rights) for number in range(touched, 100)]
    plan = planned(crowd(100, rights=rights), *named, *others)
    assert counts(plan) == {"updates:person": touched}
    assert over(plan) == ({"updates:person": 30} if stopped else {})


def test_rights_that_people_have_let_no_more_of_them_be_made_again() -> None:
    rights = ["read", "write"]
    gone = {f"person__q{number}": Entry(f"gone-{number}") for number in range(40)}
    wanted = [resource(f"person/p{number}", rights=rights) for number in range(100)]
    again = [resource(f"person/q{number}", name="Q") for number in range(40)]
    plan = planned(crowd(100, rights=rights), *wanted, *again, state=known(**gone))
    assert over(plan) == {"recreations:person": 30}


@pytest.mark.parametrize(("touched", "stopped"), [(5, False), (6, True)])
def test_five_of_a_few_may_always_be_updated_and_six_may_not(touched: int, stopped: bool) -> None:
    plan = planned(crowd(10), *(resource(f"person/p{number}", name="New") for number in range(touched)))
    assert counts(plan) == {"updates:person": touched}
    assert bool(over(plan)) is stopped


def test_who_is_locked_already_is_no_part_of_what_there_is() -> None:
    plan = planned(crowd(100, locked=True), *(resource(f"person/p{number}", name="New") for number in range(100)))
    assert over(plan) == {"updates:person": 5}


def test_a_resource_counts_once_whatever_is_set_of_it_and_with_more_elements_each_of_them() -> None:
    service = crowd(3)
    service.add("group", "Crew", members=[], rights=[])
    plan = planned(
        service,
        resource("person/p0", name="New", rights=["reader"]),
        resource("group/Crew", members=["p0", "p1", "p2"], rights=["reader"]),
    )
    assert counts(plan) == {"updates:person": 1, "updates:group": 4}


def test_rights_and_members_taken_away_count_each_and_what_only_takes_is_no_update() -> None:
    service = crowd(2, rights=["reader", "writer"])
    service.add("group", "Crew", members=["person-1", "person-2"], rights=[])
    plan = planned(service, resource("person/p0", rights=[]), resource("group/Crew", members=[]))
    assert counts(plan) == {"destructive:person": 2, "destructive:group": 2}


def test_what_is_switched_on_while_it_loses_something_is_an_update() -> None:
    service = crowd(2)
    for number in range(7):
        service.add("bell", f"B{number}", labels=["a"], audience=["person-1", "person-2"], off=True)
    wanted = [resource(f"bell/B{number}", audience={"people": ["p0"]}, off=False) for number in range(7)]
    assert counts(planned(service, *wanted)) == {"destructive:bell": 7, "updates:bell": 7}


def test_somebody_who_comes_back_is_an_update() -> None:
    plan = planned(crowd(1, locked=True), resource("person/p0", locked=False, rights=["reader"]))
    assert counts(plan) == {"updates:person": 1}


def test_from_everyone_to_some_takes_once_and_from_some_to_everyone_takes_nothing() -> None:
    service = crowd(3)
    service.add("page", "Open", audience=[])
    service.add("page", "Closed", audience=list(service.objects["person"]))
    state = known(page__Open=Entry("page-1", {"labels": []}), page__Closed=Entry("page-2", {"labels": []}))
    closing = planned(service, resource("page/Open", audience={"people": ["p0", "p1"]}), state=state)
    opening = planned(service, resource("page/Closed", audience={EVERYONE: True}), state=state)
    assert (counts(closing), counts(opening)) == ({"destructive:page": 1}, {"updates:page": 1})


def test_what_is_in_a_set_that_the_service_never_shows_counts_with_its_resource() -> None:
    service = crowd(0)
    service.add("page", "Home", audience=[])
    plan = planned(service, resource("page/Home", labels=["a", "b", "c"]))
    assert counts(plan) == {"updates:page": 1}


def test_what_is_blocked_does_not_count() -> None:
    service = crowd(10)
    service.add("group", "Crew", members=[], rights=[])
    plan = planned(service, resource("group/Crew", members=["nobody", *(f"p{number}" for number in range(10))]))
    assert lines(plan) == ["update.widen group/Crew blocked"]
    assert plan.measures == ()


def test_what_is_not_selected_does_not_count() -> None:
    wanted = [resource(f"person/p{number}", name="New") for number in range(20)]
    plan = planned(crowd(20), *wanted, selected=lambda address: address.key in {"p1", "p2"})
    assert counts(plan) == {"updates:person": 2}


@pytest.mark.parametrize(("gone", "stopped"), [(3, False), (4, True)])
def test_what_state_knows_and_the_service_has_no_more_is_limited(gone: int, stopped: bool) -> None:
    names = [f"L{number}" for number in range(gone)]
    state = known(**{f"letter__{name}": Entry(f"letter-{name}") for name in names})
    plan = planned(Service(), *(resource(f"letter/{name}", body="x") for name in names), state=state)
    assert counts(plan) == {"recreations:letter": gone}
    assert over(plan) == ({"recreations:letter": 3} if stopped else {})


def test_what_flowstate_retired_itself_is_not_made_again_but_anew() -> None:
    state = known(**{f"bell__B{number}": Entry(f"bell-{number}", retired=True) for number in range(9)})
    plan = planned(Service(), *(resource(f"bell/B{number}", type="mail", labels=["x"]) for number in range(9)),
                   state=state)  # fmt: skip
    assert plan.measures == ()
    assert plan.summary["create"] == 9


@pytest.mark.parametrize(("live", "new", "stopped"), [(50, 500, False), (51, 50, False), (51, 51, True)])
def test_new_people_are_limited_on_a_team_of_more_than_fifty(live: int, new: int, stopped: bool) -> None:
    plan = planned(crowd(live), *(resource(f"person/n{number}", name="N") for number in range(new)))
    assert over(plan) == ({"creations:person": 50} if stopped else {})


def test_other_creations_are_free() -> None:
    plan = planned(crowd(60), *(resource(f"group/G{number}", members=["p1"]) for number in range(500)))
    assert plan.measures == ()


@pytest.mark.parametrize("how", ["archived", "removed"])
def test_a_kind_is_not_emptied_though_its_few_may_go(how: str) -> None:
    service = Service()
    for name in ("A", "B"):
        service.add("bell", name, type="mail", options={}, pages=[], labels=["x"], audience=[], off=False)
    service.add("bell", "Unmanaged", type="mail")
    if how == "archived":
        plan = planned(service, *(resource(f"bell/{name}", archived=True) for name in "AB"))
    else:
        state = known(bell__A=Entry("bell-1"), bell__B=Entry("bell-2"))
        plan = planned(service, removed=[removal("bell/A"), removal("bell/B")], state=state)
    assert over(plan) == {"emptying:bell": 0}


def test_a_kind_of_which_one_stays_or_that_has_but_one_is_not_emptied() -> None:
    service = crowd(3)
    stays = planned(service, resource("person/p2"), removed=[removal("person/p0"), removal("person/p1")])
    known_only = planned(service, removed=[removal("person/p0"), removal("person/p1")],
                         state=known(person__p2=Entry("person-3")))  # fmt: skip
    last = planned(service, resource("person/p0", locked=True))
    strangers = planned(service, removed=[removal("person/p0"), removal("person/p1")])
    assert [over(plan) for plan in (stays, known_only, last, strangers)] == [{}, {}, {}, {}]


def test_who_is_new_and_locked_at_once_loses_nothing() -> None:
    plan = planned(crowd(3), *(resource(f"person/n{number}", name="N", locked=True) for number in range(9)))
    assert (plan.summary["create"], plan.measures) == (9, ())


def test_deletes_always_need_an_exception() -> None:
    address = Address("letter", "Old")
    inputs = Inputs("prod", "team", KINDS, Desired({}, {}), Snapshot(Names(KINDS)), STATE, lambda _: True)
    found = measures([Change(address, KINDS["letter"], Action.DELETE)], inputs, {})
    told = [f"{excess.override} > {excess.most}" for excess in excesses(found, Rules())]
    assert told == ["deletes:letter=1 > 0"]
    assert excesses(found, allowing("deletes:letter=1")) == ()


def pages(count: int) -> tuple[Service, list[Resource]]:
    service = Service()
    for number in range(count):
        service.add("page", f"P{number}", about="old", audience=[])
    return service, [resource(f"page/P{number}", about="new") for number in range(count)]


def test_a_value_that_nobody_knows_may_be_lost_where_that_is_allowed_and_the_plan_says_so() -> None:
    plan = planned(*_args(pages(2)), rules=allowing("losing-labels:page=2"))
    assert (reasons(plan), over(plan)) == ({}, {})
    assert counts(plan) == {"updates:page": 2, "losing-labels:page": 2}
    assert all("may be lost" in change.warnings[0] for change in plan.changes)


def test_of_more_than_may_lose_a_value_all_stay_blocked() -> None:
    plan = planned(*_args(pages(2)), rules=allowing("losing-labels:page=1"))
    assert plan.ready == ()
    assert plan.measures == ()
    assert all("--allow losing-labels:page=2" in reason for reason in reasons(plan).values())
    assert plan.fingerprint == planned(*_args(pages(2))).fingerprint


def test_a_plan_that_loses_a_value_is_over_the_limit_by_rules_that_do_not_allow_it() -> None:
    plan = planned(*_args(pages(1)), rules=allowing("losing-labels:page=1"))
    assert [excess.override for excess in excesses(plan.measures, Rules())] == ["losing-labels:page=1"]


def test_an_excess_says_what_weighs_most_and_both_ways_to_allow_exactly_that() -> None:
    service, wanted = one_group_of(20, keep=0)
    for number in range(5):
        service.add("group", f"G{number}", members=["person-1"], rights=[])
    wanted += [resource(f"group/G{number}", members=[]) for number in range(5)]
    (problem,) = [problem for problem in planned(service, *wanted).problems if problem.code == LIMIT]
    assert problem.severity is Severity.ERROR
    assert problem.summary == (
        "25 entries taken out of lists of groups: more than 6 at once (limit destructive of group)"
    )
    assert problem.detail == "group/Crew (20), group/G0, group/G1 and 3 more."
    assert "--allow destructive:group=25" in problem.hint
    assert "- {limit: destructive, kind: group, count: 25, reason: WHY, until: YEAR-MONTH-DAY}" in problem.hint


@pytest.mark.parametrize(
    ("limit", "kind", "count", "whole", "said"),
    [
        ("destructive", "person", 4, 4, "4 people locked"),
        ("destructive", "person", 9, 1, "1 person locked and 8 entries taken out of lists of people"),
        ("destructive", "group", 1, 0, "1 entry taken out of lists of groups"),
        ("destructive", "letter", 2, 2, "2 letters deleted"),
        ("updates", "group", 6, 0, "6 changes to groups, counting each entry of a list"),
        ("recreations", "group", 4, 0, "4 groups that are gone made again"),
        ("creations", "person", 51, 0, "51 new people"),
        ("emptying", "bell", 2, 2, "all 2 bells that are managed gone"),
        ("deletes", "letter", 1, 1, "1 letter deleted for good"),
        ("losing-labels", "page", 2, 0, "2 pages whose labels may be lost"),
        ("losing-labels", "page", 1, 0, "1 page whose labels may be lost"),
    ],
)
def test_each_limit_says_what_would_come_of_it(limit: str, kind: str, count: int, whole: int, said: str) -> None:
    problem = Excess(Measure(limit, KINDS[kind], {Address(kind, "x"): count}, 0, whole), 0).problem()
    assert problem.summary == f"{said}: more than 0 at once (limit {limit} of {kind})"


def test_an_exception_that_is_used_is_told_with_its_reason_and_place() -> None:
    spring = Allowance("destructive", "person", 9, "the spring clean", date(2030, 4, 1), Place("flowstate.yaml", 3, 5))
    endless = replace(spring, until=None)
    gone = [removal(f"person/p{number}") for number in range(5)]
    for rules, detail in [
        (Rules(allowances=(spring,)), "the spring clean (until 2030-04-01)"),
        (Rules(allowances=(endless,)), "the spring clean (without an end)"),
        (allowing("destructive:person=9"), "Said with --allow."),
    ]:
        plan = planned(crowd(6), removed=gone, rules=rules)
        (note,) = [problem for problem in plan.problems if problem.code == "limit-allowed"]
        assert (note.detail, note.severity, plan.excesses) == (detail, Severity.NOTE, ())
    few = planned(crowd(6), removed=gone[:3], rules=Rules(allowances=(spring,)))
    assert few.problems == ()


def test_one_way_to_say_it_does_not_make_the_other_smaller() -> None:
    rules = allowing("destructive:person=5", "destructive:person=2", "updates:person=9", "destructive:group=1")
    gone = [removal(f"person/p{number}") for number in range(5)]
    assert over(planned(crowd(6), removed=gone, rules=rules)) == {}


GOING = st.integers(0, 30)
WHO = st.integers(31, 60)


@given(going=GOING, renamed=st.integers(0, 30), people=WHO)
def test_an_exception_of_exactly_the_count_passes_and_one_less_does_not(going: int, renamed: int, people: int) -> None:
    plan = _touching(people, going, renamed)
    exact = Rules(allowances=tuple(_allowance(excess.override) for excess in plan.excesses))
    assert excesses(plan.measures, exact) == ()
    for excess in plan.excesses:
        short = Allowance(excess.measure.limit, excess.measure.kind.name, excess.measure.count - 1)
        others = tuple(one for one in exact.allowances if one.limit != short.limit)
        assert [one.measure for one in excesses(plan.measures, Rules(allowances=(*others, short)))] == [excess.measure]


@given(going=GOING, more=st.integers(0, 20), people=WHO, share=st.floats(0, 100), wider=st.floats(0, 100))
def test_doing_more_never_fits_a_limit_better_and_a_wider_limit_never_worse(
    going: int, more: int, people: int, share: float, wider: float
) -> None:
    less, all_ = _touching(people, going, 0), _touching(people, min(going + more, people), 0)
    assert _names(less.excesses) <= _names(all_.excesses)
    low, high = sorted([share, wider])
    narrow, wide = (Rules({**Rules().percent, "destructive": each}) for each in (low, high))
    assert _names(excesses(all_.measures, wide)) <= _names(excesses(all_.measures, narrow))


@given(going=GOING, people=WHO, allowed=st.integers(1, 60))
def test_the_fingerprint_does_not_depend_on_limits(going: int, people: int, allowed: int) -> None:
    plain = _touching(people, going, 0)
    other = _touching(people, going, 0, replace(allowing(f"destructive:person={allowed}"), percent={
        "destructive": 0.0, "updates": 0.0, "recreations": 0.0, "creations": 0.0}))  # fmt: skip
    assert plain.fingerprint == other.fingerprint


def _touching(people: int, going: int, renamed: int, rules: Rules | None = None) -> Plan:
    """A team of which the first are locked and the last renamed."""
    wanted = [
        resource(f"person/p{number}", **{"name": "Q"} if number >= people - renamed else {}, locked=number < going)
        for number in range(people)
    ]
    return planned(crowd(people), *wanted, rules=rules or Rules())


def _names(found: tuple[Excess, ...]) -> set[str]:
    return {excess.override.rpartition("=")[0] for excess in found}
