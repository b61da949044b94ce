"""Ids and keys."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstate.live import EVERYONE, Names, references, respell, to_ids, translate
from flowstate.live.names import UnknownId, to_keys
from flowstate.model import Address, Field, Live

from .team import KINDS

AUDIENCE = KINDS["page"].fields["audience"]
MEMBERS = KINDS["group"].fields["members"]
LETTER = KINDS["bell"].fields["letter"]
ABOUT = KINDS["page"].fields["about"]


def names() -> Names:
    """Two people, two groups and a letter."""
    made = Names(KINDS)
    for kind, key, id in [
        ("person", "ada", "p1"),
        ("person", "Bob", "p2"),
        ("group", "Crew", "g1"),
        ("group", "Staff", "g2"),
        ("letter", "Report", "l1"),
    ]:
        made.declare(Address(kind, key))
        made.bind(Address(kind, key), id)
    return made


@pytest.mark.parametrize(
    ("shape", "wire", "keys", "unknown"),
    [
        (MEMBERS, ["p2", "p1"], ["Bob", "ada"], ()),
        (MEMBERS, ["p1", "gone"], ["ada"], ("gone",)),
        (MEMBERS, [], [], ()),
        (LETTER, "l1", "Report", ()),
        (LETTER, None, None, ()),
        (LETTER, "gone", UnknownId.of("gone"), ()),
        (AUDIENCE, ["g1", "p1", "g2"], {"people": ["ada"], "groups": ["Crew", "Staff"]}, ()),
        (AUDIENCE, ["gone", "g1"], {"people": [], "groups": ["Crew"]}, ("gone",)),
        (AUDIENCE, ["gone"], {"people": [], "groups": []}, ("gone",)),
        (AUDIENCE, [], {EVERYONE: True}, ()),
        (ABOUT, "text", "text", ()),
    ],
)
def test_ids_become_keys_and_keys_become_the_same_ids(
    shape: Field, wire: Any, keys: Any, unknown: tuple[str, ...]
) -> None:
    assert to_keys(shape, wire, names()) == (keys, unknown)
    back = to_ids(shape, keys, unknown, names())
    assert sorted(back) == sorted(wire) if isinstance(wire, list) else back == wire


@given(st.lists(st.sampled_from(["p1", "p2", "g1", "g2", "x", "y"]), min_size=1, unique=True))
def test_no_id_is_lost_on_the_way_to_keys_and_back(ids: list[str]) -> None:
    for shape in (AUDIENCE, MEMBERS):
        keys, unknown = to_keys(shape, ids, names())
        assert sorted(to_ids(shape, keys, unknown, names())) == sorted(ids)


def test_no_audience_at_all_means_everyone() -> None:
    assert to_keys(AUDIENCE, None, names()) == ({EVERYONE: True}, ())


def test_everyone_is_sent_as_nobody_even_where_ids_without_a_meaning_are_live() -> None:
    assert to_ids(AUDIENCE, {EVERYONE: True}, ("gone",), names()) == []


def test_a_reference_to_what_has_no_id_yet_cannot_be_sent() -> None:
    made = names()
    made.declare(Address("person", "new"))
    with pytest.raises(KeyError):
        to_ids(MEMBERS, ["new"], (), made)


def test_a_reference_is_spelled_as_the_resource_it_means() -> None:
    assert respell(MEMBERS, ["ADA", "ada", "bob", "who"], names()) == ["ada", "Bob", "who"]
    assert respell(MEMBERS, {"include": ["ADA"], "exclude": ["BOB"]}, names()) == {
        "include": ["ada"],
        "exclude": ["Bob"],
    }
    assert respell(AUDIENCE, {"groups": ["crew"]}, names()) == {"groups": ["Crew"]}
    assert respell(AUDIENCE, {EVERYONE: True}, names()) == {EVERYONE: True}
    assert respell(LETTER, "report", names()) == "report"  # letters mind the case
    assert respell(LETTER, None, names()) is None


def test_what_a_value_refers_to_is_what_it_wants_present() -> None:
    assert references(MEMBERS, {"include": ["ada"], "exclude": ["Bob"]}) == [("person", "ada")]
    assert references(AUDIENCE, {"people": ["ada"], "groups": ["Crew"]}) == [("person", "ada"), ("group", "Crew")]
    assert references(AUDIENCE, {EVERYONE: True}) == []
    assert references(LETTER, "Report") == [("letter", "Report")]
    assert references(LETTER, None) == references(ABOUT, "text") == []


def test_undeclared_objects_may_be_referred_to_unless_two_share_the_name() -> None:
    made = names()
    made.add(
        KINDS["person"], [Live("p3", "cyd", {}), Live("p4", "Twin", {}), Live("p5", "twin", {}), Live("p6", "ADA", {})]
    )
    assert made.resolve("person", "Cyd") == Address("person", "cyd")
    assert made.resolve("person", "twin") is None
    assert made.ids[Address("person", "ada")] == "p1"
    assert sorted(made.known("person")) == ["Bob", "ada", "cyd"]


def test_a_locked_person_may_be_referred_to_and_an_archived_bell_may_not() -> None:
    made = names()
    made.add(KINDS["person"], [Live("p3", "cyd", {}, retired=True)])
    made.add(KINDS["bell"], [Live("b1", "Ring", {}, retired=True)])
    assert made.resolve("person", "cyd") is not None
    assert made.resolve("bell", "Ring") is None


def test_a_live_object_is_translated_field_by_field_with_unknown_ids_aside() -> None:
    live = Live("b", "Ring", {"audience": ["g1", "gone"], "letter": "l1", "off": False, "other": [1]})
    fields, unknown = translate(KINDS["bell"], live, names())
    assert fields == {
        "audience": {"people": [], "groups": ["Crew"]},
        "letter": "Report",
        "off": False,
        "other": [1],
    }
    assert unknown == {"audience": ("gone",)}
