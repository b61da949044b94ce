"""The least of what several policies take, and tokens beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstate.model import Access
from flowstate.operations import Operation, OperationClass, Policy
from flowstate.scopes import Demand, Held, Need, Scopes, compare, refused
from flowstate.scopes.least import least

_READ = Policy("Read", ("x.read", "x.admin"), ("APPROVER", "ADMIN"))
_ADMIN = Policy("Admin", ("x.admin",), ("ADMIN", "OWNER"))
_OTHER = Policy("Other", ("y.create", "y.admin"), ())


def _demand(*policies: tuple[Policy, ...]) -> Demand:
    calls = {f"call-{number}": found for number, found in enumerate(policies)}
    needs = [Need(Operation(name, OperationClass.SET, "PUT", (), "", ""), "thing", "update") for name in calls]
    return Demand.of(needs, lambda operation: calls[operation.name])


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ([], ()),
        ([()], ()),
        ([("read", "admin")], ("read",)),
        ([("read", "admin"), ("admin",)], ("admin",)),
        ([("admin",), ("read", "admin")], ("admin",)),
        ([("read", "execute", "admin"), ("modify", "admin")], ("modify", "read")),
        ([("approver", "editor", "admin"), ("editor", "admin")], ("editor",)),
    ],
)
def test_the_least_power_is_chosen_and_nothing_twice(choices: list[tuple[str, ...]], found: tuple[str, ...]) -> None:
    assert least(choices) == found


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True, min_size=1).map(tuple), max_size=8))
def test_the_least_passes_everything_and_without_any_of_it_something_fails(choices: list[tuple[str, ...]]) -> None:
    found = set(least(choices))
    assert all(found & set(choice) for choice in choices)
    assert all(any(not (found - {one}) & set(choice) for choice in choices) for one in found)


@given(st.lists(st.sampled_from([_READ, _ADMIN, _OTHER]), max_size=3), st.frozensets(st.sampled_from("abc")))
def test_what_is_held_and_not_surplus_together_with_what_is_missing_is_enough(
    policies: list[Policy], strange: frozenset[str]
) -> None:
    demand = _demand(*((policy,) for policy in policies))
    held = compare(demand, strange | {"x.read"})
    left = {*held.scopes, *held.missing} - {*held.surplus}
    assert all(left & set(choice) for choice in demand.choices)
    assert strange <= set(held.surplus)


def test_a_token_may_be_missing_scopes_have_too_many_or_stronger_ones() -> None:
    demand = _demand((_READ,), (_OTHER,), ())
    assert (demand.scopes, demand.permissions) == (("x.read", "y.create"), ("APPROVER",))
    assert compare(demand, frozenset({"x.read", "z"})) == Held(("x.read", "z"), ("y.create",), ("z",), ())
    assert compare(demand, frozenset({"x.admin", "y.create"})) == Held(("x.admin", "y.create"), (), (), ("x.admin",))
    both = frozenset({"x.admin", "x.read", "y.create"})
    assert compare(demand, both).surplus == ("x.admin",)


def test_a_call_is_refused_for_sure_only_where_no_edition_would_let_it_pass() -> None:
    demand = _demand((_ADMIN, _OTHER), ())
    assert demand.scopes == ("x.admin", "y.create")
    for held in ({"x.admin"}, {"y.admin"}):
        assert refused(demand, frozenset(held)) == []
        assert len(compare(demand, frozenset(held)).missing) == 1
    assert [need.operation.name for need, _ in refused(demand, frozenset({"x.read"}))] == ["call-0"]


def test_where_no_call_makes_a_client_none_is_described() -> None:
    access = Access(lambda _: (), lambda _: None, None, lambda *_: {}, "")
    assert Scopes("prod", "plan", _demand(), _demand(), None, "", {}, access, "").client() is None
