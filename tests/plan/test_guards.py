"""What a plan refuses by itself."""

from __future__ import annotations

from typing import Any

import pytest
from live.team import Service, resource

from flowstate.desired import Resource
from flowstate.errors import ForbiddenError
from flowstate.live import EVERYONE
from flowstate.settings import Rules
from flowstate.state import Entry

from .planning import known, lines, planned, reasons, removal


def team(**rights: list[str]) -> Service:
    """People with these rights."""
    service = Service()
    for name, held in rights.items():
        service.add("person", name, name=name, rights=held, locked=False)
    return service


def some(include: list[str] | None = None, exclude: list[str] | None = None) -> dict[str, list[str]]:
    return {"include": include or [], "exclude": exclude or []}


def audience_plan(live: list[str], desired: Any) -> dict[str, str]:
    service = team(ada=[], bob=[])
    service.add("group", "Crew", members=[], rights=[])
    service.add("page", "Home", about="", audience=live)
    return reasons(planned(service, resource("page/Home", audience=desired, labels=[])))


@pytest.mark.parametrize(
    ("live", "desired"),
    [
        (["person-1"], {"people": some(exclude=["ada"])}),
        (["person-1", "group-1"], {"people": some(exclude=["ada"]), "groups": some(exclude=["Crew"])}),
        ([], {"people": some(exclude=["ada"])}),
    ],
)
def test_an_audience_that_loses_its_last_element_is_blocked(live: list[str], desired: Any) -> None:
    assert "everyone: true" in audience_plan(live, desired)["update.narrow page/Home"]


@pytest.mark.parametrize(
    ("live", "desired"),
    [
        (["person-1"], {EVERYONE: True}),
        (["person-1", "person-2"], {"people": some(exclude=["ada"])}),
        (["person-1", "someone-unknown"], {"people": some(exclude=["ada"])}),
        (["person-1"], {"people": some(include=["bob"], exclude=["ada"])}),
        (["person-1"], {"groups": ["Crew"]}),
        ([], {"people": some(include=["ada"])}),
    ],
)
def test_an_audience_that_keeps_somebody_or_is_opened_on_purpose_is_not_blocked(live: list[str], desired: Any) -> None:
    assert audience_plan(live, desired) == {}


@pytest.mark.parametrize(
    ("live", "desired", "blocked"),
    [
        ({"pages": ["page-1"], "labels": []}, {"pages": []}, True),
        ({"pages": ["page-1"], "labels": ["x"]}, {"pages": [], "labels": []}, True),
        ({"pages": [], "labels": ["x"]}, {"labels": some(exclude=["x"])}, True),
        ({"pages": ["page-1"], "labels": ["x"]}, {"pages": []}, False),
        ({"pages": ["page-1", "gone"], "labels": []}, {"pages": []}, False),
        ({"pages": [], "labels": []}, {"pages": ["Home"]}, False),
    ],
)
def test_lists_that_together_mean_everything_when_empty_are_not_emptied(
    live: dict[str, Any], desired: dict[str, Any], blocked: bool
) -> None:
    service = team()
    service.add("page", "Home", audience=[])
    service.add("bell", "Ring", type="mail", off=False, audience=["group-1"], **live)
    found = reasons(planned(service, resource("bell/Ring", **desired)))
    assert bool(found) is blocked
    assert all("applies it to everything" in reason for reason in found.values())


LAST = "nobody would be left among the admins"


def test_the_last_admin_keeps_the_right() -> None:
    plan = planned(team(ada=["admin"], bob=[]), resource("person/ada", rights=[]))
    assert LAST in reasons(plan)["update.narrow person/ada"]


@pytest.mark.parametrize("how", ["locked", "removed"])
def test_the_last_admin_is_not_locked(how: str) -> None:
    service = team(ada=["admin"], bob=[])
    if how == "locked":
        plan = planned(service, resource("person/ada", locked=True))
    else:
        plan = planned(service, removed=[removal("person/ada")])
    assert [LAST in reason for reason in reasons(plan).values()] == [True]


def test_two_who_would_go_at_once_are_both_kept() -> None:
    plan = planned(
        team(ada=["admin"], bob=["admin"]), resource("person/ada", rights=[]), resource("person/bob", rights=[])
    )
    assert len(reasons(plan)) == 2


def test_an_admin_may_go_while_another_stays() -> None:
    plan = planned(team(ada=["admin"], bob=["admin"]), resource("person/ada", rights=[]))
    assert reasons(plan) == {}


def test_a_locked_admin_is_none() -> None:
    service = team(ada=["admin"], bob=["admin"])
    service.get("person", "bob")["locked"] = True
    assert LAST in reasons(planned(service, resource("person/ada", rights=[])))["update.narrow person/ada"]


def test_an_admin_may_go_when_somebody_else_becomes_one_first() -> None:
    plan = planned(
        team(ada=["admin"], bob=[]), resource("person/ada", rights=[]), resource("person/bob", rights=["admin"])
    )
    assert lines(plan) == ["update.widen person/bob", "update.narrow person/ada"]
    assert plan.changes[1].depends_on == (plan.changes[0].id,)


def test_a_gain_counts_for_nothing_when_the_one_who_gains_is_locked_by_the_same_plan() -> None:
    plan = planned(
        team(ada=["admin"], bob=[]),
        resource("person/ada", rights=[]),
        resource("person/bob", rights=["admin"], locked=True),
    )
    assert "update.narrow person/ada" in reasons(plan)


def test_a_gain_counts_for_nothing_when_the_one_who_gains_stays_locked() -> None:
    service = team(ada=["admin"], bob=[])
    service.get("person", "bob")["locked"] = True
    plan = planned(service, resource("person/ada", rights=[]), resource("person/bob", rights=["admin"]))
    assert "update.narrow person/ada" in reasons(plan)


def test_a_gain_that_is_blocked_keeps_the_last_admin() -> None:
    service = team(ada=["admin"])
    new = resource("person/bob", rights=["admin"])  # without a name nobody can be created
    plan = planned(service, resource("person/ada", rights=[]), new)
    assert set(reasons(plan)) == {"create person/bob", "update.narrow person/ada"}


UNREADABLE = ForbiddenError("person.detail", "no", status=403)


def test_where_nobody_is_known_to_be_admin_nobody_who_may_be_one_is_locked() -> None:
    service = team(ada=["admin"], bob=["reader"])
    service.faults["person.detail"] = [UNREADABLE]
    plan = planned(service, resource("person/ada", locked=True), removed=[removal("person/bob")])
    assert len(reasons(plan)) == 2
    assert all("nobody is known" in reason for reason in reasons(plan).values())


def test_where_nobody_is_known_to_be_admin_one_known_not_to_be_may_be_locked() -> None:
    plan = planned(team(ada=["reader"], bob=["reader"]), resource("person/ada", locked=True))
    assert reasons(plan) == {}


def test_one_who_cannot_be_read_does_not_count_as_the_admin_who_stays() -> None:
    service = team(ada=["admin"], bob=["admin"])
    service.faults["person.detail"] = [None, UNREADABLE]  # ada is asked first, then bob and all others
    plan = planned(service, resource("person/ada", rights=[]))
    assert LAST in reasons(plan)["update.narrow person/ada"]


def test_a_gain_of_admin_is_flagged() -> None:
    plan = planned(
        team(ada=[]), resource("person/ada", rights=["admin"]), resource("person/bob", name="Bob", rights=["admin"])
    )
    assert all("gains admin" in change.warnings for change in plan.changes)
    assert len(plan.changes) == 2


ERASES = "this write could erase them"


def page() -> Service:
    service = team(ada=[])
    service.add("page", "Home", about="old", audience=["person-1"], labels=["kept"])
    return service


def test_a_write_that_carries_a_value_nobody_knows_is_blocked() -> None:
    assert ERASES in reasons(planned(page(), resource("page/Home", about="new")))["update.widen page/Home"]


@pytest.mark.parametrize("where", ["manifest", "state"])
def test_a_write_that_carries_a_known_value_is_not_blocked(where: str) -> None:
    if where == "manifest":
        plan = planned(page(), resource("page/Home", about="new", labels=["kept"]))
    else:
        state = known(page__Home=Entry("page-1", {"labels": ["kept"]}))
        plan = planned(page(), resource("page/Home", about="new"), state=state)
    assert reasons(plan) == {}


def test_a_write_that_does_not_carry_it_is_not_blocked() -> None:
    service = page()
    plan = planned(service, resource("page/Home2", previously="Home"), state=known(page__Home2=Entry("page-1")))
    assert (lines(plan), reasons(plan)) == (["update.widen page/Home2"], {})


def test_an_incomplete_listing_blocks_creations_and_removals_of_its_kind_only() -> None:
    service = team(ada=[], bob=[])
    service.unlisted.add("person-1")
    plan = planned(
        service,
        resource("person/ada", name="New"),
        resource("person/cyd", name="Cyd"),
        resource("group/Crew"),
        removed=[removal("person/bob")],
        state=known(person__ada=Entry("person-1")),
    )
    assert sorted(reasons(plan)) == ["archive person/bob", "create person/cyd"]
    assert all("incomplete" in reason for reason in reasons(plan).values())
    assert "update.widen person/ada" in lines(plan)


def keeping(least: int, service: Service, *resources: Resource) -> list[str]:
    plan = planned(service, *resources, rules=Rules(keep={"admins": least}))
    return sorted(f"{change.address}: {change.reason}" for change in plan.changes if change.reason)


@pytest.mark.parametrize(("least", "kept"), [(1, False), (2, False), (3, True)])
def test_as_many_as_settings_say_keep_the_role(least: int, kept: bool) -> None:
    service = team(ada=["admin"], bob=["admin"], cyd=["admin"], dan=[])
    found = keeping(least, service, resource("person/ada", rights=[]), resource("person/dan", locked=True))
    left = "at least 3 of the admins must remain, and 2 would be left (person/bob, person/cyd)"
    assert found == ([f"person/ada: {left}; give somebody else the role first"] if kept else [])


def test_all_who_would_go_are_kept_where_too_few_would_be_left() -> None:
    wanted = [resource(f"person/{name}", rights=[]) for name in ("ada", "bob")]
    found = keeping(2, team(ada=["admin"], bob=["admin"]), *wanted)
    assert [reason.partition(";")[0] for reason in found] == [
        f"person/{name}: at least 2 of the admins must remain, and nobody would be left" for name in ("ada", "bob")
    ]


def test_who_gains_the_role_counts_among_those_left() -> None:
    service = team(ada=["admin"], bob=["admin"], cyd=[])
    wanted = [resource("person/ada", rights=[]), resource("person/cyd", rights=["admin"])]
    assert keeping(2, service, *wanted) == []


def test_where_there_are_too_few_already_who_may_be_one_of_them_is_kept_and_who_is_not_may_go() -> None:
    service = team(ada=[], bob=["admin"], cyd=[])
    service.faults["person.detail"] = [UNREADABLE, None]
    wanted = [resource("person/ada", locked=True), resource("person/cyd", locked=True)]
    may_be = "at least 2 of the admins must remain, 1 would for sure, and this may be one"
    assert keeping(2, service, *wanted) == [f"person/ada: {may_be}"]
