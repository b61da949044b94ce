"""What stands in a later folder may patch what stands in an earlier one."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.desired import Resource
from flowstate.errors import Place, Severity

from .club import desired, problems

_POST = "posts: [{title: a, body: one, layout: {isWide: true, margin: 3}, options: {x: 1, y: {0}}, onDrift: keep}]"
_POST = _POST.replace("{0}", "2")


def post(*texts: str) -> Resource:
    """The only resource of texts that stand in a folder each."""
    (found,) = desired(*texts, layered=True).resources.values()
    return found


def test_a_patch_replaces_the_fields_it_names_and_no_others() -> None:
    found = post(_POST, "posts: [{title: a, patch: true, body: two, version: 2}]")
    assert (found.fields["body"], found.fields["version"]) == ("two", 2)
    assert found.fields["layout"] == {"isWide": True, "margin": 3}
    assert found.lifecycle.on_drift == "keep"


def test_a_patch_of_a_map_changes_the_keys_it_names_and_null_stays_a_value() -> None:
    found = post(_POST, "posts: [{title: a, patch: true, layout: {margin: null}, options: {y: 3, z: 4}}]")
    assert found.fields["layout"] == {"isWide": True, "margin": None}
    assert found.fields["options"] == {"x": "1", "y": "3", "z": "4"}


def test_maps_inside_maps_are_patched_key_by_key_too() -> None:
    found = post("rules: {A: {x: 1, y: 2}, B: 1}", "rules: {patch: true, A: {y: 3}, B: {z: 1}}")
    assert found.fields == {"A": {"x": 1, "y": 3}, "B": {"z": 1}}
    assert str(found.places["A"].value("y")) == "b.yaml:1:29"
    assert str(found.places["A"].value("x")) == "a.yaml:1:16"


@pytest.mark.parametrize(
    ("before", "after"),
    [("[x]", "[y]"), ("{include: [x]}", "{exclude: [y]}"), ("{include: [x]}", "[y]")],
)
def test_a_patch_replaces_a_list_whole(before: str, after: str) -> None:
    found = post(f"teams: [{{name: t, labels: {before}}}]", f"teams: [{{name: T, patch: true, labels: {after}}}]")
    alone = post(f"teams: [{{name: t, labels: {after}}}]")
    assert found == alone


def test_an_audience_is_replaced_whole() -> None:
    found = post(
        "posts: [{title: a, audience: {teams: [t]}}]", "posts: [{title: a, patch: true, audience: {everyone: true}}]"
    )
    assert found.fields["audience"] == {"everyone": True}


def test_patches_of_patches_apply_in_the_order_of_their_folders() -> None:
    texts = [f"posts: [{{title: a, patch: true, body: '{number}'}}]" for number in range(3)]
    found = post(_POST, *texts)
    assert found.fields["body"] == "2"
    assert str(found.places["body"].value()) == "d.yaml:1:39"
    assert [place.file for place in found.overridden["body"]] == ["a.yaml", "b.yaml", "c.yaml"]
    assert found.place.file == "a.yaml"


def test_a_default_of_the_kind_fills_only_what_no_layer_says() -> None:
    texts = ["posts: [{title: a}]", "posts: [{title: a, patch: true, body: two}]"]
    found = desired(*texts, defaults="post: {body: zero, version: 9}", layered=True).resources
    (one,) = found.values()
    assert (one.fields["body"], one.fields["version"], one.overridden) == ("two", 9, {})


@pytest.mark.parametrize(
    ("texts", "code", "place", "words"),
    [
        (
            ("posts: [{title: a}]\n---\nposts: [{title: a, patch: true}]",),
            "patch-order",
            ("a.yaml", 3, 9),
            "a.yaml:1:9",
        ),
        (("posts: [{title: a, patch: true}]", "posts: [{title: a}]"), "patch-order", ("a.yaml", 1, 9), "b.yaml:1:9"),
        (
            ("posts: [{title: abcd}]", "posts: [{title: abce, patch: true}]"),
            "patch-of-nothing",
            ("b.yaml", 1, 9),
            "Did you mean 'abcd'?",
        ),
        (("posts: [{title: a, patch: true}]",), "patch-of-nothing", ("a.yaml", 1, 9), "Remove 'patch: true'"),
        (
            ("posts: [{title: a}]", "posts: [{title: a, patch: true}, {title: a, patch: true}]"),
            "patched-twice",
            ("b.yaml", 1, 34),
            "b.yaml:1:9",
        ),
        (
            ("posts: [{title: a}]", "posts: [{title: a, patch: false}]"),
            "declared-twice",
            ("b.yaml", 1, 9),
            "'patch: true'",
        ),
        (("frontPost: a", "frontPost: b"), "declared-twice", ("b.yaml", 1, 1), "Keep it in one place only"),
        (("posts: [{title: a}]", "posts: [{title: a, patch: yes}]"), "wrong-type", ("b.yaml", 1, 27), ""),
        (
            ("posts: [{title: a, version: 0}]", "posts: [{title: a, patch: true, version: 1}]"),
            "wrong-type",
            ("a.yaml", 1, 29),
            "",
        ),
    ],
)
def test_what_is_wrong_with_a_patch_is_said_with_its_places(
    texts: tuple[str, ...], code: str, place: Any, words: str
) -> None:
    found = [one for one in problems(*texts, layered=True) if one.severity is Severity.ERROR]
    told = next(one for one in found if one.code == code) if code == "wrong-type" else found[0]
    assert (told.code, told.place) == (code, Place(*place))
    assert words in told.told()


def test_what_can_be_made_cannot_be_missing() -> None:
    for text in ("rules: {ifMissing: skip}",):
        (found,) = problems(text)
        assert (found.code, found.place) == ("if-missing", Place("a.yaml", 1, 9))
    assert post("posts: [{title: a, ifMissing: skip}]").lifecycle.if_missing == "skip"  # nothing makes these posts
    (found,) = problems("posts: [{title: a, ifMissing: wait}]")
    assert found.code == "wrong-type"
