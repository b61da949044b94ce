"""Everything wrong with manifests is said at once, each fault at its place and with a way out."""

from __future__ import annotations

import pytest

from flowstate.errors import Place, Severity

from .club import desired, problems

FAULTS: list[tuple[str, str, tuple[int, int], str]] = [
    # sections and shapes
    ("peple: []", "unknown-kind", (1, 1), "Did you mean 'people'?"),
    ("person: []", "unknown-kind", (1, 1), "Did you mean 'people'?"),
    ("zzz: []", "unknown-kind", (1, 1), "There are: frontPost, people, posts, removed, rules, teams."),
    ("- people", "document-shape", (1, 1), "Begin with a section"),
    ("text", "document-shape", (1, 1), "Begin with a section"),
    ("people: {email: a}", "wrong-type", (1, 9), "Begin each entry with '- '."),
    ("people: [ada@x]", "wrong-type", (1, 10), "Begin it with '- email: …'."),
    ("rules: [a]", "wrong-type", (1, 8), "Write keys with values under 'rules:'."),
    # keys and values
    ("people:\n  - email: a\n    rigths: []", "unknown-key", (3, 5), "Did you mean 'rights'?"),
    ("teams:\n  - name: a\n    previousy: b", "unknown-key", (3, 5), "Did you mean 'previously'?"),
    ("posts:\n  - title: a\n    bodyfile: b", "unknown-key", (3, 5), "Did you mean 'bodyFile'?"),
    ("posts:\n  - title: a\n    layout: {isWid: true}", "unknown-key", (3, 14), "Did you mean 'isWide'?"),
    ("people:\n  - email: a\n    locked: yes", "wrong-type", (3, 13), "Write true or false, without quotes."),
    ("posts:\n  - title: a\n    layout: {margin: '3'}", "wrong-type", (3, 22), "Write the number without quotes."),
    ("posts:\n  - title: 3", "wrong-type", (2, 12), "Put the value in quotes."),
    ("posts:\n  - title: a\n    version: 0", "wrong-type", (3, 14), ""),
    ("people:\n  - rights: []", "missing-key", (2, 5), "Add 'email: …'."),
    ("people:\n  - email: ''", "unfit-key", (2, 12), "Write the name it has."),
    ("posts:\n  - title: ' '", "unfit-key", (2, 12), "Write the name it has."),
    ('people:\n  - email: "a\\nb"', "unfit-key", (2, 12), "Write the name it has."),
    ('people:\n  - email: "a\\x1b[2J"', "unfit-key", (2, 12), "Write the name it has."),
    # lists that are shared
    ("teams:\n  - name: a\n    members: [x, {include: [y]}]", "list-form", (3, 18), "Write [a, b], or"),
    ("teams:\n  - name: a\n    members: {include: [x], all: true}", "list-form", (3, 29), "Write [a, b], or"),
    ("teams:\n  - name: a\n    members: {inclde: [x]}", "list-form", (3, 15), "Did you mean 'include'?"),
    ("teams:\n  - name: a\n    members: {include: [x], exclude: [X]}", "list-overlap", (3, 39), "Remove it from one"),
    ("teams:\n  - name: a\n    labels: {include: [x], exclude: [y, x]}", "list-overlap", (3, 41), "Remove it from one"),
    ("teams:\n  - name: a\n    members: {include: x}", "wrong-type", (3, 24), "Write it as a list: [one, two]."),
    ("teams:\n  - name: a\n    members: ada@x", "wrong-type", (3, 14), "Write it as a list: [one, two]."),
    ("posts:\n  - title: a\n    audience: {teams: [a, {exclude: [b]}]}", "list-form", (3, 27), "Write [a, b], or"),
    # audiences
    ("posts:\n  - title: a\n    audience: {}", "empty-means-everyone", (3, 15), "Name somebody"),
    ("posts:\n  - title: a\n    audience: {teams: []}", "empty-means-everyone", (3, 15), "Name somebody"),
    ("posts:\n  - title: a\n    audience: {teams: [], people: []}", "empty-means-everyone", (3, 15), "Name somebody"),
    ("posts:\n  - title: a\n    audience: {everyone: true, teams: [b]}", "everyone-and-some", (3, 16), "Remove"),
    ("posts:\n  - title: a\n    audience: {everyone: false}", "wrong-type", (3, 26), ""),
    # about resources
    ("people:\n  - email: a\n    previously: b", "previously", (3, 5), "Remove 'previously:'."),
    ("teams:\n  - name: a\n    previously: ''", "previously", (3, 5), "Write the name it had before."),
    ("teams:\n  - name: a\n    previously: [b]", "previously", (3, 5), "Write the name it had before."),
    (
        "teams:\n  - name: a\n    onRemove: archive",
        "not-removable",
        (3, 15),
        "Write 'onRemove: keep' or",
    ),
    (
        "people:\n  - email: a\n    onRemove: delete",
        "not-removable",
        (3, 15),
        "Write 'onRemove: keep' or",
    ),
    ("people:\n  - email: a\n    onRemove: lock", "wrong-type", (3, 15), "Write 'archive', 'delete' or 'keep'."),
    ("people:\n  - email: a\n    onremove: keep", "unknown-key", (3, 5), "Did you mean 'onRemove'?"),
    ("people:\n  - email: a\n    protect: yes", "wrong-type", (3, 14), "Write true or false, without quotes."),
    ("people:\n  - email: a\n    onDrift: ignore", "wrong-type", (3, 14), "Write 'overwrite', 'keep' or 'stop'."),
    ("people:\n  - email: a\n    initialOnly: rights", "wrong-type", (3, 18), "Write it as a list"),
    ("people:\n  - email: a\n    initialOnly: [rigths]", "initial-only", (3, 19), "Did you mean 'rights'?"),
    ("people:\n  - email: a\n    initialOnly: [rights, zzz]", "initial-only", (3, 27), "There are: email, rights"),
    ("people:\n  - email: a\n    initialOnly: [email]", "initial-only", (3, 19), "Leave it out here."),
    ("posts:\n  - title: a\n    initialOnly: [body]", "initial-only", (3, 5), "Remove it"),
    ("rules:\n  initialOnly: [openDoor]", "initial-only", (2, 3), "Remove it"),
    ("rules:\n  protect: true", "not-removable", (2, 3), "Remove it."),
    ("rules:\n  onRemove: keep", "not-removable", (2, 3), "Remove it."),
    # twice
    ("people:\n  - email: a\n  - email: a", "declared-twice", (3, 5), "Keep it in one place only."),
    ("frontPost: a\n---\nfrontPost: b", "declared-twice", (3, 1), "Keep it in one place only."),
    # removals
    ("removed: [person/a]", "wrong-type", (1, 11), ""),
    ("removed: [{address: person/a, than: keep}]", "unknown-key", (1, 31), "Did you mean 'then'?"),
    (
        "removed: [{address: person/a, then: delete}]",
        "not-removable",
        (1, 37),
        "Write 'then: keep' or",
    ),
    ("removed: [{address: person/a, then: burn}]", "wrong-type", (1, 37), ""),
    ("removed: [{address: peson/a}]", "unknown-kind", (1, 21), "Did you mean 'person'?"),
    ("removed: [{address: people/a}]", "unknown-kind", (1, 21), "Did you mean 'person'?"),
    ("removed: [{address: zzz/a}]", "unknown-kind", (1, 21), "There are: frontPost, person, post, rules, team."),
    ("removed: [{address: person}]", "unfit-key", (1, 21), "Write 'person/' and the email."),
    ("removed: [{address: rules}]", "not-removable", (1, 21), "Leave 'rules:' out"),
    ("removed: [{address: team/a}]", "not-removable", (1, 11), "Write 'then: keep'"),
    ("removed: [{address: team/a, then: archive}]", "not-removable", (1, 35), "Write 'then: keep'"),
    ("removed: [{address: person/a}, {address: person/A}]", "removed-twice", (1, 32), "Remove one entry."),
    ("people: [{email: a}]\nremoved: [{address: person/A}]", "declared-and-removed", (2, 11), "Keep one of the two"),
]


@pytest.mark.parametrize(("text", "code", "at", "hint"), FAULTS, ids=[row[0].replace("\n", " ") for row in FAULTS])
def test_each_fault_is_one_problem_with_its_place_and_hint(
    text: str, code: str, at: tuple[int, int], hint: str
) -> None:
    (problem,) = [found for found in problems(text) if found.severity is Severity.ERROR]
    assert (problem.code, problem.place) == (code, Place("a.yaml", *at))
    assert problem.hint
    assert problem.hint.startswith(hint)


def test_a_text_where_true_or_false_belongs_is_quoted() -> None:
    (problem,) = problems("people: [{email: a, locked: yes}]")
    assert problem.summary == 'locked: expected true or false, found the text "yes"'
    assert problem.address == "person/a"


def test_sensitive_values_are_not_repeated() -> None:
    (problem,) = problems("posts: [{title: a, options: hunter2}]")
    assert "hunter2" not in str(problem)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ada@x", "ada@x"),
        ("ada@x", "Ada@X"),
        ("straße@x", "STRASSE@x"),
        ("jos\u00e9@x", "jose\u0301@x"),
        ("JOS\u00c9@x", "jose\u0301@x"),
    ],
)
def test_one_key_in_two_files_is_an_error_naming_both_places(one: str, other: str) -> None:
    (problem,) = problems(f"people:\n  - email: {one}", f"people:\n  - email: {other}")
    assert (problem.code, problem.place) == ("declared-twice", Place("b.yaml", 2, 5))
    assert "a.yaml:2:5" in problem.detail


@pytest.mark.parametrize("wrong", [0, 1])
def test_an_address_is_seen_to_be_removed_twice_also_where_one_of_its_entries_is_wrong(wrong: int) -> None:
    entries = ["{address: person/a}", "{address: person/A}"]
    entries[wrong] = entries[wrong].replace("}", ", than: keep}")
    found = problems(f"removed: [{', '.join(entries)}]")
    assert sorted(problem.code for problem in found) == ["removed-twice", "unknown-key"]


def test_a_key_is_seen_to_be_declared_twice_also_where_its_first_entry_is_wrong() -> None:
    found = problems("people:\n  - email: ada@x\n    nmae: Ada", "people:\n  - email: Ada@x\n    nmae: Ada")
    assert [(problem.code, str(problem.place)) for problem in found] == [
        ("unknown-key", "a.yaml:3:5"),
        ("declared-twice", "b.yaml:2:5"),
        ("unknown-key", "b.yaml:3:5"),
    ]


def test_an_entry_that_is_wrong_is_still_seen_to_be_removed_too() -> None:
    found = problems("people:\n  - email: ada@x\n    nmae: Ada", "removed: [{address: person/ada@x}]")
    assert [problem.code for problem in found] == ["unknown-key", "declared-and-removed"]


def test_a_kind_that_minds_case_has_two_resources_but_one_unicode_form() -> None:
    assert len(desired("posts: [{title: News}, {title: news}]").resources) == 2
    (problem,) = problems("posts: [{title: Caf\u00e9}]", "posts: [{title: Cafe\u0301}]")
    assert problem.code == "declared-twice"


def test_faults_of_all_files_come_together_in_order() -> None:
    found = problems("people: [{email: a, x: 1}]\nzzz: 1", "teams: [", "rules: {openDoor: 1}\n---\npeople: [{}]")
    assert [(problem.code, problem.place and problem.place.file) for problem in found] == [
        ("unknown-key", "a.yaml"),
        ("unknown-kind", "a.yaml"),
        ("yaml-syntax", "b.yaml"),
        ("wrong-type", "c.yaml"),
        ("missing-key", "c.yaml"),
    ]


def test_nothing_is_said_of_references_while_something_is_broken() -> None:
    assert [
        problem.code for problem in problems("people: [{email: ada@x, x: 1}]\nteams: [{name: a, lead: ada@x}]")
    ] == ["unknown-key"]


DEFAULTS: list[tuple[str, str, tuple[int, int], str]] = [
    ("peson: {locked: true}", "unknown-kind", (1, 1), "Did you mean 'person'?"),
    ("person: {loked: true}", "unknown-key", (1, 10), "Did you mean 'locked'?"),
    ("person: {locked: 1}", "wrong-type", (1, 18), ""),
    ("person: {email: a}", "no-default", (1, 10), "Remove it."),
    ("team: {previously: a}", "no-default", (1, 8), "Remove it."),
    ("rules: {openDoor: true}", "no-default", (1, 1), "Write 'rules:' in a manifest."),
    ("post: {audience: {}}", "empty-means-everyone", (1, 18), "Name somebody"),
]


@pytest.mark.parametrize(("text", "code", "at", "hint"), DEFAULTS, ids=[row[0] for row in DEFAULTS])
def test_faults_of_defaults_are_said_once(text: str, code: str, at: tuple[int, int], hint: str) -> None:
    (problem,) = problems("people: [{email: a}, {email: b}]\nposts: [{title: a}]", defaults=text)
    assert (problem.code, problem.place) == (code, Place("flowstate.yaml", *at))
    assert problem.hint.startswith(hint)
