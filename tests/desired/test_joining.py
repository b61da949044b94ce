"""Who says to be in a list is included in it; who else is, nobody touches."""

from __future__ import annotations

from flowstate.errors import Place, Problem, Severity
from flowstate.model import Address

from .club import desired, fields, problems

_ADA = "people: [{email: Ada@x, teams: [Fitters, FITTERS]}, {email: bob@x, teams: [fitters]}]\n"
_TEAM = Address("team", "Fitters")


def _error(*texts: str) -> Problem:
    (found,) = [one for one in problems(*texts) if one.severity is Severity.ERROR]
    return found


def test_whoever_joins_is_included_once_and_the_field_itself_is_not_compared() -> None:
    found = desired(_ADA + "teams: [{name: Fitters}]").resources
    assert found[_TEAM].fields["members"] == {"include": ["Ada@x", "bob@x"], "exclude": []}
    assert "teams" not in found[Address("person", "Ada@x")].fields
    assert {key: str(place) for key, place in found[_TEAM].joins["members"].items()} == {
        "Ada@x": "a.yaml:1:33",
        "bob@x": "a.yaml:1:76",
    }
    assert str(found[_TEAM].places["members"].value("include", 1)) == "a.yaml:1:76"


def test_the_order_of_files_does_not_matter() -> None:
    one, other = "people: [{email: a, teams: [t]}]", "people: [{email: b, teams: [t]}]"
    assert desired(one, other) == desired(other, one)


def test_a_shared_list_gains_whoever_joins() -> None:
    text = _ADA + "teams: [{name: Fitters, members: {include: [ADA@x, eve@x], exclude: [kim@x]}}]"
    found = desired(text).resources[_TEAM]
    assert found.fields["members"] == {"include": ["Ada@x", "eve@x", "bob@x"], "exclude": ["kim@x"]}
    assert list(found.joins["members"]) == ["bob@x"]
    assert str(found.places["members"].value("include", 1)) == "a.yaml:2:52"


def test_a_complete_list_must_name_whoever_joins() -> None:
    assert fields(_ADA + "teams: [{name: Fitters, members: [ada@x, BOB@x, c@x]}]", address="team/Fitters")["members"]
    found = _error(_ADA, "teams: [{name: Fitters, members: [ada@x]}]")
    assert (found.code, found.place, found.address) == ("joins-complete", Place("a.yaml", 1, 76), "person/bob@x")
    assert "b.yaml:1:34" in found.detail


def test_whoever_joins_is_not_excluded() -> None:
    found = _error(_ADA, "teams: [{name: Fitters, members: {exclude: [BOB@x]}}]")
    assert (found.code, found.place) == ("joins-excluded", Place("a.yaml", 1, 76))
    assert "b.yaml:1:45" in found.detail


def test_what_is_joined_and_not_declared_is_managed_only_so_far_and_warned_of() -> None:
    found = desired(_ADA + "teams: [{name: Fitter}]")
    team = found.resources[_TEAM]
    assert (dict(team.fields), team.declared) == ({"members": {"include": ["Ada@x", "bob@x"], "exclude": []}}, False)
    assert (team.lifecycle.on_remove, team.place) == ("keep", Place("a.yaml", 1, 33))
    (warning,) = found.warnings
    assert (warning.code, warning.hint) == ("undeclared-reference", "Did you mean 'Fitter'?")


def test_what_is_removed_cannot_be_joined() -> None:
    found = _error(_ADA, "removed: [{address: team/fitters, then: keep}]")
    assert (found.code, found.place) == ("declared-and-removed", Place("b.yaml", 1, 11))
    assert "a.yaml:1:33" in found.detail


def test_a_default_of_the_kind_joins_everybody() -> None:
    found = fields("people: [{email: a}, {email: b}]", address="team/All", defaults="person: {teams: [All]}")
    assert found["members"] == {"include": ["a", "b"], "exclude": []}


def test_a_name_that_nothing_can_have_joins_nothing() -> None:
    found = _error("people: [{email: a, teams: ['']}]")
    assert (found.code, found.place) == ("unfit-key", Place("a.yaml", 1, 29))
