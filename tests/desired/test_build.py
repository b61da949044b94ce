"""Manifests become resources in plain form, the same whatever the order they are written in."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstate.errors import Place, Severity
from flowstate.model import Address

from .club import desired, fields

ADA = "people: [{email: Ada@X}]\n"


def test_only_what_is_written_is_managed_but_for_what_always_is() -> None:
    assert fields("posts: [{title: a}]", address="post/a") == {"title": "a", "hidden": False}
    assert fields("posts: [{title: a, hidden: true}]", address="post/a")["hidden"] is True


def test_null_is_managed_where_the_service_can_clear() -> None:
    found = fields("teams: [{name: a, lead: null}]\nposts: [{title: a, layout: {margin: null}}]", address="team/a")
    assert found == {"name": "a", "lead": None}


def test_a_part_holds_only_what_is_written_of_it() -> None:
    assert fields("posts: [{title: a, layout: {isWide: true}}]", address="post/a")["layout"] == {"isWide": True}


def test_options_that_travel_as_text_become_text() -> None:
    text = "posts: [{title: a, options: {a: true, b: 48, c: 1.5, d: x, e: null, f: 'yes', g: false}}]"
    assert fields(text, address="post/a")["options"] == {
        "a": "true", "b": "48", "c": "1.5", "d": "x", "e": None, "f": "yes", "g": "false",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("[b@x, a@x]", ["b@x", "a@x"]),
        ("[]", []),
        ("{include: [a@x]}", {"include": ["a@x"], "exclude": []}),
        ("{exclude: [a@x]}", {"include": [], "exclude": ["a@x"]}),
        ("[a@x, b@x, a@x]", ["a@x", "b@x"]),
        ("[ada@x, ADA@x, Ada@X]", ["Ada@X"]),
        ("[ida@x, IDA@x]", ["ida@x"]),
        ("{include: [ADA@X, ada@x], exclude: [B@x, b@x]}", {"include": ["Ada@X"], "exclude": ["B@x"]}),
    ],
)
def test_lists_are_exact_or_shared_and_repeat_nobody(written: str, plain: Any) -> None:
    assert fields(f"{ADA}teams: [{{name: a, members: {written}}}]", address="team/a")["members"] == plain


def test_other_lists_repeat_nothing_but_mind_case() -> None:
    assert fields("teams: [{name: a, labels: [x, X, x]}]", address="team/a")["labels"] == ["x", "X"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("{everyone: true}", {"everyone": True}),
        ("{people: [ADA@x]}", {"people": ["Ada@X"]}),
        ("{people: {include: [ADA@x]}, teams: []}", {"people": {"include": ["Ada@X"], "exclude": []}, "teams": []}),
        ("{teams: {include: [], exclude: [t]}}", {"teams": {"include": [], "exclude": ["t"]}}),
    ],
)
def test_audiences_are_everyone_or_lists(written: str, plain: Any) -> None:
    assert fields(f"{ADA}posts: [{{title: a, audience: {written}}}]", address="post/a")["audience"] == plain


def test_singletons_stand_under_their_section() -> None:
    found = desired("frontPost: News\nposts: [{title: News}]\nrules: {openDoor: true}").resources
    assert found[Address("frontPost")].fields == {"post": "News"}
    assert found[Address("rules")].fields == {"openDoor": True}
    assert desired("frontPost: null").resources[Address("frontPost")].fields == {"post": None}


def test_empty_files_and_sections_say_nothing() -> None:
    assert desired("", "# nothing\n", "people:\nremoved:\nteams: []").resources == {}


def test_keys_are_verbatim_in_one_unicode_form() -> None:
    (address,) = desired("people: [{email: ' Jose\u0301/X '}]").resources
    assert address.key == " Jos\u00e9/X "
    assert unicodedata.is_normalized("NFC", address.key)


def test_references_take_the_declared_spelling() -> None:
    text = "people: [{email: Jos\u00e9@x}]\nteams: [{name: a, lead: jose\u0301@X}]"
    found = desired(text)
    assert found.resources[Address("team", "a")].fields["lead"] == "Jos\u00e9@x"
    assert found.warnings == ()


def test_a_reference_to_nothing_declared_warns_with_the_nearest() -> None:
    found = desired(
        "people: [{email: ada@x.example}]\nteams:\n  - name: a\n    members: [ada@x.example, adda@x.example]"
    )
    (warning,) = found.warnings
    assert (warning.code, warning.severity, warning.address) == ("undeclared-reference", Severity.WARNING, "team/a")
    assert warning.place == Place("a.yaml", 4, 30)
    assert warning.hint == "Did you mean 'ada@x.example'?"


def test_what_is_kept_out_need_not_be_declared() -> None:
    assert desired("teams: [{name: a, members: {exclude: [ida@x]}}]").warnings == ()


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("frontPost: News", (1, 12)),
        ("teams: [{name: a, lead: x}]", (1, 25)),
        ("teams: [{name: a, members: {include: [x]}}]", (1, 39)),
        ("posts: [{title: a, audience: {teams: [x]}}]", (1, 39)),
    ],
)
def test_every_reference_is_looked_up(text: str, at: tuple[int, int]) -> None:
    (warning,) = desired(text).warnings
    assert (warning.code, warning.place) == ("undeclared-reference", Place("a.yaml", *at))


@pytest.mark.parametrize(
    ("text", "at", "hint"),
    [
        ("people: [{email: a, rights: [read, wriite]}]", (1, 36), "Did you mean 'write'?"),
        ("posts: [{title: a, layout: {mode: dusk}}]", (1, 35), "Shown are: day, night."),
    ],
)
def test_a_value_the_documentation_does_not_show_is_a_warning(text: str, at: tuple[int, int], hint: str) -> None:
    (warning,) = desired(text).warnings
    assert (warning.code, warning.severity, warning.place) == ("unseen-value", Severity.WARNING, Place("a.yaml", *at))
    assert warning.hint.startswith(hint)


def test_a_setting_the_documentation_does_not_show_is_a_warning() -> None:
    found = desired("rules:\n  opendoor: true\n  other: {a: 1}")
    assert [(warning.code, warning.hint) for warning in found.warnings] == [
        ("unseen-key", "Did you mean 'openDoor'?"),
        ("unseen-key", "Ignore this if the service has it."),
    ]
    assert found.resources[Address("rules")].fields == {"opendoor": True, "other": {"a": 1}}


def test_defaults_fill_what_is_absent_and_keep_their_place() -> None:
    text = "people: [{email: a}, {email: b, rights: []}]"
    found = desired(text, defaults="person: {rights: [read], locked: false}").resources
    one, other = found[Address("person", "a")], found[Address("person", "b")]
    assert one.fields == {"email": "a", "rights": ["read"], "locked": False}
    assert other.fields == {"email": "b", "rights": [], "locked": False}
    assert one.places["rights"].value() == Place("flowstate.yaml", 1, 18)
    assert other.places["rights"].value() == Place("a.yaml", 1, 41)


def test_a_default_wins_over_what_is_always_managed() -> None:
    assert fields("posts: [{title: a}]", address="post/a", defaults="post: {hidden: true}")["hidden"] is True


def test_a_reference_in_a_default_warns_once() -> None:
    found = desired("teams: [{name: a}, {name: b}]", defaults="team: {lead: ida@x}")
    assert [str(warning.place) for warning in found.warnings] == ["flowstate.yaml:1:14"]


def test_former_names_and_removals_are_kept() -> None:
    found = desired(
        "teams: [{name: a, previously: Cafe\u0301}]",
        "removed:\n  - {address: person/bob@x, reason: left}\n  - {address: team/old/one, then: keep}",
    )
    assert found.resources[Address("team", "a")].previously == "Caf\u00e9"
    bob, old = found.removals[Address("person", "bob@x")], found.removals[Address("team", "old/one")]
    assert (bob.then, bob.reason, bob.place) == ("archive", "left", Place("b.yaml", 2, 5))
    assert (old.then, old.reason) == ("keep", "")


def test_resources_know_where_they_and_their_fields_stand() -> None:
    resource = desired("people:\n  - email: a\n    locked: true").resources[Address("person", "a")]
    assert resource.place == Place("a.yaml", 2, 5)
    assert resource.places["locked"].key() == Place("a.yaml", 3, 5)
    assert resource.places["locked"].value() == Place("a.yaml", 3, 13)


KEYS = st.lists(st.sampled_from(["ada@x", "Bob@x", "jos\u00e9@x", "eve@x", "dan@x"]), unique=True, min_size=1)


@given(st.data(), KEYS)
def test_the_order_of_files_documents_entries_and_keys_does_not_matter(data: st.DataObject, keys: list[str]) -> None:
    entries: list[tuple[str, dict[str, Any]]] = [("people", {"email": key, "rights": ["read"]}) for key in keys]
    entries += [("teams", {"name": f"t{key}", "members": keys, "lead": key.upper()}) for key in keys]
    entries += [("posts", {"title": "p", "audience": {"teams": [f"T{keys[0]}"]}, "options": {"a": 1, "b": True}})]
    entries += [("removed", {"address": "person/gone@x", "then": "keep"})]
    assert desired(_written(data, entries)) == desired(*[_written(data, entries)])
    shuffled = [_written(data, part) for part in _split(data, data.draw(st.permutations(entries)))]
    first, second = desired(_written(None, entries)), desired(*shuffled)
    assert first == second
    assert list(first.resources) == list(second.resources)


def _split(data: st.DataObject, entries: list[tuple[str, dict[str, Any]]]) -> list[list[tuple[str, dict[str, Any]]]]:
    at = data.draw(st.integers(0, len(entries)))
    return [entries[:at], entries[at:]]


def _written(data: st.DataObject | None, entries: list[tuple[str, dict[str, Any]]]) -> str:
    """Each entry in a document of its own, its keys in any order."""
    documents = []
    for section, entry in entries:
        names = data.draw(st.permutations(list(entry))) if data else list(entry)
        documents.append(json.dumps({section: [{name: entry[name] for name in names}]}))
    return "\n---\n".join(documents)
