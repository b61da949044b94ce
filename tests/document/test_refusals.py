"""What YAML may not hold, and where each refusal points."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowstate.document import parse, yaml
from flowstate.errors import Place, Problem

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"

REFUSED = [
    ("a: [1, 2", "yaml-syntax", None, "Check the indentation"),
    ("a: b: c", "yaml-syntax", (1, 5), "Put a text that holds ':' in quotes"),
    ('a: "x', "yaml-syntax", None, "Check the indentation"),
    ("a:\n\tb: 1", "yaml-tab", (2, 1), "Indent with spaces"),
    ("a:\n  b: 1\n\tc: 2", "yaml-tab", (3, 1), "Indent with spaces"),
    ("a: 1\nb:\n  c: 1\n  c: 2", "yaml-duplicate-key", (4, 3), "Remove one of the two"),
    ('a: 1\n"a": 2', "yaml-duplicate-key", (2, 1), "Remove one of the two"),
    ("a: !python/object:os.system x", "yaml-tag", (1, 4), "Remove it"),
    ("a: !!str 1", "yaml-tag", (1, 4), "Remove it"),
    ("- ! x", "yaml-tag", (1, 3), "Remove it"),
    ("a: &x 1", "yaml-alias", (1, 4), "Write the value out"),
    ("a: *x", "yaml-alias", (1, 4), "Write the value out"),
    (BOMB, "yaml-alias", (1, 4), "Write the value out"),
    ("<<: {a: 1}", "yaml-merge", (1, 1), "Write the value out"),
    ("%TAG ! tag:example,2000:\n---\na: 1", "yaml-directive", None, "Remove the line"),
    ("%YAML 1.1\n---\na: 1", "yaml-directive", None, "Remove the line"),
    ("1: x", "yaml-key", (1, 1), "Put the key in quotes"),
    ("true: x", "yaml-key", (1, 1), "Put the key in quotes"),
    ("? [a]\n: x", "yaml-key", (1, 3), "Put the key in quotes"),
    ("? {a: 1}\n: x", "yaml-key", (1, 3), "Put the key in quotes"),
    ("null: x", "yaml-key", (1, 1), "Put the key in quotes"),
    ("a: .inf", "yaml-number", (1, 4), "put it in quotes"),
    ("a: .nan", "yaml-number", (1, 4), "put it in quotes"),
    ("a: 1e999", "yaml-number", (1, 4), "put it in quotes"),
    ("a: " + "9" * 5000, "yaml-number", (1, 4), "put it in quotes"),
    ("[" * 3000, "yaml-depth", (1, 51), "never closed"),
    ("- " * 3000, "yaml-depth", (1, 101), "never closed"),
    ("a: 1\nb: x\0y", "yaml-character", (2, 5), "UTF-8"),
    ("a: \x1b[2J", "yaml-character", (1, 4), "UTF-8"),
]


def refusals(text: str) -> list[Problem]:
    documents, problems = parse(text.encode(), "a.yaml")
    assert documents == []
    return problems


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers must agree: the second stands in where the first is not installed."""
    real = builtins.__import__

    def without(name: str, *args: Any) -> Any:
        if name == "ruamel.yaml.cyaml":
            raise ImportError(name)
        return real(name, *args)

    if request.param == "pure":
        monkeypatch.setattr(builtins, "__import__", without)
    return str(request.param)


@pytest.mark.parametrize(("text", "code", "at", "hint"), REFUSED, ids=[repr(row[0][:24]) for row in REFUSED])
def test_each_forbidden_construct_is_refused_where_it_stands(
    parser: str, text: str, code: str, at: tuple[int, int] | None, hint: str
) -> None:
    problem = refusals(text)[0]
    assert problem.code == code
    assert hint in problem.hint
    assert problem.place is not None
    assert problem.place.file == "a.yaml"
    if at:
        assert (problem.place.line, problem.place.column) == at


def test_a_duplicate_key_names_both_places() -> None:
    (problem,) = refusals("a: 1\nb: 2\na: 3")
    assert problem.place == Place("a.yaml", 3, 1)
    assert "a.yaml:1:1" in problem.detail


def test_several_faults_of_one_document_are_reported_together() -> None:
    assert [problem.code for problem in refusals("a: !x 1\nb: &y 2\na: 3")] == [
        "yaml-tag",
        "yaml-alias",
        "yaml-duplicate-key",
    ]


def test_a_file_full_of_faults_is_given_up() -> None:
    assert len(refusals("\n".join(f"- !x {number}" for number in range(5000)))) == yaml.MAX_FAULTS + 1


def test_text_that_is_not_utf8_is_refused_at_its_first_wrong_byte() -> None:
    _, (problem,) = parse(b"a: 1\nb: caf\xe9", "a.yaml")
    assert (problem.code, problem.place) == ("yaml-encoding", Place("a.yaml", 2, 7))


def test_utf16_is_refused() -> None:
    _, (problem,) = parse("a: 1".encode("utf-16"), "a.yaml")
    assert problem.code == "yaml-encoding"


def test_a_file_too_large_is_refused_unread() -> None:
    _, (problem,) = parse(b"\xff" * (yaml.MAX_BYTES + 1), "a.yaml")
    assert (problem.code, problem.hint) == ("yaml-size", "Split it into several files.")


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "MAX_NODES", 10)
    assert refusals("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]")[0].code == "yaml-count"


def test_documents_before_a_broken_one_are_kept() -> None:
    documents, problems = parse(b"a: 1\n---\nb: !x 1\n---\nc: 3\n---\n[", "a.yaml")
    assert [document.data for document in documents] == [{"a": 1}, {"c": 3}]
    assert [problem.code for problem in problems] == ["yaml-tag", "yaml-syntax"]


@given(st.binary(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"%#\n\t 01,?<", max_size=60).map(str.encode))
def test_no_input_makes_more_than_problems(data: bytes) -> None:
    documents, problems = parse(data, "a.yaml")
    assert all(problem.place and problem.summary and problem.hint for problem in problems)
    assert all(_plain(document.data) for document in documents)


def _plain(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _plain(inner) for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return all(map(_plain, value))
    return value is None or isinstance(value, str | bool | int | float)
