"""Which live object is which address."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import pytest

from flowstate.errors import Severity
from flowstate.live import Claim, match
from flowstate.live.match import Matches
from flowstate.model import Address, Live

from .team import KINDS

NONE: Mapping[str, str] = MappingProxyType({})


def live(id: str, key: str, *, retired: bool = False) -> Live:
    return Live(id, key, {}, retired)


def matched(
    claims: list[str], lives: list[Live], ids: Mapping[str, str] | None = None, *, kind: str = "bell"
) -> Matches:
    """Claims read ``key`` or ``key < previous key``."""
    named = [claim.partition(" < ") for claim in claims]
    wanted = [Claim(Address(kind, key), before) for key, _, before in named]
    known = {Address(kind, key): id for key, id in (ids or {}).items()}
    return match(KINDS[kind], lives, wanted, known)


class Case(NamedTuple):
    rule: str
    claim: str
    lives: list[Live]
    ids: Mapping[str, str] = NONE
    found: str | None = None
    kind: str = "bell"


FOUND = [
    Case("nothing is live", "A", []),
    Case("by key", "A", [live("1", "A"), live("2", "B")], found="1"),
    Case("by the id in state", "A", [live("1", "A")], {"A": "1"}, "1"),
    Case("renamed in the dashboard, by id", "A", [live("1", "New")], {"A": "1"}, "1"),
    Case("the id in state is gone, so by key", "A", [live("2", "A")], {"A": "1"}, "2"),
    Case("an object without an id is nobody's", "A", [live("", "B")]),
    Case("state tells twins apart", "A", [live("1", "A"), live("2", "A")], {"A": "2"}, "2"),
    Case("case matters where the service minds it", "a", [live("1", "A")]),
    Case("case does not matter where the service ignores it", "aDa", [live("1", "Ada")], found="1", kind="person"),
    Case("a sharp s folds", "STRASSE", [live("1", "straße")], found="1", kind="person"),
    Case("composed and decomposed letters are one", "Pru\u0308fer", [live("1", "Pr\u00fcfer")], found="1"),
    Case("both foldings at once", "PRU\u0308FER", [live("1", "pr\u00fcfer")], found="1", kind="person"),
    Case("by the previous key", "B < A", [live("1", "A")], found="1"),
    Case("the previous key folds too", "b < ADA", [live("1", "ada")], found="1", kind="group"),
    Case(
        "the key goes before an archived previous one", "B < A", [live("1", "B"), live("2", "A", retired=True)], {}, "1"
    ),
    Case("a retired object has no previous key", "B < A", [live("1", "A", retired=True)]),
    Case("archived, last of all", "A", [live("1", "A", retired=True)], found="1"),
    Case("the live one before an archived one", "A", [live("1", "A", retired=True), live("2", "A")], found="2"),
    Case("the previous key before an archived one", "B < A", [live("1", "B", retired=True), live("2", "A")], found="2"),
    Case("archived, by the id in state", "A", [live("1", "A", retired=True)], {"A": "1"}, "1"),
    Case("locked counts as live", "ada", [live("1", "ada", retired=True)], found="1", kind="person"),
    Case("a singleton is the one there is", "", [live("rules", "")], found="rules", kind="rules"),
]


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.rule)
def test_an_address_finds_its_object(case: Case) -> None:
    matches = matched([case.claim], case.lives, case.ids, kind=case.kind)
    assert matches.problems == {}
    assert [found.id for found in matches.found.values()] == ([case.found] if case.found is not None else [])


class Doubt(NamedTuple):
    rule: str
    claim: str
    lives: list[Live]
    why: str
    ids: Mapping[str, str] = NONE
    kind: str = "bell"


DOUBTS = [
    Doubt("twins", "A", [live("1", "A"), live("2", "A")], "two live objects have this name"),
    Doubt("twins that differ in case", "ada", [live("1", "Ada"), live("2", "ADA")], "two live", kind="person"),
    Doubt("a locked twin", "ada", [live("1", "ada"), live("2", "ada", retired=True)], "two live", kind="person"),
    Doubt("state and key part", "A", [live("1", "X"), live("2", "A")], "state and the name lead", {"A": "1"}),
    Doubt("an archived one in state", "A", [live("1", "A", retired=True), live("2", "A")], "state and", {"A": "1"}),
    Doubt("old and new name are live", "B < A", [live("1", "A"), live("2", "B")], "old and the new name are both live"),
    Doubt(
        "two have the old name", "B < A", [live("1", "A"), live("2", "A")], "two live objects have the previous name"
    ),
    Doubt("several archived", "A", [live("1", "A", retired=True), live("2", "A", retired=True)], "several archived"),
]


@pytest.mark.parametrize("case", DOUBTS, ids=lambda case: case.rule)
def test_what_cannot_be_told_apart_is_an_error_naming_the_ids_and_the_import_line(case: Doubt) -> None:
    matches = matched([case.claim], case.lives, case.ids, kind=case.kind)
    (address,) = matches.problems
    problem = matches.problems[address]
    assert matches.found == {}
    assert case.why in problem.summary
    assert all(one.id in problem.detail for one in case.lives)
    assert problem.hint.endswith(f"flowstate import {address} ID")
    assert problem.severity is Severity.ERROR


def test_the_import_line_can_be_pasted_where_a_name_has_blanks() -> None:
    matches = matched(["Mail Accra's desk"], [live("1", "Mail Accra's desk"), live("2", "Mail Accra's desk")])
    ((address, problem),) = matches.problems.items()
    line = problem.hint.partition(": ")[2]
    assert shlex.split(line) == ["flowstate", "import", str(address), "ID"]


def test_a_doubt_stops_that_address_only() -> None:
    matches = matched(["A", "B"], [live("1", "A"), live("2", "A"), live("3", "B")])
    assert list(matches.problems) == [Address("bell", "A")]
    assert list(matches.found) == [Address("bell", "B")]
    assert matches.unmanaged == []


def test_two_addresses_that_lead_to_one_object_have_none() -> None:
    matches = matched(["A", "B < A"], [live("1", "A")])
    assert matches.found == {}
    assert set(matches.problems) == {Address("bell", "A"), Address("bell", "B")}
    assert "bell/B" in matches.problems[Address("bell", "A")].summary


def test_of_two_addresses_that_lead_to_one_object_the_one_in_state_has_it() -> None:
    matches = matched(["A", "B"], [live("1", "A")], {"B": "1"})
    assert {str(address): found.id for address, found in matches.found.items()} == {"bell/B": "1"}
    assert list(matches.problems) == [Address("bell", "A")]


@pytest.mark.parametrize("ids", [{}, {"B": "1"}], ids=["by key", "by id"])
def test_a_previous_key_that_has_done_its_work_gets_a_hint(ids: dict[str, str]) -> None:
    matches = matched(["B < A"], [live("1", "B")], ids)
    (hint,) = matches.hints
    assert hint.severity is Severity.NOTE
    assert hint.code == "previously-done"
    assert "Remove" in hint.hint


@pytest.mark.parametrize("name", ["C", "B"], ids=["renamed by somebody else", "renamed as the manifest says"])
def test_a_previous_key_that_alone_leads_to_what_state_knows_gets_no_hint(name: str) -> None:
    matches = matched(["B < A"], [live("1", name)], {"A": "1"})
    assert matches.found[Address("bell", "B")].id == "1"
    assert matches.hints == []


def test_a_previous_key_that_still_has_work_to_do_gets_no_hint() -> None:
    assert matched(["B < A"], [live("1", "A")], {"B": "1"}).hints == []


def test_what_no_address_claims_is_unmanaged() -> None:
    assert [one.id for one in matched(["A"], [live("1", "A"), live("2", "B")]).unmanaged] == ["2"]
