"""Whatever the service holds is written as YAML that reads back equal and hides nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from flowstate.document import parse
from flowstate.document.spelling import alone, comment, means, scalar

TEXT = st.text(st.characters(codec="utf-8"), max_size=40)
SCALARS = TEXT | st.booleans() | st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)


@given(TEXT, DATA)
def test_data_reads_back_equal(name: str, data: Any) -> None:
    documents, problems = parse("\n".join([*alone(name, data), ""]).encode(), "")
    assert not problems
    assert json.dumps(documents[0].data) == json.dumps({name: data})  # True is not 1 here


@given(TEXT)
def test_another_reader_understands_the_same(text: str) -> None:
    assert YAML(typ="safe", pure=True).load(f"key: {scalar(text, 'bare', inside=False)}\n") == {"key": text}


@given(st.text(max_size=40))
def test_lines_hold_nothing_that_cannot_be_seen(text: str) -> None:
    for line in (*alone("key", [text]), comment(text)):
        assert line.replace("\u200c", "").replace("\u200d", "").isprintable()  # comments keep the joiners of scripts


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ada Byron", "Ada Byron"),
        ("ada@x.example", "ada@x.example"),
        ("Größe", "Größe"),
        ("../a/b.html", "../a/b.html"),
        ("yes", '"yes"'),
        ("Null", '"Null"'),
        (".inf", '".inf"'),
        ("12", '"12"'),
        ("a: b", '"a: b"'),
        ("", '""'),
        ("line\nline", '"line\\nline"'),
        ("\u202egnp", '"\\u202egnp"'),
    ],
)
def test_text_is_bare_only_where_nobody_could_misread_it(text: str, written: str) -> None:
    assert scalar(text, "bare", inside=False) == written


@pytest.mark.parametrize("data", ["half \ud800", float("nan"), float("inf"), 10**200])
def test_what_yaml_cannot_hold_is_noticed(data: Any) -> None:
    assert not means("\n".join(alone("key", data)), {"key": data})


def test_long_lists_and_maps_of_several_keys_have_a_line_for_each() -> None:
    names = [f"person{number}@x.example" for number in range(8)]
    assert alone("members", names) == ["members:", *(f"  - {name}" for name in names)]
    assert alone("audience", {"groups": ["a"]}) == ["audience: {groups: [a]}"]
    assert alone("k" * 90, {}) == [f"{'k' * 90}: {{}}"]
    assert alone("a", {"b": 1, "c": {}}, 2) == ["  a:", "    b: 1", "    c: {}"]
