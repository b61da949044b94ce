"""State as a value and its JSON form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from live.team import KINDS

from flowstate.diff import sealed
from flowstate.errors import StateError
from flowstate.model import Address
from flowstate.operations import NO_IDS
from flowstate.state import Entry, Note, State
from flowstate.state.record import parse

ADA = Address("person", "ada")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
ENTRIES = st.builds(
    Entry,
    id=TEXT.filter(lambda id: id not in NO_IDS),
    applied=st.dictionaries(TEXT, VALUES, max_size=3),
    retired=st.booleans(),
    unfinished=st.booleans(),
    run=TEXT,
    notes=st.dictionaries(TEXT, st.builds(Note, why=st.sampled_from(["hidden", "refused"]), sent=TEXT, shown=TEXT)),
)
ADDRESSES = st.builds(Address, kind=st.sampled_from(["person", "group"]), key=TEXT) | st.just(Address("rules"))


@given(st.dictionaries(ADDRESSES, ENTRIES, max_size=4))
def test_a_state_that_is_dumped_and_parsed_is_the_same(resources: dict[Address, Entry]) -> None:
    state = State("lineage", "onsight-flow", "solarenergy", 7, "c0ffee", resources)
    assert parse(state.dump(), "it") == state


def test_the_json_form_is_the_documented_one() -> None:
    note = Note("hidden", "hmac:1", "hmac:2")
    entry = Entry("person-1", {"name": "Ada"}, retired=True, run="r1", notes={"rights/admin": note})
    data = json.loads(State("l", "onsight-flow", "t", 3, "c", {ADA: entry}, "20260101T000000Z-abcdef-prod").dump())
    assert data == {
        "format": "flowstate/state/v1",
        "lineage": "l",
        "serial": 3,
        "provider": "onsight-flow",
        "team": "t",
        "commit": "c",
        "settled": "20260101T000000Z-abcdef-prod",
        "resources": {
            "person/ada": {
                "id": "person-1",
                "applied": {"name": "Ada"},
                "onRemove": None,
                "protect": False,
                "retired": True,
                "run": "r1",
                "notes": {"rights/admin": ["hidden", "hmac:1", "hmac:2"]},
            }
        },
    }


def test_resources_are_dumped_in_the_order_of_their_addresses() -> None:
    bob = Address("person", "bob")
    one = State("l", "p").put(bob, Entry("2")).put(ADA, Entry("1"))
    other = State("l", "p").put(ADA, Entry("1")).put(bob, Entry("2"))
    assert one.dump() == other.dump()


def test_putting_nothing_forgets_an_address_and_leaves_the_state_it_was_put_into() -> None:
    state = State("l", "p").put(ADA, Entry("1"))
    assert state.put(ADA, None).entry(ADA) is None
    assert state.entry(ADA) == Entry("1")


def good() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(State("l", "p").put(ADA, Entry("1")).dump())
    return data


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        "{}",
        json.dumps({"format": "flowstate/state/v1"}),
        json.dumps(good() | {"resources": []}),
        json.dumps(good() | {"resources": {"person/ada": None}}),
        json.dumps(good() | {"resources": {"person/ada": {}}}),
        json.dumps(good() | {"serial": "many"}),
        json.dumps(good() | {"lineage": None}),
        json.dumps(good())[:-20],
        "[" * 100_000,
    ],
)
def test_what_is_no_state_is_refused_with_what_to_do(spoilt: str) -> None:
    with pytest.raises(StateError) as caught:
        parse(spoilt, "prod.state.json")
    (problem,) = caught.value.problems
    assert problem.code == "state-unreadable"
    assert "prod.state.json" in problem.summary
    assert "flowstate state push --force FILE" in problem.hint


@pytest.mark.parametrize(
    ("spoilt", "why"),
    [
        ("", "it is not JSON (column 1)"),
        ('{\n "format" 1}', "it is not JSON (line 2, column 11)"),
        (b"\xff{}", "it is not text in UTF-8 (byte 1)"),
        ("[]", "it is not made as one"),
        ("{}", "it lacks 'format'"),
        ("[" * 100_000, "it is nested too deeply"),
        (json.dumps(good() | {"serial": "many"}), "serial is of the wrong type"),
        (json.dumps(good() | {"resources": {"person/ada": None}}), "person/ada: it is no object"),
        (json.dumps(good() | {"resources": {"person/ada": {}}}), "person/ada: it lacks 'id'"),
        (json.dumps(good() | {"resources": {"person/ada": {"id": 3}}}), "person/ada: id is of the wrong type"),
        (json.dumps(good() | {"resources": {"person/ada": {"id": ""}}}), "person/ada: id is '', which is no id"),
        (json.dumps(good() | {"resources": {"person/ada": {"id": ".."}}}), "person/ada: id is '..', which is no id"),
        (json.dumps(good() | {"serial": 2**63}), "serial is no count from 0 to 9223372036854775807"),
        (json.dumps(good() | {"serial": -1}), "serial is no count from 0 to 9223372036854775807"),
        (json.dumps(good() | {"serial": True}), "serial is no count from 0 to 9223372036854775807"),
        (json.dumps(good() | {"settled": "z"}), "settled is not the name of a run"),
        (json.dumps(good() | {"settled": "20261399T000000Z-abcdef-prod"}), "settled is not the name of a run"),
        (json.dumps(good() | {"settled": 5}), "settled is of the wrong type"),
    ],
)
def test_why_something_is_no_state_is_said_in_words_with_the_place(spoilt: str | bytes, why: str) -> None:
    with pytest.raises(StateError) as caught:
        parse(spoilt, "prod.state.json")
    assert caught.value.problems[0].detail == f"it is not a state file: {why}"


def test_what_a_team_has_once_needs_no_id() -> None:
    state = State("l", "p").put(Address("rules"), Entry(""))
    assert parse(state.dump(), "it") == state


def test_the_state_of_a_newer_flowstate_is_refused_naming_both_formats() -> None:
    with pytest.raises(StateError) as caught:
        parse(json.dumps(good() | {"format": "flowstate/state/v2"}), "it")
    (problem,) = caught.value.problems
    assert "flowstate/state/v2" in problem.detail
    assert "flowstate/state/v1" in problem.detail
    assert "newer flowstate" in problem.hint


def test_a_digest_tells_values_apart_and_depends_on_the_state() -> None:
    one, other = State("one", "p"), State("other", "p")
    assert one.digest({"a": 1, "b": 2}) == one.digest({"b": 2, "a": 1})
    assert one.digest("x") != one.digest("y")
    assert one.digest("x") != other.digest("x")
    assert one.digest("\ud800").startswith("hmac:")  # what the service says need not be proper text


def test_sensitive_values_are_kept_as_digests_and_all_others_in_clear() -> None:
    state = State("l", "p")
    fields = {"name": "Bell", "type": "web", "options": {"url": "https://key@host", "to": "ada", "gone": None}}
    kept = sealed(KINDS["bell"], fields, state)
    assert kept["name"] == "Bell"
    assert kept["options"] == {"url": state.digest("https://key@host"), "to": state.digest("ada"), "gone": None}


def test_keys_of_a_sensitive_map_that_may_be_shown_stay_in_clear_while_their_condition_holds() -> None:
    state = State("l", "p")
    kept = sealed(KINDS["bell"], {"type": "mail", "options": {"to": "ada", "url": "u"}}, state)
    assert kept["options"] == {"to": "ada", "url": state.digest("u")}
