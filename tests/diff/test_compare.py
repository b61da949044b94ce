"""One declared resource against what is live and what was last applied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from live.team import KINDS, resource

from flowstate.diff import Difference, Verdict, compare, managed, moved, sealed
from flowstate.errors import Severity
from flowstate.live import EVERYONE, Names, Observed
from flowstate.model import Address, Live
from flowstate.state import Entry, Note, State

STATE = State("lineage", "p")
IN_SYNC, PENDING, DRIFT = Verdict.IN_SYNC, Verdict.PENDING, Verdict.DRIFT
CONFLICT, UNKNOWN = Verdict.CONFLICT, Verdict.UNKNOWN


def observed(address: str, live: Mapping[str, Any], **more: Any) -> Observed:
    at = Address.parse(address)
    return Observed(at, KINDS[at.kind], Live("1", more.pop("called", at.key), live), live, **more)


def compared(
    address: str,
    desired: Mapping[str, Any],
    live: Mapping[str, Any] | None,
    base: Mapping[str, Any] | None = None,
    notes: Mapping[str, Note] | None = None,
    **more: Any,
) -> Difference:
    one = resource(address, **desired)
    kind = KINDS[one.address.kind]
    own = {kind.key: one.address.key} if kind.key else {}
    seen = None if live is None else observed(address, {**own, **live}, **more)
    state = STATE
    if base is not None:
        state = STATE.put(one.address, Entry("1", sealed(kind, {**desired, **base}, STATE), notes=notes or {}))
    return compare(kind, one, seen, state, Names(KINDS))


def leaves(difference: Difference) -> dict[str, tuple[Any, Any, Verdict]]:
    return {".".join(leaf.path): (leaf.desired, leaf.live, leaf.verdict) for leaf in difference.leaves}


def test_without_a_live_object_every_value_differs_and_nothing_is_known() -> None:
    found = leaves(compared("group/Crew", {"members": ["ada"], "rights": []}, None))
    assert found == {"name": ("Crew", None, UNKNOWN), "members.ada": ("ada", None, UNKNOWN)}


def test_a_field_the_manifest_leaves_out_is_not_compared() -> None:
    assert leaves(compared("person/ada", {}, {"name": "Ada", "rights": ["admin"]})) == {}


MEMBERS = [
    # desired, live, base, differences by element
    (["a"], ["a"], None, {}),
    (["a", "b"], ["b", "a"], None, {}),
    (["a"], [], None, {"a": UNKNOWN}),
    ([], ["a"], None, {"a": UNKNOWN}),
    (["a"], [], ["a"], {"a": DRIFT}),
    (["a"], [], [], {"a": PENDING}),
    ([], ["a"], ["a"], {"a": PENDING}),
    ([], ["a"], [], {"a": DRIFT}),
    (["a", "b"], ["b", "c"], ["a", "b"], {"a": DRIFT, "c": DRIFT}),
    (["a", "b"], ["c"], ["a", "c"], {"a": DRIFT, "b": PENDING, "c": PENDING}),
    ({"include": ["a"], "exclude": []}, ["b"], None, {"a": UNKNOWN}),
    ({"include": ["a"], "exclude": ["b"]}, ["b", "c"], None, {"a": UNKNOWN, "b": UNKNOWN}),
    ({"include": ["a"], "exclude": ["b"]}, ["a", "c"], None, {}),
    ({"include": ["a"], "exclude": []}, [], {"include": ["a"], "exclude": []}, {"a": DRIFT}),
    ({"include": ["a", "b"], "exclude": []}, ["a"], {"include": ["a"], "exclude": []}, {"b": UNKNOWN}),
    ({"include": [], "exclude": ["a"]}, ["a"], {"include": ["a"], "exclude": []}, {"a": PENDING}),
    ({"include": [], "exclude": ["a"]}, ["a"], {"include": [], "exclude": ["a"]}, {"a": DRIFT}),
    ({"include": ["b"], "exclude": []}, ["a"], ["a"], {"b": PENDING}),
    ([], ["a"], {"include": ["b"], "exclude": []}, {"a": UNKNOWN}),
]


@pytest.mark.parametrize(("desired", "live", "base", "expected"), MEMBERS)
def test_a_set_is_judged_element_by_element(desired: Any, live: Any, base: Any, expected: dict[str, Verdict]) -> None:
    known = None if base is None else {"members": base}
    found = leaves(compared("group/Crew", {"members": desired}, {"members": live}, known))
    assert {path.removeprefix("members."): verdict for path, (_, _, verdict) in found.items()} == expected


MAPS = [
    ({"a": 1}, {"a": 1, "b": 2}, None, {}),
    ({"a": 1}, {"a": 2, "b": 2}, None, {"a": (1, 2, UNKNOWN)}),
    ({"a": 1}, {"a": 2}, {"a": 1}, {"a": (1, 2, DRIFT)}),
    ({"a": 1}, {"a": 2}, {"a": 2}, {"a": (1, 2, PENDING)}),
    ({"a": 1}, {}, {"b": 1}, {"a": (1, None, UNKNOWN)}),
    ({"a": None}, {"a": 2}, None, {"a": (None, 2, UNKNOWN)}),
    ({"a": None}, {"b": 2}, None, {}),
    ({"a": {"b": 1}}, {"a": {"b": 2, "c": 3}}, None, {"a.b": (1, 2, UNKNOWN)}),
    ({"a": 1}, None, None, {"a": (1, None, UNKNOWN)}),
    (None, {"a": 1, "b": 2}, None, {"a": (None, 1, UNKNOWN), "b": (None, 2, UNKNOWN)}),
    ({"a": [1, 2]}, {"a": [2, 1]}, None, {"a": ([1, 2], [2, 1], UNKNOWN)}),
    ({"a": 1}, {"a": {"b": 2}}, None, {"a": (1, {"b": 2}, UNKNOWN)}),
]


@pytest.mark.parametrize(("desired", "live", "base", "expected"), MAPS)
def test_a_map_is_judged_key_by_key_and_null_removes_a_key(desired: Any, live: Any, base: Any, expected: Any) -> None:
    known = None if base is None else {"meta": base}
    found = leaves(compared("letter/Report", {"meta": desired}, {"meta": live}, known))
    assert {path.removeprefix("meta."): leaf for path, leaf in found.items()} == expected


ALL = {EVERYONE: True}
AUDIENCES = [
    (ALL, ALL, {}),
    (ALL, {"people": [], "groups": ["Crew"]}, {"everyone": (True, None), "groups.Crew": (None, "Crew")}),
    ({"groups": ["Crew"]}, ALL, {"everyone": (None, True), "groups.Crew": ("Crew", None)}),
    ({"groups": ["Crew"]}, {"people": ["ada"], "groups": ["Crew"]}, {"people.ada": (None, "ada")}),
    (
        {"groups": {"include": ["Crew"], "exclude": []}},
        {"people": ["ada"], "groups": []},
        {"groups.Crew": ("Crew", None)},
    ),
    ({"groups": {"include": [], "exclude": ["Crew"]}}, ALL, {"groups.Crew": (None, "Crew")}),
    ({"groups": {"include": ["Crew"], "exclude": []}}, ALL, {}),
    (
        {"people": ["ada"], "groups": {"include": [], "exclude": ["Crew"]}},
        {"people": ["bob"], "groups": ["Crew", "Staff"]},
        {"people.ada": ("ada", None), "people.bob": (None, "bob"), "groups.Crew": (None, "Crew")},
    ),
]


@pytest.mark.parametrize(("desired", "live", "expected"), AUDIENCES)
def test_an_audience_is_everyone_or_complete_unless_a_list_is_shared(desired: Any, live: Any, expected: Any) -> None:
    found = leaves(compared("page/Home", {"audience": desired}, {"audience": live}))
    assert {path.removeprefix("audience."): (one, other) for path, (one, other, _) in found.items()} == expected


def test_a_list_that_is_left_out_of_a_complete_audience_was_empty_at_the_last_apply() -> None:
    base = {"audience": {"groups": ["Crew"]}}
    live = {"audience": {"people": ["eve"], "groups": ["Crew"]}}
    found = leaves(compared("page/Home", {"audience": {"groups": ["Crew"]}}, live, base))
    assert found == {"audience.people.eve": (None, "eve", DRIFT)}


def test_a_value_that_is_never_shown_is_compared_with_what_was_last_applied() -> None:
    assert leaves(compared("page/Home", {"labels": ["x"]}, {}, {"labels": ["x"]})) == {}
    found = leaves(compared("page/Home", {"labels": ["x", "y"]}, {}, {"labels": ["x", "z"]}))
    assert found == {"labels.y": ("y", None, PENDING), "labels.z": (None, "z", PENDING)}


def test_a_value_that_is_never_shown_and_was_never_applied_differs_as_unknown() -> None:
    assert leaves(compared("page/Home", {"labels": ["x"]}, {})) == {"labels.x": ("x", None, UNKNOWN)}


@pytest.mark.parametrize("live", ["a\r\nb", "a\rb\n", "a\nb\n", "a\nb"])
def test_text_is_compared_with_line_ends_folded_and_one_final_newline_ignored(live: str) -> None:
    assert leaves(compared("letter/Report", {"body": "a\nb\n"}, {"body": live})) == {}


@pytest.mark.parametrize("live", ["a\nb\n\n\n", "a \nb", "a\n\nb"])
def test_every_other_difference_of_text_counts(live: str) -> None:
    assert list(leaves(compared("letter/Report", {"body": "a\nb\n"}, {"body": live}))) == ["body"]


def test_a_value_fixed_at_creation_is_a_warning_and_never_a_difference() -> None:
    difference = compared("person/ada", {"email": "new@x"}, {"email": "old@x"})
    (warning,) = difference.warnings
    assert difference.leaves == ()
    assert (warning.severity, warning.hint) == (Severity.WARNING, "Ask the service.")
    assert "'old@x'" in warning.detail


def test_a_value_fixed_at_creation_that_differs_in_case_only_is_no_warning_where_case_does_not_matter() -> None:
    assert compared("person/ada", {"email": "Ada@x"}, {"email": "ada@x"}).warnings == ()


def test_a_key_that_cannot_change_is_a_warning_and_never_a_difference() -> None:
    difference = compared("person/ada", {}, {"username": "ada.old"}, called="ada.old")
    assert difference.leaves == ()
    assert [warning.hint for warning in difference.warnings] == ["Nobody can be renamed."]


def test_a_key_that_can_change_is_drift_of_the_name() -> None:
    found = leaves(compared("bell/Ring", {}, {"name": "Old", "off": False}, {"name": "Ring"}))
    assert found == {"name": ("Ring", "Old", DRIFT)}


def test_what_could_not_be_read_gets_no_verdict() -> None:
    difference = compared("person/ada", {"rights": ["admin"]}, {}, unreadable={"rights": "forbidden"})
    assert difference.leaves == ()


def test_a_sensitive_value_is_judged_by_its_digest_and_marked_hidden() -> None:
    desired = {"type": "web", "options": {"url": "new", "to": "ada"}}
    live = {"type": "web", "off": False, "options": {"url": "old", "to": "ada"}}
    (leaf,) = compared("bell/Ring", desired, live, {"options": {"url": "new"}}).leaves
    assert (leaf.path, leaf.verdict, leaf.hidden) == (("options", "url"), DRIFT, True)


def test_a_value_that_may_be_shown_is_not_hidden() -> None:
    desired = {"type": "mail", "options": {"to": "bob", "url": "new"}}
    live = {"type": "mail", "off": False, "options": {"to": "ada"}}
    hidden = {leaf.path[-1]: leaf.hidden for leaf in compared("bell/Ring", desired, live).leaves}
    assert hidden == {"to": False, "url": True}


def note(sent: Any, shown: Any) -> Note:
    return Note("rewritten", STATE.digest(sent), STATE.digest(shown))


def test_a_note_explains_a_difference_while_desired_and_live_stay() -> None:
    notes = {"body": note("<p>", "<p/>")}
    difference = compared("letter/Report", {"body": "<p>"}, {"body": "<p/>"}, {"body": "<p>"}, notes)
    assert (difference.leaves, difference.explained) == ((), (("body",),))


@pytest.mark.parametrize(("desired", "live"), [("<b>", "<p/>"), ("<p>", "<i/>")])
def test_a_note_explains_nothing_once_desired_or_live_moved(desired: str, live: str) -> None:
    notes = {"body": note("<p>", "<p/>")}
    difference = compared("letter/Report", {"body": desired}, {"body": live}, {"body": "<p>"}, notes)
    assert [leaf.path for leaf in difference.leaves] == [("body",)]
    assert difference.explained == ()


def test_a_note_explains_the_element_it_names_only() -> None:
    notes = {"rights/writer": note("writer", None)}
    desired = {"rights": ["writer", "reader"]}
    difference = compared("group/Crew", desired, {"rights": []}, {"rights": []}, notes)
    assert list(leaves(difference)) == ["rights.reader"]
    assert difference.explained == (("rights", "writer"),)


def test_what_moved_is_every_leaf_but_those_that_were_meant_to() -> None:
    before = {"name": "Crew", "members": ["ada", "bob"], "rights": ["reader"]}
    after = {"name": "Gang", "members": ["ada", "cyd"], "rights": ["reader"]}
    found = moved(KINDS["group"], before, after, but=frozenset({("members", "cyd")}))
    assert found == {("name",): ("Crew", "Gang"), ("members", "bob"): ("bob", None)}


def test_managed_are_the_leaves_that_desired_names_without_what_is_never_shown() -> None:
    live = {"name": "Home", "about": "old", "audience": {"people": ["ada"], "groups": []}}
    fields = {"about": "new", "labels": ["x"], "audience": {"people": {"include": [], "exclude": ["ada"]}}}
    difference = compared("page/Home", fields, live)
    assert managed(difference, observed("page/Home", live)) == {
        ("name",): ("Home", "Home"),
        ("about",): ("new", "old"),
        ("audience", "people", "ada"): (None, "ada"),
    }
