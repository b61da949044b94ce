"""Values as leaves, and the laws that tie them to whole values."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from live.team import KINDS, resource

from flowstate.diff import compare, overlay
from flowstate.diff.flat import leaves, pairs
from flowstate.live import EVERYONE, Names, Observed
from flowstate.model import Field, Live
from flowstate.state import State

MEMBERS = KINDS["group"].fields["members"]
AUDIENCE = KINDS["page"].fields["audience"]
META = KINDS["letter"].fields["meta"]

WORDS = st.sampled_from("abcde")
EXACT = st.lists(WORDS, unique=True, max_size=4)
SHARED = st.lists(WORDS, unique=True).flatmap(
    lambda words: st.integers(0, len(words)).map(lambda at: {"include": words[:at], "exclude": words[at:]})
)
LISTS = EXACT | SHARED
SCALARS = st.none() | st.booleans() | st.integers(0, 3) | WORDS
MAPS = st.dictionaries(WORDS, SCALARS | st.dictionaries(WORDS, SCALARS, max_size=2), max_size=4)
EVERYBODY: dict[str, Any] = {EVERYONE: True}
LIVE_AUDIENCES = st.just(EVERYBODY) | st.fixed_dictionaries({"people": EXACT, "groups": EXACT}).filter(
    lambda value: bool(value["people"] or value["groups"])
)
AUDIENCES = st.just(EVERYBODY) | st.fixed_dictionaries({}, optional={"people": LISTS, "groups": LISTS}).filter(
    lambda value: any(part != [] for part in value.values())  # naming nobody at all is an error of the manifest
)


def applied(shape: Field, live: Any, desired: Any) -> Any:
    """The live value with every leaf that desired manages set to what is desired."""
    found = pairs(shape, shape.name, desired, live)
    return overlay(shape, live, {path[1:]: wanted for path, (wanted, _) in found.items()})


def settled(shape: Field, live: Any, desired: Any) -> bool:
    return all(one == other for one, other in pairs(shape, shape.name, desired, live).values())


@given(EXACT, LISTS)
def test_a_set_that_is_overlaid_with_its_differences_has_none_left(live: list[str], desired: Any) -> None:
    assert settled(MEMBERS, applied(MEMBERS, live, desired), desired)


@given(EXACT, EXACT)
def test_a_complete_set_becomes_exactly_the_desired_one(live: list[str], desired: list[str]) -> None:
    assert applied(MEMBERS, live, desired) == sorted(desired)


@given(EXACT, SHARED)
def test_a_shared_set_keeps_every_element_that_is_not_named(live: list[str], desired: dict[str, list[str]]) -> None:
    named = {*desired["include"], *desired["exclude"]}
    assert set(applied(MEMBERS, live, desired)) - named == set(live) - named


@given(MAPS, MAPS)
def test_a_map_that_is_overlaid_with_its_differences_has_none_left(
    live: dict[str, Any], desired: dict[str, Any]
) -> None:
    assert settled(META, applied(META, live, desired), desired)


@given(MAPS, MAPS)
def test_a_map_keeps_every_key_that_is_not_named(live: dict[str, Any], desired: dict[str, Any]) -> None:
    after = applied(META, live, desired)
    assert {key: after[key] for key in live.keys() - desired.keys()} == {
        key: live[key] for key in live.keys() - desired.keys()
    }


@given(LIVE_AUDIENCES, AUDIENCES)
def test_an_audience_that_is_overlaid_with_its_differences_has_none_left(live: Any, desired: Any) -> None:
    only_shared = all(isinstance(part, dict) for part in desired.values())
    shuts_out = any(isinstance(part, dict) and part["exclude"] for part in desired.values())
    assume(not (live.get(EVERYONE) and only_shared and shuts_out))  # cannot be said; the plan blocks it
    after = applied(AUDIENCE, live, desired)
    assert settled(AUDIENCE, {EVERYONE: True} if not any(after.values()) and live.get(EVERYONE) else after, desired)


@given(LIVE_AUDIENCES)
def test_overlaying_nothing_changes_nothing(live: Any) -> None:
    assert leaves(AUDIENCE, "audience", overlay(AUDIENCE, live, {})) == leaves(
        AUDIENCE, "audience", {} if live.get(EVERYONE) else live
    )


@given(st.data(), LISTS, EXACT)
def test_the_order_of_a_set_changes_nothing(data: st.DataObject, desired: Any, live: list[str]) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: data.draw(st.permutations(inner)) for key, inner in value.items()}
        return data.draw(st.permutations(value))

    def difference(wanted: Any, present: Any) -> Any:
        one = resource("group/Crew", members=wanted)
        fields = {"name": "Crew", "members": present}
        seen = Observed(one.address, one.kind, Live("1", "Crew", fields), fields)
        return compare(one.kind, one, seen, State("l", "p"), Names(KINDS)).leaves

    assert difference(desired, live) == difference(shuffled(desired), shuffled(live))
